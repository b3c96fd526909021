from django.db import migrations

from vafa.core.migrations_sql import REFUSE_CHANGE, append_only

TRANSACTION = """
ALTER TABLE core_event ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX event_in_order ON core_event (transaction, id);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE_CHANGE, migrations.RunSQL.noop),
        migrations.RunSQL(TRANSACTION, "ALTER TABLE core_event DROP COLUMN transaction;"),
        migrations.RunSQL(append_only("core_event"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("core_idempotencykey"), migrations.RunSQL.noop),
    ]
