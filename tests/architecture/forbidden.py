"""Every write that the database refuses, one line each: what, in SQL, and what refuses it.

``{name}`` stands for something in the scene (see ``scene.py``). A guard is a constraint or index,
"table.name"; "" stands for a trigger of the table itself.
"""

from __future__ import annotations

from tests.architecture.forbidden_promises import PROMISES
from tests.architecture.forms import ANY, Write, account, again, consumption, lot, transfer

# Rows of these are never changed, deleted or truncated.
HISTORY = (
    "core_event",
    "core_idempotencykey",
    "ledger_transfer",
    "ledger_consumption",
    "ledger_activity",
    "ledger_lotwarning",
    "ledger_sealkey",
    "ledger_checkpoint",
    "club_audit",
    "club_consent",
    "club_consentpurpose",
    "club_termsacceptance",
    "commerce_purchase",
    "commerce_purchaseline",
    "commerce_return",
    "commerce_returnline",
    "commerce_delivery",
    "commerce_document",
    "commerce_orderstep",
    "program_decision",
    "program_redemption",
    "program_happening",
    "program_memberdevice",
    "program_tierrun",
    "program_tierchange",
    "program_tierwarning",
    "program_voucher",
    "program_voucheruse",
    "program_badge",
    "program_drawchance",
    "program_drawsecret",
    "program_drawclaim",
    "program_drawentry",
    "program_drawwinner",
    "program_drawoutcome",
    "engage_attempt",
)
# What an account, a lot, a hold is, stays; only these of their columns change.
FIXED = {
    "ledger_account": ("id", "book_id", "unit_id", "holder", "kind"),
    "ledger_lot": (
        *("id", "account_id", "transfer_id", "origin_id", "amount"),
        *("earned_at", "matures_at", "expires_at", "slides_months", "instead_of_id"),
    ),
    "ledger_hold": (
        *("id", "account_id", "transfer_id", "amount", "expires_at"),
        *("source", "source_id", "created_at"),
    ),
    "program_adjustment": (
        *("id", "club_id", "member_id", "unit", "amount"),
        *("reason", "requested_by", "requested_at"),
    ),
    "program_reservation": (
        *("id", "club_id", "member_id", "branch_id", "points", "credit"),
        *("voucher_id", "actor", "created_at", "expires_at"),
    ),
    # Of a sale without a line that waits for a person: all but what she decides.
    "program_offlinesale": (
        *(
            "id",
            "club_id",
            "branch_id",
            "member_id",
            "asked_hash",
            "snapshot",
            "rung_by",
            "sent_by",
        ),
        *("till_at", "sold_at", "received_at", "customer", "total", "asked_points", "asked_credit"),
        *("why", "short_points", "short_credit", "purchase_id", "kept"),
    ),
    # Of a draw that is drawn: what was promised, who is in the list, what came out.
    "program_draw": (
        *("id", "club_id", "name", "permit", "step_amount", "draws_at", "public_value_is"),
        *("prizes", "seed_hash", "list_hash", "chances", "public_value", "seed", "drawn_at"),
        "status",
    ),
    "program_voucherseries": (
        *("id", "club_id", "name", "kind", "value", "min_basket", "max_uses", "terms"),
        *("starts_at", "expires_at", "prefix", "letters", "wanted", "actor", "created_at"),
    ),
    "ledger_verification": (
        *("id", "book_id", "asked_by", "asked_at", "told_at", "finished_at"),
        *("state", "step", "reached", "total", "found"),
    ),
    "ledger_sealtile": ("id", "book_id", "level", "number", "first_transaction", "first_transfer"),
}
# A value of each type that no row has.
OTHER = {
    "bigint": "coalesce({0}, 0) + 1000000007",
    "smallint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "jsonb": "jsonb_build_array({0})",
    "character varying": "left('x' || {0}, 6)",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 day'",
}

# What may be erased of a person (docs/adr/0022) may not become anything else.
NOT_ERASED = tuple(
    Write(table, f"UPDATE {table} SET {change} WHERE club_id = {{club}}")
    for table, change in (
        ("club_audit", "actor_name = 'z'"),
        ("club_audit", "thing_label = '', action = ''"),
        ("club_audit", "after = '{{\"points\": 1}}'"),
        ("commerce_purchase", "payment_card = 'z'"),
        ("commerce_return", "reason = 'z'"),
        ("commerce_document", 'buyer = \'{{"name": "z"}}\''),
        ("commerce_purchase", "payment_card = '', channel = 'z'"),
        ("program_happening", "data = '[1]'"),
        # Nobody of the scene is erased.
        ("program_decision", "parts = '[]'"),
        ("program_decision", "inputs = inputs - 'birth_date'"),
        ("program_adjustment", "reason = '-'"),
        ("engage_message", "text = 'y'"),
        ("engage_message", "recipient = 'y'"),
        ("engage_email", "text = 'y'"),
        ("club_terms", "text = 'y'"),
    )
)
TRANSFERS = "ledger_transfer"
VALUE = (
    Write(
        "commerce_documentseries",
        "UPDATE commerce_documentseries SET last = last + 2 WHERE club_id = {club}",
    ),
    Write(
        "commerce_documentseries",
        "UPDATE commerce_documentseries SET last = last - 1 WHERE club_id = {club}",
    ),
    Write(TRANSFERS, transfer(amount="0"), "ledger_transfer.transfer_positive"),
    Write(TRANSFERS, transfer(amount="-5"), "ledger_transfer.transfer_positive"),
    Write(TRANSFERS, transfer("{available}"), "ledger_transfer.transfer_moves"),
    Write(
        TRANSFERS, transfer(credit="{their_available}"), "ledger_transfer.transfer_credit_in_book"
    ),
    Write(TRANSFERS, transfer("{their_issuance}"), "ledger_transfer.transfer_debit_in_book"),
    Write(
        TRANSFERS,
        transfer("{their_issuance}", unit="{their_points}", book="{their_book}"),
        "ledger_transfer.transfer_credit_in_book",
    ),
    Write(TRANSFERS, transfer("{credit_issuance}"), "ledger_transfer.transfer_debit_in_book"),
    Write(
        TRANSFERS,
        transfer("{credit_issuance}", unit="{credit}"),
        "ledger_transfer.transfer_credit_in_book",
    ),
    Write(
        TRANSFERS,
        transfer(more=(", credit_version, credit_balance", ", 1, 5")),
        "ledger_transfer.transfer_credit_version",
    ),
    Write(
        "ledger_account",
        "UPDATE ledger_account SET balance = -1 WHERE id = {available}",
        "ledger_account.balance_above_floor",
    ),
    Write(
        "ledger_account",
        "UPDATE ledger_account SET balance = balance - {balance} - 1 WHERE id = {available}",
        "ledger_account.balance_above_floor",
    ),
    Write(
        "ledger_account",
        account("{stranger}", "debt", "1"),
        "ledger_account.balance_above_floor",
    ),
    Write(
        "ledger_account",
        "UPDATE ledger_account SET balance = 0 WHERE id = {issuance}",
        "ledger_account.pools_keep_no_balance",
    ),
    Write(
        "ledger_account",
        "UPDATE ledger_account SET balance = NULL WHERE id = {available}",
        "ledger_account.pools_keep_no_balance",
    ),
    Write(
        "ledger_account",
        account("{stranger}", "available", "NULL"),
        "ledger_account.pools_keep_no_balance",
    ),
    Write("ledger_account", account("{holder}", "available", "0"), "ledger_account.account_once"),
    Write(
        "ledger_account",
        account("{stranger}", "issuance", "0"),
        "ledger_account.account_kind_known",
    ),
    Write(
        "ledger_lot",
        "UPDATE ledger_lot SET remaining = amount + 1 WHERE account_id = {available}",
        "ledger_lot.lot_remaining_within",
    ),
    Write(
        "ledger_lot",
        "UPDATE ledger_lot SET remaining = -1 WHERE account_id = {available}",
        "ledger_lot.lot_remaining_within",
    ),
    Write("ledger_lot", lot("{their_available}")),
    Write("ledger_lot", lot("-1")),
    Write("ledger_lot", lot(transfer="-1")),
    Write("ledger_lot", lot(origin="-1")),
    Write("ledger_lot", lot(instead_of="-2")),
    Write("ledger_consumption", consumption()),
    Write("ledger_consumption", consumption("-1", amount="-5")),
    Write("ledger_consumption", consumption(transfer="-1")),
    Write(
        "ledger_hold",
        "UPDATE ledger_hold SET status = 'released', captured = 0 WHERE id = {captured_hold}",
    ),
    Write(
        "ledger_hold",
        "UPDATE ledger_hold SET status = 'open', captured = 0, resolved_at = NULL"
        " WHERE id = {captured_hold}",
        ANY,
    ),
    Write(
        "ledger_hold",
        "UPDATE ledger_hold SET status = 'captured', captured = amount, resolved_at = now()"
        " WHERE id = {released_hold}",
    ),
    Write(
        "ledger_hold",
        "UPDATE ledger_hold SET status = 'captured', captured = amount + 1, resolved_at = now()"
        " WHERE id = {open_hold}",
        "ledger_hold.hold_captured_within",
    ),
    Write(
        "program_adjustment",
        "UPDATE program_adjustment SET status = 'waiting', decided_at = NULL WHERE club_id = {club}",
    ),
    Write(
        "program_adjustment",
        "UPDATE program_adjustment SET status = 'applied', decision_id = (SELECT max(id)"
        " FROM program_decision WHERE club_id = {club}) WHERE club_id = {club}",
    ),
    Write(
        "program_reservation",
        "UPDATE program_reservation SET status = 'used' WHERE club_id = {club}",
    ),
    Write(
        "program_reservation",
        "UPDATE program_reservation SET status = 'open', resolved_at = NULL WHERE club_id = {club}",
    ),
    Write(
        "program_decision",
        "INSERT INTO program_decision (id, club_id, member_id, revision_id, trigger, points,"
        " tier_points, parts, effective_at, tier_at, undoes_id) SELECT -n, club_id, member_id,"
        " revision_id, 'reverse', 0, 0, '[]', now(), now(), id FROM program_decision,"
        " generate_series(1, 2) AS n WHERE id = (SELECT max(id) FROM program_decision"
        " WHERE club_id = {club})",
        "program_decision.decision_reversed_once",
    ),
    *(
        Write(table, again(table, "club_id = {club}", changes))
        for table, changes in (
            ("commerce_purchase", '{"id": -1, "receipt_no": "x", "club_id": -1}'),
            ("commerce_purchase", '{"id": -1, "receipt_no": "x", "branch_id": -1}'),
            ("commerce_purchase", '{"id": -1, "receipt_no": "x", "member_id": -1}'),
            ("program_decision", '{"id": -1, "trigger": "adjust", "member_id": -1}'),
            ("program_decision", '{"id": -1, "trigger": "adjust", "revision_id": -1}'),
            ("program_decision", '{"id": -1, "trigger": "adjust", "purchase_id": -1}'),
        )
    ),
    Write(
        "commerce_purchaseline",
        again("commerce_purchaseline", "true", '{"id": -1, "purchase_id": -1}'),
    ),
    Write(
        "commerce_purchaseline",
        again("commerce_purchaseline", "true", '{"id": -1, "product_id": -1}'),
    ),
    *(
        write
        for table in ("club_club", "club_branch", "club_member", "commerce_product")
        for write in (
            Write(table, f"UPDATE {table} SET id = id + 1000000007"),
            Write(table, f"DELETE FROM {table}"),
            Write(table, f"TRUNCATE {table} CASCADE"),
        )
    ),
    *PROMISES,
)
# What the owner may do, and the application's role may not even begin.
OWNERS_ONLY = (
    "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only",
    "DROP TRIGGER ledger_transfer_append_only ON ledger_transfer",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger_transfer FOR EACH ROW"
    " EXECUTE FUNCTION vafa_refuse_change()",
    "ALTER TABLE ledger_transfer DROP CONSTRAINT transfer_positive",
    "ALTER TABLE ledger_transfer ADD COLUMN mine int",
    "ALTER TABLE ledger_transfer OWNER TO CURRENT_USER",
    "DROP TABLE ledger_transfer CASCADE",
    "CREATE TABLE mine (id int)",
    "CREATE OR REPLACE FUNCTION vafa_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " 'begin return new; end'",
    "DROP FUNCTION vafa_refuse_change CASCADE",
    "CREATE SCHEMA mine",
    "DROP EXTENSION plpgsql CASCADE",
    "SET session_replication_role = replica",
    "SELECT setval('ledger_transfer_id_seq', 1)",
    "ALTER SEQUENCE ledger_transfer_id_seq RESTART",
    'SET ROLE "{owner}"',
    'SET SESSION AUTHORIZATION "{owner}"',
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER CREATEROLE",
    "COPY ledger_transfer TO PROGRAM 'cat'",
    "COPY core_event FROM '/etc/hostname'",
    "DELETE FROM django_migrations",
    "DELETE FROM club_member WHERE club_id = {club}",
    "DELETE FROM ledger_book WHERE id = {book}",
    "UPDATE club_club SET book_id = {their_book} WHERE id = {club}",
    "UPDATE program_voucher SET value = value + 1, expires_at = now() WHERE club_id = {club}",
    "DELETE FROM program_voucher WHERE club_id = {club}",
    transfer(more=(", recorded_at", ", now() - interval '1 year'")),
    transfer(more=(", transaction", ", 1")),
    "DELETE FROM engage_message WHERE club_id = {club}",
)
