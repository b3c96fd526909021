from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("club", "0015_request_told")]
    operations = [
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["club", "former_mobile"],
                condition=models.Q(former_mobile__isnull=False),
                name="member_former_mobile",
            ),
        ),
    ]
