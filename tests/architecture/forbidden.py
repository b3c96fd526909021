"""Every write that the database refuses, one line each: what, in SQL, and what refuses it.

``{name}`` stands for something in the scene (see ``scene.py``). A guard is a constraint or index,
"table.name"; "" stands for a trigger of the table itself.
"""

from __future__ import annotations

from typing import NamedTuple

# In the place of a guard: a trigger, before any constraint is looked at.
ANY = "*"


class Write(NamedTuple):
    """A statement on ``table`` that must be refused, and the guard that does it."""

    table: str
    sql: str
    guard: str = ""


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
    "commerce_purchase",
    "commerce_purchaseline",
    "commerce_return",
    "commerce_returnline",
    "commerce_delivery",
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

_COLUMNS = (
    "id, book_id, unit_id, debit_account_id, credit_account_id, amount, kind, source, source_id,"
    " effective_at"
)


def transfer(
    debit: str = "{issuance}",
    credit: str = "{available}",
    *,
    book: str = "{book}",
    unit: str = "{points}",
    amount: str = "5",
    more: tuple[str, str] = ("", ""),
) -> str:
    """The INSERT of one transfer; ``more`` are further columns and their values."""
    return (
        f"INSERT INTO ledger_transfer ({_COLUMNS}{more[0]}) VALUES (-1, {book}, {unit}, {debit},"
        f" {credit}, {amount}, 'earn', 'test', 1, now(){more[1]})"
    )


def account(holder: str, kind: str, balance: str) -> str:
    """The INSERT of one account."""
    return (
        "INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, balance, version)"
        f" VALUES (-1, {{book}}, {{points}}, {holder}, '{kind}', {balance}, 0)"
    )


def lot(
    account: str = "account_id",
    transfer: str = "transfer_id",
    origin: str = "origin_id",
    instead_of: str = "NULL",
) -> str:
    """The INSERT of a lot beside the member's, its like but for what is given."""
    return (
        "INSERT INTO ledger_lot (id, account_id, transfer_id, origin_id, instead_of_id, amount,"
        f" remaining, earned_at) SELECT -1, {account}, {transfer}, {origin}, {instead_of}, 5, 5,"
        " now() FROM ledger_lot WHERE id = {lot}"
    )


def consumption(lot: str = "id", transfer: str = "transfer_id", amount: str = "5") -> str:
    """The INSERT of a consumption of the member's lot by the transfer that opened it."""
    return (
        "INSERT INTO ledger_consumption (lot_id, transfer_id, amount)"
        f" SELECT {lot}, {transfer}, {amount} FROM ledger_lot WHERE id = {{lot}}"
    )


def again(table: str, where: str, changes: str) -> str:
    """The INSERT of a row like the one ``where``, with ``changes`` in JSON."""
    changed = changes.replace("{", "{{").replace("}", "}}")
    return (
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE"
        f" SELECT (jsonb_populate_record(t, '{changed}')).* FROM {table} t WHERE {where} LIMIT 1"
    )


_USED = "voucher_id = {used_voucher}"
TRANSFERS = "ledger_transfer"
VALUE = (
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
    Write(
        "program_voucheruse",
        again("program_voucheruse", _USED, '{"id": -1}'),
        "program_voucheruse.voucher_used_once",
    ),
    Write(
        "program_voucheruse",
        again("program_voucheruse", _USED, '{"id": -1, "number": 2}'),
    ),
    *(
        Write("program_voucheruse", again("program_voucheruse", where, changes))
        for where, changes in (
            (_USED, '{"id": -1, "number": 3}'),
            ("voucher_id = {gift_card}", '{"id": -1, "number": 2}'),
            (
                "voucher_id = {cancelled_code}",
                '{"id": -1, "number": 2, "purpose": "bill", "times": 1}',
            ),
        )
    ),
    Write(
        "program_voucheruse",
        again(
            "program_voucheruse",
            "voucher_id = {gift_card}",
            '{"id": -1, "number": 2, "amount": -1}',
        ),
        "program_voucheruse.voucher_use_purpose",
    ),
    Write(
        "program_voucher",
        "UPDATE program_voucher SET member_id = {stranger}, given_at = now() WHERE id = {used_voucher}",
    ),
    Write(
        "program_voucher",
        "UPDATE program_voucher SET member_id = {holder}, given_at = now(), value = value + 1"
        " WHERE id = {cancelled_code}",
    ),
    *(
        Write("program_voucherseries", sql, guard)
        for sql, guard in (
            ("UPDATE program_voucherseries SET made = made - 1 WHERE id = {series}", ""),
            (
                "UPDATE program_voucherseries SET made = wanted + 1 WHERE id = {series}",
                "program_voucherseries.series_amounts",
            ),
        )
    ),
    Write("program_draw", "UPDATE program_draw SET status = 'frozen' WHERE club_id = {club}", ANY),
    Write(
        "program_draw",
        "UPDATE program_draw SET status = 'open', opened_at = now(), seed_hash = repeat('a', 64),"
        " permit = 'another' WHERE id = {draft_draw}",
    ),
    Write(
        "program_draw",
        "UPDATE program_draw SET status = 'frozen', opened_at = now(), frozen_at = now(),"
        " seed_hash = repeat('a', 64), list_hash = repeat('a', 64) WHERE id = {draft_draw}",
    ),
    Write(
        "program_draw",
        "UPDATE program_draw SET permit = '' WHERE id = {draft_draw}",
        "program_draw.draw_permit_and_period",
    ),
    Write("program_draw", again("program_draw", "id = {draw}", '{"id": -1}')),
    *(
        Write(table, again(table, "draw_id = {draw}", '{"id": -1}'), ANY)
        for table in (
            "program_drawsecret",
            "program_drawclaim",
            "program_drawentry",
            "program_drawwinner",
            "program_drawoutcome",
        )
    ),
    # Another seed than the promised, and a list that was closed when the value could be known.
    Write(
        "program_draw",
        "UPDATE program_draw SET status = 'drawn', drawn_at = draws_at, public_value = 'x',"
        " seed = repeat('b', 64) WHERE id = {frozen_draw}",
        "program_draw.draw_seed_is_the_promised",
    ),
    Write(
        "program_draw",
        "UPDATE program_draw SET status = 'drawn', drawn_at = draws_at - interval '1 second',"
        " public_value = 'x', seed = (SELECT encode(s.seed, 'hex') FROM program_drawsecret s"
        " WHERE s.draw_id = program_draw.id) WHERE id = {frozen_draw}",
        "program_draw.draw_drawn",
    ),
    Write(
        "program_draw",
        "UPDATE program_draw SET status = 'frozen', frozen_at = draws_at, list_hash = repeat('a', 64)"
        " WHERE id = {open_draw}",
        "program_draw.draw_frozen",
    ),
    Write(
        "program_happening",
        "INSERT INTO program_happening (id, club_id, member_id, kind, what, occurrence, occurred_at,"
        " purchases, actor) SELECT -1, club_id, member_id, kind, what, occurrence, occurred_at,"
        " purchases, actor FROM program_happening WHERE club_id = {club}",
        "program_happening.happening_once",
    ),
    Write(
        "program_happening",
        "INSERT INTO program_happening (id, club_id, member_id, kind, what, occurrence, occurred_at,"
        " purchases, actor) VALUES (-1, {their_club}, {holder}, 'visit', '', 'x', now(), '{{}}', 'x')",
        "",
    ),
    Write(
        "program_badge",
        again("program_badge", "club_id = {club}", '{"id": -1}'),
        "program_badge.badge_once",
    ),
    Write(
        "program_drawchance",
        again("program_drawchance", "draw_id = {open_draw}", '{"id": -1, "chances": -1}'),
        "program_drawchance.draw_chance_given_or_undone",
    ),
    Write(
        "program_drawchance",
        "INSERT INTO program_drawchance (club_id, draw_id, member_id, decision_id, chances,"
        " given_at) SELECT club_id, {frozen_draw}, member_id, decision_id, 1, now()"
        " FROM program_drawchance WHERE draw_id = {open_draw}",
    ),
    Write(
        "program_voucher",
        "INSERT INTO program_voucher (id, club_id, code, kind, value, min_basket, expires_at,"
        " decision_id) SELECT -1, {club}, 'x', 'delivery', 0, 0, now(), max(id)"
        " FROM program_decision WHERE club_id = {club}",
        "program_voucher.voucher_of_a_rule_is_personal",
    ),
    Write(
        "program_referral",
        "UPDATE program_referral SET status = 'refused', judged_at = now() WHERE club_id = {club}",
        "program_referral.referral_judged",
    ),
    Write(
        "program_tierrun",
        "INSERT INTO program_tierrun (id, club_id, revision_id, day, ran_at) SELECT -1, club_id,"
        " revision_id, day, ran_at FROM program_tierrun WHERE club_id = {club}",
        "program_tierrun.tier_run_once",
    ),
    *(
        Write(
            "program_tierchange",
            "INSERT INTO program_tierchange (id, run_id, club_id, member_id, before, after, why)"
            f" SELECT -1, run_id, club_id, {columns} FROM program_tierchange"
            " WHERE club_id = {club}",
            f"program_tierchange.{guard}",
        )
        for columns, guard in (
            ("member_id, before, after, why", "tier_change_once"),
            ("member_id - 1, after, after, why", "tier_change_known"),
        )
    ),
    Write(
        "program_tierwarning",
        "INSERT INTO program_tierwarning (id, club_id, member_id, tier, falls_to, loses_on)"
        " SELECT -1, club_id, member_id, tier, falls_to, loses_on FROM program_tierwarning"
        " WHERE club_id = {club}",
        "program_tierwarning.tier_warning_once",
    ),
    Write(
        "program_reward",
        "UPDATE program_reward SET stock = -1 WHERE club_id = {club}",
        "program_reward.reward_stock_not_below_zero",
    ),
    Write(
        "core_idempotencykey",
        again("core_idempotencykey", "club_id = {club}", '{"id": -1}'),
        "core_idempotencykey.idempotency_once",
    ),
    Write(
        "core_idempotencyanswer",
        "UPDATE core_idempotencyanswer SET answer = 'x' WHERE club_id = {club}",
    ),
    Write("core_idempotencyanswer", "TRUNCATE core_idempotencyanswer"),
    Write(
        "ledger_sealtile",
        "UPDATE ledger_sealtile SET hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0))"
        " WHERE book_id = {book}",
    ),
    Write(
        "ledger_checkpoint",
        "INSERT INTO ledger_checkpoint (book_id, key_id, size, root, note, last_transaction,"
        " last_transfer, sealed_at) SELECT book_id, key_id, size - 1, root, note, 0, 0, now()"
        " FROM ledger_checkpoint WHERE book_id = {book}",
    ),
    Write(
        "program_revision",
        "UPDATE program_revision SET document = '{{}}' WHERE club_id = {club} AND status = 'live'",
    ),
    Write(
        "program_revision",
        "UPDATE program_revision SET number = 77 WHERE club_id = {club} AND status = 'live'",
    ),
    Write(
        "program_revision",
        "UPDATE program_revision SET club_id = {their_club}, number = 77, status = 'past'"
        " WHERE club_id = {club} AND status = 'live'",
    ),
    Write(
        "program_revision",
        "UPDATE program_revision SET published_at = now() WHERE club_id = {club}"
        " AND status = 'live'",
    ),
    Write(
        "program_revision",
        "DELETE FROM program_revision WHERE club_id = {club} AND status = 'live'",
    ),
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
    "UPDATE engage_message SET text = 'x' WHERE club_id = {club}",
)
