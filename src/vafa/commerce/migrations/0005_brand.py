from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0004_links")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="brand",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="purchase",
            name="payment",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
