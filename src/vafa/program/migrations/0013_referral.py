import django.db.models.deletion
from django.db import migrations, models

from vafa.core.migrations_sql import append_only, permanent

_PROTECT = django.db.models.deletion.PROTECT


def _id():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [("program", "0012_happenings"), ("club", "0005_permanent")]
    operations = [
        migrations.CreateModel(
            name="MemberDevice",
            fields=[
                ("id", _id()),
                ("device", models.CharField(max_length=32)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False, on_delete=_PROTECT, related_name="+", to="club.member"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "device"), name="member_device_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", _id()),
                ("actor", models.CharField(max_length=40)),
                ("device", models.CharField(blank=True, default="", max_length=32)),
                ("status", models.CharField(default="waiting", max_length=10)),
                ("reason", models.CharField(blank=True, default="", max_length=16)),
                ("made_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False, on_delete=_PROTECT, related_name="+", to="club.club"
                    ),
                ),
                (
                    "friend",
                    models.OneToOneField(
                        on_delete=_PROTECT, related_name="+", to="club.member"
                    ),
                ),
                (
                    "inviter",
                    models.ForeignKey(
                        db_index=False, on_delete=_PROTECT, related_name="+", to="club.member"
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=_PROTECT,
                        related_name="+",
                        to="commerce.purchase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at__isnull", True), ("status", "waiting")),
                            models.Q(
                                ("judged_at__isnull", False),
                                ("status", "refused"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("judged_at__isnull", False),
                                ("purchase__isnull", False),
                                ("status__in", ["paid", "taken_back"]),
                            ),
                            _connector="OR",
                        ),
                        name="referral_judged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("inviter", models.F("friend")), _negated=True),
                        name="referral_of_another",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["club"],
                        name="referral_waiting",
                    ),
                    models.Index(fields=["inviter", "-made_at"], name="referral_by_inviter"),
                    models.Index(fields=["club", "-id"], name="referral_newest"),
                ],
            },
        ),
        migrations.RunSQL(append_only("program_memberdevice"), migrations.RunSQL.noop),
        migrations.RunSQL(permanent("program_referral"), migrations.RunSQL.noop),
    ]
