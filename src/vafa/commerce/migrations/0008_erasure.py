from django.db import migrations

from vafa.core.migrations_sql import erasable


class Migration(migrations.Migration):
    dependencies = [("commerce", "0007_payment_card"), ("core", "0005_erasure")]
    operations = [
        migrations.RunSQL(
            erasable("commerce_purchase", ["payment_card"]), migrations.RunSQL.noop
        )
    ]
