from django.db import migrations

# What one side of a gift wrote stands with both: it goes with either.
GIFTS = """
CREATE FUNCTION program_is_of_erased(decision program_decision) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM club_member m WHERE m.erased_at IS NOT NULL AND m.id IN (
            SELECT decision.member_id
            UNION ALL SELECT g.member_id FROM program_decision g WHERE g.id = decision.answers_id
            UNION ALL SELECT t.member_id FROM program_decision t WHERE t.answers_id = decision.id
        )
    )
$$;
CREATE OR REPLACE FUNCTION program_decision_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := ARRAY['parts', 'inputs'];
BEGIN
    IF NEW IS NOT DISTINCT FROM OLD
        OR to_jsonb(NEW) - erasable IS DISTINCT FROM to_jsonb(OLD) - erasable
        OR NEW.parts IS DISTINCT FROM program_wordless(OLD.parts)
        OR NEW.inputs IS DISTINCT FROM OLD.inputs
            AND NEW.inputs IS DISTINCT FROM program_impersonal(OLD.inputs)
        OR NOT program_is_of_erased(OLD)
    THEN
        RAISE EXCEPTION 'UPDATE of program_decision is refused: its rows are never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("program", "0022_bulk_adjustments")]
    operations = [migrations.RunSQL(GIFTS, migrations.RunSQL.noop)]
