from django.db import migrations

from vafa.core.migrations_sql import ERASING_ONLY, REFUSE_CHANGE, append_only, block_sequence

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
# What was written later is found behind it, whatever clocks say.
EVENTS_IN_ORDER = """
ALTER TABLE core_event ADD COLUMN transaction bigint NOT NULL DEFAULT vafa_transaction();
CREATE INDEX event_in_order ON core_event (transaction, id);
"""
# Answers are written once and deleted when they are old, never changed.
NEVER_CHANGED = """
CREATE TRIGGER core_idempotencyanswer_never_changed BEFORE UPDATE ON core_idempotencyanswer
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER core_idempotencyanswer_no_truncate BEFORE TRUNCATE ON core_idempotencyanswer
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""

IN_SQL = [
    REFUSE_CHANGE,
    ERASING_ONLY,
    CLOCK,
    EVENTS_IN_ORDER,
    append_only("core_event"),
    append_only("core_idempotencykey"),
    block_sequence("core_idempotencykey", 500),
    NEVER_CHANGED,
]


class Migration(migrations.Migration):
    dependencies = [("core", "0001_tables")]
    replaces = [
        ("core", "0002_guards"),
        ("core", "0003_transaction_clock"),
        ("core", "0005_erasure"),
    ]
    operations = [migrations.RunSQL(IN_SQL, migrations.RunSQL.noop)]
