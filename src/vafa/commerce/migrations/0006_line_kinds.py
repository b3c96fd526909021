from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0005_brand")]
    operations = [
        migrations.AddField(
            model_name="purchaseline",
            name="kind",
            field=models.CharField(blank=True, db_default="", default="", max_length=9),
        ),
    ]
