from django.db import migrations

from vafa.core.migrations_sql import append_only, block_sequence

PUBLISHED_STAYS = """
CREATE FUNCTION program_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'draft' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a published revision is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'draft' AND (NEW.document, NEW.number, NEW.club_id, NEW.published_at)
        IS DISTINCT FROM (OLD.document, OLD.number, OLD.club_id, OLD.published_at) THEN
        RAISE EXCEPTION 'a published revision never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER program_revision_guard BEFORE UPDATE OR DELETE ON program_revision
    FOR EACH ROW EXECUTE FUNCTION program_revision_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("program", "0001_initial"), ("core", "0002_guards")]
    operations = [
        migrations.RunSQL(PUBLISHED_STAYS, migrations.RunSQL.noop),
        migrations.RunSQL(append_only("program_decision"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("program_redemption"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("program_voucheruse"), migrations.RunSQL.noop),
        migrations.RunSQL(block_sequence("program_decision", 1000), migrations.RunSQL.noop),
    ]
