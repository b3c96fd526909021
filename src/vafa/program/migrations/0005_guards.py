from django.db import migrations

from vafa.core.migrations_sql import append_only

PUBLISHED_IS_FINAL = """
CREATE OR REPLACE FUNCTION program_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'draft' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a published revision is never deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'draft' AND (to_jsonb(NEW) - 'status' IS DISTINCT FROM to_jsonb(OLD) - 'status'
        OR (OLD.status, NEW.status) NOT IN (('live', 'live'), ('live', 'past'), ('past', 'past')))
    THEN
        RAISE EXCEPTION 'a published revision never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("program", "0004_corrections")]
    operations = [
        migrations.RunSQL(PUBLISHED_IS_FINAL, migrations.RunSQL.noop),
        migrations.RunSQL(append_only("program_voucher"), migrations.RunSQL.noop),
    ]
