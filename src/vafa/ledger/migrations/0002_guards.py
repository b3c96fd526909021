from django.db import migrations

from vafa.core.migrations_sql import append_only, block_sequence

INSIDE_ONE_BOOK = """
ALTER TABLE ledger_transfer
    ADD CONSTRAINT transfer_debit_in_book FOREIGN KEY (debit_account_id, unit_id, book_id)
        REFERENCES ledger_account (id, unit_id, book_id),
    ADD CONSTRAINT transfer_credit_in_book FOREIGN KEY (credit_account_id, unit_id, book_id)
        REFERENCES ledger_account (id, unit_id, book_id);
"""

LOT_KEEPS_ITS_ORIGIN = """
CREATE FUNCTION ledger_lot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.account_id, NEW.transfer_id, NEW.origin_id, NEW.amount,
            NEW.earned_at, NEW.matures_at, NEW.expires_at) IS DISTINCT FROM
        (OLD.id, OLD.account_id, OLD.transfer_id, OLD.origin_id, OLD.amount,
            OLD.earned_at, OLD.matures_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'only what remains of a lot may change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_lot_guard BEFORE UPDATE OR DELETE ON ledger_lot
    FOR EACH ROW EXECUTE FUNCTION ledger_lot_guard();
CREATE TRIGGER ledger_lot_no_truncate BEFORE TRUNCATE ON ledger_lot
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
CREATE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.book_id, NEW.unit_id, NEW.holder, NEW.kind)
        IS DISTINCT FROM (OLD.id, OLD.book_id, OLD.unit_id, OLD.holder, OLD.kind) THEN
        RAISE EXCEPTION 'an account keeps its book, unit, holder and kind'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_guard BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0002_guards")]
    operations = [
        migrations.RunSQL(INSIDE_ONE_BOOK, migrations.RunSQL.noop),
        migrations.RunSQL(LOT_KEEPS_ITS_ORIGIN, migrations.RunSQL.noop),
        migrations.RunSQL(append_only("ledger_transfer"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("ledger_consumption"), migrations.RunSQL.noop),
        migrations.RunSQL(block_sequence("ledger_account", 100), migrations.RunSQL.noop),
        migrations.RunSQL(block_sequence("ledger_transfer", 1000), migrations.RunSQL.noop),
        migrations.RunSQL(block_sequence("ledger_lot", 1000), migrations.RunSQL.noop),
    ]
