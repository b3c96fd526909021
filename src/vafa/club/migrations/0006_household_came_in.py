from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("club", "0005_members_gone")]
    operations = [
        migrations.AddIndex(
            "householdinvitation",
            models.Index(
                condition=models.Q(("state", "accepted")),
                fields=["member", "answered_at"],
                name="household_came_in",
            ),
        ),
        migrations.AddIndex(
            "householdinvitation",
            models.Index(
                condition=models.Q(("state", "accepted")),
                fields=["inviter", "answered_at"],
                name="household_let_in",
            ),
        ),
    ]
