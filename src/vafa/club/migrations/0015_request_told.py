from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("club", "0014_fee_ends")]
    operations = [
        migrations.AddField(
            model_name="joiningrequest",
            name="told",
            field=models.JSONField(default=dict),
        ),
    ]
