from django.db import migrations

from vafa.core.migrations_tables import Together
from vafa.club.migrations import _clubs, _joining, _members, _staff


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_tables")]
    replaces = [
        ("club", "0001_initial"),
        ("club", "0003_audit"),
        ("club", "0004_families"),
        ("club", "0006_attributes"),
        ("club", "0007_joining"),
        ("club", "0008_consents"),
        ("club", "0010_tasks"),
        ("club", "0011_choices"),
        ("club", "0012_staff"),
        ("club", "0013_fees"),
        ("club", "0014_fee_ends"),
        ("club", "0015_request_told"),
        ("club", "0016_former_mobiles"),
    ]
    operations = [Together([*_clubs.TABLES, *_staff.TABLES, *_members.TABLES, *_joining.TABLES])]
