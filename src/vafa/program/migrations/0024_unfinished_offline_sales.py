from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("program", "0023_erased_gifts")]
    operations = [
        migrations.AddIndex(
            "offlinesale",
            models.Index(
                fields=["club", "received_at"],
                condition=models.Q(state="arrived"),
                name="offline_sale_unfinished",
            ),
        )
    ]
