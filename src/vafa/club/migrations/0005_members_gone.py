from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("club", "0004_task_of_kind")]
    operations = [
        migrations.AddIndex(
            "member",
            models.Index(
                condition=models.Q(("is_active", False)), fields=["club"], name="member_gone"
            ),
        ),
    ]
