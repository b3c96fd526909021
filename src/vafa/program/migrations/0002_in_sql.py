from django.db import migrations

from vafa.program.migrations import _corrections, _decisions, _draws, _members, _vouchers


class Migration(migrations.Migration):
    dependencies = [("program", "0001_tables"), ("commerce", "0002_in_sql")]
    replaces = [
        ("program", "0002_guards"),
        ("program", "0005_guards"),
        ("program", "0019_erasure"),
        ("program", "0023_erased_gifts"),
    ]
    operations = [
        migrations.RunSQL(
            [
                *_decisions.IN_SQL,
                *_corrections.IN_SQL,
                *_vouchers.IN_SQL,
                *_draws.IN_SQL,
                *_members.IN_SQL,
            ],
            migrations.RunSQL.noop,
        )
    ]
