from django.db import migrations

from vafa.core.migrations_sql import append_only, block_sequence

TABLES = ("commerce_purchase", "commerce_purchaseline", "commerce_return", "commerce_returnline")


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial"), ("core", "0002_guards")]
    operations = [
        *(migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table in TABLES),
        *(migrations.RunSQL(block_sequence(table, 500), migrations.RunSQL.noop) for table in TABLES),
    ]
