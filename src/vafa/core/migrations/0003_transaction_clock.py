from django.db import migrations

# Bodies are bound when they are made, so that no search_path can change what they mean. They are
# STABLE so that they are inlined into every default and every plan, which follow when the offset
# is replaced (docs/adr/0005-seals.md).
CLOCK = """
CREATE FUNCTION vafa_transaction_offset() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN 0::bigint;
CREATE FUNCTION vafa_transaction() RETURNS bigint LANGUAGE sql STABLE
    RETURN pg_current_xact_id()::text::bigint + vafa_transaction_offset();
CREATE FUNCTION vafa_transaction_horizon() RETURNS bigint LANGUAGE sql STABLE
    RETURN pg_snapshot_xmin(pg_current_snapshot())::text::bigint + vafa_transaction_offset();
"""

EVENTS = """
ALTER TABLE core_event ALTER COLUMN transaction DROP DEFAULT;
ALTER TABLE core_event ALTER COLUMN transaction TYPE bigint USING transaction::text::bigint;
ALTER TABLE core_event ALTER COLUMN transaction SET DEFAULT vafa_transaction();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards")]
    operations = [
        migrations.RunSQL(CLOCK, migrations.RunSQL.noop),
        migrations.RunSQL(EVENTS, migrations.RunSQL.noop),
    ]
