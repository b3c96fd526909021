from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0006_line_kinds")]
    operations = [
        migrations.AddField(
            model_name="purchase",
            name="payment_card",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
    ]
