"""Books, accounts, and what moves between them."""

from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, block_sequence
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Book",
        ("name", models.CharField(max_length=120)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("calendar", models.CharField(default="jalali", max_length=10)),
        ("frozen_at", models.DateTimeField(null=True)),
        ("frozen_reason", models.CharField(default="", max_length=400)),
        ("zone", models.CharField(default="Asia/Tehran", max_length=40)),
    ),
    table(
        "Unit",
        ("code", models.SlugField(max_length=32)),
        ("scale", models.SmallIntegerField(default=0)),
        ("book", tied("ledger.book", related_name="units")),
        ("warn_days", models.SmallIntegerField(default=0)),
        constraints=[models.UniqueConstraint(fields=("book", "code"), name="unit_code_once")],
    ),
    table(
        "Account",
        ("holder", models.BigIntegerField()),
        ("kind", models.CharField(max_length=12)),
        ("balance", models.BigIntegerField(null=True)),
        ("version", models.BigIntegerField(default=0)),
        ("book", tied("ledger.book", db_index=False)),
        ("unit", tied("ledger.unit", db_index=False)),
        ("active_at", models.DateTimeField(null=True)),
        ("moved_at", models.DateTimeField(null=True)),
        constraints=[
            models.UniqueConstraint(fields=("unit", "holder", "kind"), name="account_once"),
            models.UniqueConstraint(fields=("id", "unit", "book"), name="account_in_book"),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("balance__isnull", True), ("holder", 0)),
                    models.Q(("balance__isnull", False), ("holder__gt", 0)),
                    _connector="OR",
                ),
                name="pools_keep_no_balance",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("balance__lte", 0), ("kind", "debt")),
                    models.Q(
                        models.Q(("kind", "debt"), _negated=True),
                        models.Q(("balance__gte", 0), ("balance__isnull", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="balance_above_floor",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder", 0), ("kind__in", ["issuance", "spent", "expired"])),
                    models.Q(
                        ("holder__gt", 0), ("kind__in", ["pending", "available", "held", "debt"])
                    ),
                    _connector="OR",
                ),
                name="account_kind_known",
            ),
        ],
    ),
    table(
        "Transfer",
        ("amount", models.BigIntegerField()),
        ("kind", models.CharField(max_length=12)),
        ("source", models.CharField(max_length=16)),
        ("source_id", models.BigIntegerField()),
        ("debit_version", models.BigIntegerField(null=True)),
        ("debit_balance", models.BigIntegerField(null=True)),
        ("credit_version", models.BigIntegerField(null=True)),
        ("credit_balance", models.BigIntegerField(null=True)),
        ("effective_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("book", tied("ledger.book", db_index=False, db_constraint=False)),
        ("credit_account", tied("ledger.account", db_index=False, db_constraint=False)),
        ("debit_account", tied("ledger.account", db_index=False, db_constraint=False)),
        ("reverses", tied("ledger.transfer", null=True, db_index=False)),
        ("unit", tied("ledger.unit", db_index=False, db_constraint=False)),
        indexes=[
            models.Index(fields=["source_id", "source"], name="transfer_source"),
            models.Index(
                condition=models.Q(("reverses__isnull", False)),
                fields=["reverses"],
                name="transfer_reversing",
            ),
        ],
        constraints=[
            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="transfer_positive"),
            models.CheckConstraint(
                condition=models.Q(("debit_account", models.F("credit_account")), _negated=True),
                name="transfer_moves",
            ),
            models.UniqueConstraint(
                condition=models.Q(("debit_version__isnull", False)),
                fields=("debit_account", "debit_version"),
                name="transfer_debit_version",
            ),
            models.UniqueConstraint(
                condition=models.Q(("credit_version__isnull", False)),
                fields=("credit_account", "credit_version"),
                name="transfer_credit_version",
            ),
            models.UniqueConstraint(
                condition=models.Q(("kind__in", ["capture", "release", "revive"])),
                fields=("reverses", "kind"),
                name="transfer_reversed_once",
            ),
        ],
    ),
    table(
        "Lot",
        ("amount", models.BigIntegerField()),
        ("remaining", models.BigIntegerField()),
        ("earned_at", models.DateTimeField()),
        ("matures_at", models.DateTimeField(null=True)),
        ("expires_at", models.DateTimeField(null=True)),
        ("account", tied("ledger.account", db_index=False, db_constraint=False)),
        ("origin", tied("ledger.transfer", db_index=False, db_constraint=False)),
        ("transfer", tied("ledger.transfer", db_index=False, db_constraint=False)),
        ("instead_of", tied("ledger.lot", null=True, db_index=False, db_constraint=False)),
        ("slides_months", models.SmallIntegerField(null=True)),
        indexes=[
            models.Index(
                condition=models.Q(("remaining__gt", 0)),
                fields=["account", "expires_at"],
                name="lot_open",
            ),
            models.Index(
                condition=models.Q(("remaining__gt", 0)), fields=["expires_at"], name="lot_expiring"
            ),
            models.Index(
                condition=models.Q(("matures_at__isnull", False), ("remaining__gt", 0)),
                fields=["matures_at"],
                name="lot_maturing",
            ),
            models.Index(
                condition=models.Q(("remaining__gt", 0), ("slides_months__isnull", False)),
                fields=["account"],
                name="lot_sliding",
            ),
            models.Index(
                condition=models.Q(("instead_of__isnull", False)),
                fields=["transfer"],
                name="lot_instead",
            ),
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0), ("remaining__gte", 0), ("remaining__lte", models.F("amount"))
                ),
                name="lot_remaining_within",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ("slides_months__isnull", True),
                    models.Q(("expires_at__isnull", True), ("slides_months__gt", 0)),
                    _connector="OR",
                ),
                name="lot_slides_or_has_a_date",
            ),
        ],
    ),
    table(
        "Consumption",
        ("amount", models.BigIntegerField()),
        ("lot", tied("ledger.lot", db_index=False, db_constraint=False)),
        ("transfer", tied("ledger.transfer", db_constraint=False)),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="consumption_not_zero"
            ),
            models.UniqueConstraint(fields=("lot", "transfer"), name="consumption_once"),
        ],
    ),
    table(
        "Activity",
        ("at", models.DateTimeField()),
        ("source", models.CharField(max_length=16)),
        ("source_id", models.BigIntegerField()),
        ("account", tied("ledger.account")),
    ),
    table(
        "Hold",
        ("amount", models.BigIntegerField()),
        ("captured", models.BigIntegerField(default=0)),
        ("status", models.CharField(default="open", max_length=8)),
        ("expires_at", models.DateTimeField(null=True)),
        ("source", models.CharField(max_length=16)),
        ("source_id", models.BigIntegerField()),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("resolved_at", models.DateTimeField(null=True)),
        ("account", tied("ledger.account", db_index=False)),
        (
            "transfer",
            models.OneToOneField(on_delete=PROTECT, related_name="+", to="ledger.transfer"),
        ),
        indexes=[
            models.Index(
                condition=models.Q(("status", "open")), fields=["account"], name="hold_open"
            ),
            models.Index(
                condition=models.Q(("expires_at__isnull", False), ("status", "open")),
                fields=["expires_at"],
                name="hold_expiring",
            ),
            models.Index(fields=["source_id", "source"], name="hold_source"),
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0), ("captured__gte", 0), ("captured__lte", models.F("amount"))
                ),
                name="hold_captured_within",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("captured__gt", 0), ("resolved_at__isnull", False), ("status", "captured")
                    ),
                    models.Q(("captured", 0), ("resolved_at__isnull", True), ("status", "open")),
                    models.Q(
                        ("captured", 0),
                        ("resolved_at__isnull", False),
                        ("status__in", ["released", "expired", "moved"]),
                    ),
                    _connector="OR",
                ),
                name="hold_status_known",
            ),
            models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("source_id", "source", "account"),
                name="hold_open_once",
            ),
        ],
    ),
    table(
        "LotWarning",
        ("due_at", models.DateTimeField()),
        ("warned_at", models.DateTimeField()),
        ("lot", tied("ledger.lot", db_index=False)),
        constraints=[models.UniqueConstraint(fields=("lot", "due_at"), name="lot_warned_once")],
    ),
]

INSIDE_ONE_BOOK = """
ALTER TABLE ledger_transfer
    ADD CONSTRAINT transfer_debit_in_book FOREIGN KEY (debit_account_id, unit_id, book_id)
        REFERENCES ledger_account (id, unit_id, book_id),
    ADD CONSTRAINT transfer_credit_in_book FOREIGN KEY (credit_account_id, unit_id, book_id)
        REFERENCES ledger_account (id, unit_id, book_id);
"""
# Refused by name and not by value: a statement that sets none of these columns costs nothing.
FIXED = """
CREATE FUNCTION ledger_lot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'only what remains of a lot may change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_lot_guard BEFORE UPDATE OF id, account_id, transfer_id, origin_id, amount,
    earned_at, matures_at, expires_at, slides_months, instead_of_id ON ledger_lot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_lot_guard();
CREATE TRIGGER ledger_lot_no_delete BEFORE DELETE ON ledger_lot
    FOR EACH ROW EXECUTE FUNCTION ledger_lot_guard();
CREATE TRIGGER ledger_lot_no_truncate BEFORE TRUNCATE ON ledger_lot
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
CREATE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account keeps its book, unit, holder and kind'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_account_guard BEFORE UPDATE OF id, book_id, unit_id, holder, kind
    ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_guard();
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_guard();
"""
# Lots and consumptions are tied to what they belong to once for each statement, not for each row.
# A foreign key asks row by row, and once more for every row that only changed. These tables need
# less: accounts, transfers and lots are never deleted, and what ties a lot or a consumption to them
# never changes. So looking when rows come in is the whole guarantee, and the statement that brings
# thousands looks once. It also sees more than a foreign key could: that the lot lies in the account
# which its transfer moved value into, and that a transfer consumes lots of the account it took from.
# (docs/adr/0008)
#
# Whoever writes has to write what is pointed at first, or in the same statement: foreign keys waited
# for the end of the transaction. What a savepoint takes back, it takes back from the end.
#
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
HOLD_IS_RESOLVED_ONCE = """
CREATE FUNCTION ledger_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.account_id, NEW.transfer_id, NEW.amount, NEW.expires_at,
            NEW.source, NEW.source_id, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.transfer_id, OLD.amount, OLD.expires_at,
            OLD.source, OLD.source_id, OLD.created_at) THEN
        RAISE EXCEPTION 'only the resolution of a hold may be added'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'open' OR NEW.status = 'open' THEN
        RAISE EXCEPTION 'a hold is resolved once: it is % already', OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_guard BEFORE UPDATE OR DELETE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_guard();
CREATE TRIGGER ledger_hold_no_truncate BEFORE TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION vafa_refuse_change();
"""
# The error code is Vafa's own: flows turn it into a refusal in the reader's language.
FROZEN_BOOKS_DO_NOT_MOVE = """
CREATE FUNCTION ledger_frozen_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_book b WHERE b.frozen_at IS NOT NULL
            AND b.id IN (SELECT book_id FROM added)) THEN
        RAISE EXCEPTION 'the book is read-only' USING ERRCODE = 'VF001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_frozen_guard AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen_guard();
"""
# The order in which transfers are sealed, and the way from a transfer to the lots that it opened.
IN_ORDER = """
ALTER TABLE ledger_transfer ADD COLUMN transaction bigint NOT NULL DEFAULT vafa_transaction();
CREATE INDEX transfer_in_order ON ledger_transfer (book_id, transaction, id);
CREATE INDEX lot_opened_by ON ledger_lot (transfer_id);
"""

IN_SQL = [
    INSIDE_ONE_BOOK,
    IN_ORDER,
    FIXED,
    LINKS,
    HOLD_IS_RESOLVED_ONCE,
    FROZEN_BOOKS_DO_NOT_MOVE,
    append_only("ledger_transfer"),
    append_only("ledger_consumption"),
    append_only("ledger_activity"),
    append_only("ledger_lotwarning"),
    block_sequence("ledger_account", 100),
    block_sequence("ledger_transfer", 1000),
    block_sequence("ledger_lot", 1000),
    block_sequence("ledger_hold", 100),
]
