from django.db import migrations

from vafa.core.migrations_tables import Together

# How far they are, and what ended them early, is the task's.
GUARDS = """
CREATE OR REPLACE FUNCTION program_backtest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'result' IS DISTINCT FROM to_jsonb(OLD) - 'result'
        OR OLD.result IS NOT NULL THEN
        RAISE EXCEPTION 'the question of a back-test, and what it found, never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION program_voucherseries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    progress text[] := ARRAY['made', 'finished_at', 'cancelled_at'];
BEGIN
    IF TG_OP = 'DELETE' OR NEW.made < OLD.made
        OR OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at
        OR to_jsonb(NEW) - progress IS DISTINCT FROM to_jsonb(OLD) - progress
    THEN
        RAISE EXCEPTION 'what a series of vouchers promised never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("program", "0002_in_sql")]
    operations = [
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        Together(
            [
                migrations.DeleteModel("DrawWork"),
                migrations.RemoveConstraint("backtest", "backtest_state_known"),
                *(
                    migrations.RemoveField("backtest", name)
                    for name in (
                        *("told_at", "state", "reached", "total", "stop_asked_at", "finished_at"),
                        "trouble",
                    )
                ),
                migrations.RemoveField("voucherseries", "told_at"),
                migrations.RemoveField("voucherseries", "trouble"),
            ]
        ),
    ]
