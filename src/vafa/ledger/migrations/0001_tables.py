from django.db import migrations

from vafa.core.migrations_tables import Together
from vafa.ledger.migrations import _seals, _transfers


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0003_holds"),
        ("ledger", "0004_seals"),
        ("ledger", "0005_moved_wallets"),
        ("ledger", "0006_verifications"),
        ("ledger", "0007_links"),
    ]
    operations = [Together([*_transfers.TABLES, *_seals.TABLES])]
