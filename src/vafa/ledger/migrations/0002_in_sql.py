from django.db import migrations

from vafa.ledger.migrations import _seals, _transfers


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables"), ("core", "0002_in_sql")]
    replaces = [("ledger", "0002_guards")]
    operations = [migrations.RunSQL([*_transfers.IN_SQL, *_seals.IN_SQL], migrations.RunSQL.noop)]
