from django.db import migrations

from vafa.core.migrations_tables import Together
from vafa.commerce.migrations import _orders, _purchases


class Migration(migrations.Migration):
    initial = True
    dependencies = [("club", "0001_tables")]
    replaces = [
        ("commerce", "0001_initial"),
        ("commerce", "0003_credit_and_delivery"),
        ("commerce", "0004_links"),
        ("commerce", "0005_brand"),
        ("commerce", "0006_line_kinds"),
        ("commerce", "0007_payment_card"),
        ("commerce", "0009_data_imports"),
        ("commerce", "0010_orders_documents"),
    ]
    operations = [Together([*_purchases.TABLES, *_orders.TABLES])]
