from django.db import migrations

from vafa.core.migrations_sql import erasable


class Migration(migrations.Migration):
    dependencies = [("commerce", "0010_orders_documents"), ("core", "0005_erasure")]
    operations = [
        migrations.RunSQL(erasable("commerce_return", ["reason"]), migrations.RunSQL.noop)
    ]
