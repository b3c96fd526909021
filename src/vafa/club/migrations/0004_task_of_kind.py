from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("club", "0003_household_invitations")]
    operations = [
        migrations.AddIndex(
            "task", models.Index(fields=["club", "kind", "-id"], name="task_of_kind")
        ),
    ]
