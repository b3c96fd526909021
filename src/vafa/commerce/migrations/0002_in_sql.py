from django.db import migrations

from vafa.commerce.migrations import _orders, _purchases


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_tables"), ("club", "0002_in_sql")]
    replaces = [
        ("commerce", "0002_guards"),
        ("commerce", "0008_erasure"),
        ("commerce", "0011_erased_reasons"),
    ]
    operations = [migrations.RunSQL([*_purchases.IN_SQL, *_orders.IN_SQL], migrations.RunSQL.noop)]
