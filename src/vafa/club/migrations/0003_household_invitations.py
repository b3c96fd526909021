from django.db import migrations, models

from vafa.core.migrations_tables import Together, table, tied

TABLES = [
    table(
        "HouseholdInvitation",
        ("mobile", models.CharField(max_length=16, null=True)),
        ("code", models.CharField(max_length=12)),
        ("state", models.CharField(default="open", max_length=9)),
        ("made_at", models.DateTimeField()),
        ("expires_at", models.DateTimeField()),
        ("answered_at", models.DateTimeField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("household", tied("club.household")),
        ("inviter", tied("club.member", db_index=False)),
        ("member", tied("club.member", db_index=False, null=True)),
        indexes=[
            models.Index(
                condition=models.Q(("mobile__isnull", False)),
                fields=["club", "mobile", "made_at"],
                name="household_invitation_to",
            )
        ],
        constraints=[
            models.UniqueConstraint(fields=("club", "code"), name="household_invitation_code_once"),
            models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("household", "mobile"),
                name="household_invites_once",
            ),
            models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "declined", "withdrawn"])),
                name="household_invitation_state_known",
            ),
        ],
    )
]


class Migration(migrations.Migration):
    dependencies = [("club", "0002_in_sql")]
    operations = [Together(TABLES)]
