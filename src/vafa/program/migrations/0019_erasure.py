from django.db import migrations

from vafa.core.migrations_sql import erasable

# Of a decision: what the rules were told of her person, and what people wrote to each other.
DECISIONS = """
CREATE FUNCTION program_wordless(parts jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(CASE WHEN jsonb_typeof(p -> 3) = 'object'
        THEN jsonb_set(p, '{3}', (p -> 3) - ARRAY['reason', 'message']) ELSE p END ORDER BY n), '[]')
    FROM jsonb_array_elements(parts) WITH ORDINALITY AS e(p, n)
$$;
CREATE FUNCTION program_impersonal(inputs jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN inputs ?| ARRAY['birth_date', 'gender', 'attributes']
        THEN (inputs - ARRAY['birth_date', 'gender', 'attributes']) || '{"erased": true}'
        ELSE inputs END
$$;
CREATE FUNCTION program_decision_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := ARRAY['parts', 'inputs'];
BEGIN
    IF NEW IS NOT DISTINCT FROM OLD
        OR to_jsonb(NEW) - erasable IS DISTINCT FROM to_jsonb(OLD) - erasable
        OR NEW.parts IS DISTINCT FROM program_wordless(OLD.parts)
        OR NEW.inputs IS DISTINCT FROM program_impersonal(OLD.inputs)
        OR (SELECT m.erased_at FROM club_member m WHERE m.id = OLD.member_id) IS NULL
    THEN
        RAISE EXCEPTION 'UPDATE of program_decision is refused: its rows are never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER program_decision_append_only ON program_decision;
CREATE TRIGGER program_decision_append_only BEFORE DELETE ON program_decision
    FOR EACH ROW EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER program_decision_erasing_only BEFORE UPDATE ON program_decision
    FOR EACH ROW EXECUTE FUNCTION program_decision_erasing_only();
"""
# The reason of a correction is never empty: of an erased one nothing but a dash is left.
ADJUSTMENTS = """
CREATE FUNCTION program_adjustment_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'reason' IS DISTINCT FROM to_jsonb(OLD) - 'reason'
        OR (SELECT m.erased_at FROM club_member m WHERE m.id = OLD.member_id) IS NULL
    THEN
        RAISE EXCEPTION 'only the reason of a correction may be erased'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER program_adjustment_guard ON program_adjustment;
CREATE TRIGGER program_adjustment_guard BEFORE UPDATE ON program_adjustment FOR EACH ROW
    WHEN (NEW.reason <> '-' OR OLD.reason = '-') EXECUTE FUNCTION program_decided_once(
        'waiting', 'status decided_by decided_at decision_id');
CREATE TRIGGER program_adjustment_no_delete BEFORE DELETE ON program_adjustment FOR EACH ROW
    EXECUTE FUNCTION vafa_refuse_change();
CREATE TRIGGER program_adjustment_erasing_only BEFORE UPDATE ON program_adjustment FOR EACH ROW
    WHEN (NEW.reason = '-' AND OLD.reason <> '-')
    EXECUTE FUNCTION program_adjustment_erasing_only();
"""
DEVICES = """
CREATE FUNCTION program_memberdevice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND (SELECT m.erased_at FROM club_member m WHERE m.id = OLD.member_id) IS NOT NULL
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of program_memberdevice is refused: its rows are never changed or deleted',
        TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER program_memberdevice_append_only ON program_memberdevice;
CREATE TRIGGER program_memberdevice_guard BEFORE UPDATE OR DELETE ON program_memberdevice
    FOR EACH ROW EXECUTE FUNCTION program_memberdevice_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("program", "0018_tier_segment_reason"),
        ("club", "0008_consents"),
        ("core", "0005_erasure"),
    ]
    operations = [
        migrations.RunSQL(DECISIONS, migrations.RunSQL.noop),
        migrations.RunSQL(ADJUSTMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(DEVICES, migrations.RunSQL.noop),
        migrations.RunSQL(erasable("program_happening", ["data"]), migrations.RunSQL.noop),
    ]
