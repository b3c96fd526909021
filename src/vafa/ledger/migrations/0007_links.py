"""Lots and consumptions are tied to what they belong to once for each statement, not for each row.

A foreign key asks row by row, and once more for every row that only changed. These tables need less:
accounts, transfers and lots are never deleted (0002), and what ties a lot or a consumption to them
never changes. So looking when rows come in is the whole guarantee, and the statement that brings
thousands looks once. It also sees more than a foreign key could: that the lot lies in the account
which its transfer moved value into, and that a transfer consumes lots of the account it took from.
(docs/adr/0008)

Whoever writes has to write what is pointed at first, or in the same statement: foreign keys waited
for the end of the transaction. What a savepoint takes back, it takes back from the end.
"""

import django.db.models.deletion
from django.db import migrations, models

# Scalar subqueries, never NOT EXISTS: that may be planned as a hash of the whole table.
LINKS = """
CREATE FUNCTION ledger_lot_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT transfer_id, account_id FROM added) l
            WHERE (SELECT t.credit_account_id FROM ledger_transfer t WHERE t.id = l.transfer_id)
                IS DISTINCT FROM l.account_id)
        OR EXISTS (SELECT FROM added l WHERE l.origin_id <> l.transfer_id
            AND (SELECT true FROM ledger_transfer t WHERE t.id = l.origin_id) IS NULL)
        OR EXISTS (SELECT FROM added l WHERE l.instead_of_id IS NOT NULL
            AND (SELECT true FROM ledger_lot o WHERE o.id = l.instead_of_id) IS NULL) THEN
        RAISE EXCEPTION 'a lot lies where its transfer brought it, and has an origin'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_lot_links AFTER INSERT ON ledger_lot REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_lot_links();
CREATE FUNCTION ledger_consumption_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (
            SELECT DISTINCT transfer_id, amount > 0 AS takes, (SELECT l.account_id
                FROM ledger_lot l WHERE l.id = c.lot_id) AS account_id FROM added c) c
        WHERE account_id IS NULL OR account_id IS DISTINCT FROM (
            SELECT CASE WHEN takes THEN t.debit_account_id ELSE t.credit_account_id END
            FROM ledger_transfer t WHERE t.id = c.transfer_id)) THEN
        RAISE EXCEPTION 'a transfer takes from lots of its own account, or gives them back'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_consumption_links AFTER INSERT ON ledger_consumption
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_consumption_links();
"""

# Refused by name and not by value: a statement that sets none of these columns costs nothing.
FIXED = """
DROP TRIGGER ledger_lot_guard ON ledger_lot;
CREATE OR REPLACE FUNCTION ledger_lot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'only what remains of a lot may change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_lot_guard BEFORE UPDATE OF id, account_id, transfer_id, origin_id, amount,
    earned_at, matures_at, expires_at, slides_months, instead_of_id ON ledger_lot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_lot_guard();
CREATE TRIGGER ledger_lot_no_delete BEFORE DELETE ON ledger_lot
    FOR EACH ROW EXECUTE FUNCTION ledger_lot_guard();
DROP TRIGGER ledger_account_guard ON ledger_account;
CREATE OR REPLACE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account keeps its book, unit, holder and kind'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_account_guard BEFORE UPDATE OF id, book_id, unit_id, holder, kind
    ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_guard();
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_guard();
"""


def _tied_by_trigger(model: str, name: str, to: str, **options: object) -> migrations.AlterField:
    field = models.ForeignKey(
        to,
        django.db.models.deletion.PROTECT,
        related_name="+",
        db_constraint=False,
        **{"db_index": False, **options},
    )
    return migrations.AlterField(model, name, field)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_verifications")]
    operations = [
        _tied_by_trigger("lot", "account", "ledger.account"),
        _tied_by_trigger("lot", "transfer", "ledger.transfer"),
        _tied_by_trigger("lot", "origin", "ledger.transfer"),
        _tied_by_trigger("lot", "instead_of", "ledger.lot", null=True),
        _tied_by_trigger("consumption", "lot", "ledger.lot"),
        _tied_by_trigger("consumption", "transfer", "ledger.transfer", db_index=True),
        migrations.RunSQL(LINKS, migrations.RunSQL.noop),
        migrations.RunSQL(FIXED, migrations.RunSQL.noop),
    ]
