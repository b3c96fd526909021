"""Two clubs with at least one row in every table whose rows are guarded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, connections

from tests import draws
from tests.world import World, make_world
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.draw_people import confirm_winner
from vafa.flows.entries import LineEntry
from vafa.flows.voucher_series import cancel_code, make_series
from vafa.program.models import Voucher

# Rows that a story would need many days or a background job for. All of them the application
# may write.
_MORE = (
    "INSERT INTO ledger_activity (account_id, at, source, source_id)"
    " VALUES ({available}, now(), 'test', 1)",
    "INSERT INTO ledger_lotwarning (lot_id, due_at, warned_at) VALUES ({lot}, now(), now())",
    "INSERT INTO ledger_sealkey (book_id, origin, verifier) VALUES ({book}, 'vafa/test', 'test')",
    "INSERT INTO ledger_sealtile (book_id, level, number, hashes, transfers, first_transaction,"
    " first_transfer) VALUES ({book}, 0, 0, sha256('x'), '{{1}}', 1, 1)",
    "INSERT INTO ledger_checkpoint (book_id, key_id, size, root, note, last_transaction,"
    " last_transfer, sealed_at) SELECT {book}, id, 2, sha256('x'), '', 1, 1, now()"
    " FROM ledger_sealkey WHERE book_id = {book}",
    "INSERT INTO ledger_verification (book_id, asked_by, asked_at, told_at, finished_at, state, step,"
    " reached, total, found) VALUES ({book}, 'test', now(), now(), now(), 'done', '', 0, 0,"
    " '[]')",
    "INSERT INTO program_adjustment (club_id, member_id, unit, amount, reason, status,"
    " requested_by, requested_at, decided_by, decided_at) VALUES ({club}, {holder}, 'points', 5,"
    " 'test', 'refused', 'test', now(), 'test', now())",
    "INSERT INTO program_reservation (club_id, member_id, branch_id, points, credit, status, actor,"
    " expires_at, resolved_at) SELECT {club}, {holder}, min(id), 5, 0, 'released', 'test', now(),"
    " now() FROM club_branch WHERE club_id = {club}",
    "INSERT INTO program_offlinesale (club_id, branch_id, member_id, entry, asked_hash, snapshot,"
    " rung_by, sent_by, till_at, sold_at, customer, total, asked_points, asked_credit, state, why,"
    " short_points, short_credit, resolution, note, resolved_by) SELECT {club}, min(id), {holder},"
    " gen_random_uuid(), 'x', '', 'test', 'test', now(), now(), '', 5, 5, 0, 'open', 'balance', 5, 0,"
    " '', '', '' FROM club_branch WHERE club_id = {club}",
    "INSERT INTO commerce_delivery (purchase_id, delivered_at, actor)"
    " SELECT max(id), now(), 'test' FROM commerce_purchase WHERE club_id = {club}",
    "INSERT INTO program_tierrun (club_id, revision_id, day, ran_at) SELECT {club}, id, '2026-01-01',"
    " now() FROM program_revision WHERE club_id = {club} AND status = 'live'",
    "INSERT INTO program_tierchange (run_id, club_id, member_id, before, after, why) SELECT id,"
    " {club}, {holder}, 'bronze', 'silver', 'risen' FROM program_tierrun WHERE club_id = {club}",
    "INSERT INTO program_tierwarning (club_id, member_id, tier, falls_to, loses_on)"
    " VALUES ({club}, {holder}, 'silver', 'bronze', '2026-02-01')",
    "INSERT INTO program_happening (club_id, member_id, kind, what, occurrence, occurred_at,"
    " purchases, actor) VALUES ({club}, {holder}, 'visit', '', '2026-01-01', now(), '{{}}', 'test')",
    "INSERT INTO program_memberdevice (member_id, device) VALUES ({holder}, 'x')",
    "INSERT INTO program_referral (club_id, inviter_id, friend_id, actor, device, status, reason,"
    " made_at) SELECT {club}, {holder}, max(id), 'test', '', 'waiting', '', now() FROM club_member"
    " WHERE club_id = {club}",
    "INSERT INTO program_badge (club_id, member_id, code, decision_id, given_at) SELECT {club},"
    " {holder}, 'regular', max(id), now() FROM program_decision WHERE club_id = {club}",
    "INSERT INTO program_drawchance (club_id, draw_id, member_id, decision_id, chances, given_at)"
    " SELECT {club}, {open_draw}, {holder}, max(id), 3, now() FROM program_decision"
    " WHERE club_id = {club}",
    "INSERT INTO club_consent (club_id, member_id, purpose, channel, is_given, version, face, actor, at)"
    " VALUES ({club}, {holder}, 'offers', 'sms', true, 1, 'till', 'x', now())",
    "INSERT INTO club_termsacceptance (club_id, member_id, version, face, actor, at)"
    " VALUES ({club}, {holder}, 1, 'till', 'x', now())",
    "INSERT INTO club_terms (club_id, version, text, text_en, changes, changes_en, asks_again,"
    " starts_at, changed_at, actor) VALUES ({club}, 1, 'x', '', '', '', true, now(), now(), 'x')",
    "INSERT INTO commerce_order (club_id, kind, branch_id, state, channel, payment, vouchers, total,"
    " recipient, phone, address, note, made_by) SELECT {club}, 'sale', min(id), 'draft', 'phone', '',"
    " '', 0, '', '', '', '', 'test' FROM club_branch WHERE club_id = {club}",
    "INSERT INTO commerce_orderstep (order_id, state, reason, actor)"
    " SELECT max(id), 'draft', '', 'test' FROM commerce_order WHERE club_id = {club}",
    "INSERT INTO commerce_documentseries (club_id, branch_id, kind, year, last)"
    " SELECT {club}, min(id), 'invoice', 1405, 1 FROM club_branch WHERE club_id = {club}",
    "INSERT INTO commerce_document (club_id, branch_id, kind, year, number, name, purchase_id, total,"
    " content, actor) SELECT {club}, min(branch_id), 'invoice', 1405, 1, 'x', min(id), 5, '{{}}',"
    " 'test' FROM commerce_purchase WHERE club_id = {club}",
    "INSERT INTO engage_message (club_id, channel, recipient, kind, text)"
    " VALUES ({club}, 'outbox', 'x', 'test', 'x')",
    "INSERT INTO engage_email (club_id, recipient, subject, text, leave_url, file_name, file_type,"
    " state, why, tries, send_after, changed_at) VALUES ({club}, 'x', 'x', 'x', '', '', '', 'stored',"
    " '', 0, now(), now())",
    "INSERT INTO engage_attempt (club_id, message_id, at, what, why, code)"
    " SELECT {club}, max(id), now(), 'began', '', '' FROM engage_message WHERE club_id = {club}",
)
_HOLDS = (("open", 0, "NULL"), ("captured", 1, "now()"), ("released", 0, "now()"))


def make_scene() -> dict[str, Any]:
    """What the statements of ``forbidden.py`` name."""
    world, other = make_world(), make_world()
    lines = (LineEntry(15_000_000, "milk"), LineEntry(15_000_000, "cheese"))
    bought = world.buy(30_000_000, lines=lines, pay_points=5, key="key")
    other.buy(30_000_000, key="key")
    world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    world.redeem("voucher", use=True)
    world.enrol()
    codes = _codes(world)
    scene = codes | _numbers(world) | {f"their_{name}": n for name, n in _numbers(other).items()}
    used = fetch(
        "SELECT voucher_id FROM program_voucheruse u JOIN program_voucher v ON v.id = u.voucher_id"
        " WHERE v.club_id = %s AND v.series_id IS NULL",
        [world.record.id],
    )
    scene |= {
        "used_voucher": used[0][0],
        "stranger": 10**12 + world.member.id,
        "owner": connections["owner"].settings_dict["USER"],
    }
    scene |= _draws(world)
    with connection.cursor() as cursor:
        for statement in _MORE:
            cursor.execute(statement.format(**scene))
        for status, captured, resolved in _HOLDS:
            cursor.execute(_hold(status, captured, resolved).format(**scene))
            scene[f"{status}_hold"] = cursor.fetchone()[0]
    return scene


def _codes(world: World) -> dict[str, int]:
    """A series of codes, one of them cancelled, and a gift card that is used up."""
    terms: Any = {"starts_at": now(), "expires_at": now() + timedelta(days=9)}
    series = make_series(
        world.club, world.owner, name="کد", kind="percent", count=2, terms={"percent": 5}, **terms
    )
    code = Voucher.objects.filter(series=series).order_by("id")[0]
    cancel_code(world.club, code.code, world.owner)
    card = make_series(world.club, world.owner, name="هدیه", kind="gift", value=50_000, **terms)
    gift = Voucher.objects.get(series=card)
    assert world.buy(10_000_000, voucher=gift.code).error is None
    return {"series": series.pk, "cancelled_code": code.pk, "gift_card": gift.pk}


def _draws(world: World) -> dict[str, int]:
    """Draws at each step, the last one with a winner of whom something has become."""
    found = {
        "draft_draw": draws.drafted(world).id,
        "open_draw": draws.opened(world).id,
        "frozen_draw": draws.frozen_alone(world).id,
        "draw": draws.drawn_alone(world).id,
    }
    confirm_winner(world.club, found["draw"], 1, world.owner)
    return found


def _numbers(world: World) -> dict[str, Any]:
    club = world.record
    ((available, balance),) = fetch(
        "SELECT id, balance FROM ledger_account WHERE unit_id = %s AND holder = %s"
        " AND kind = 'available'",
        [club.points_unit_id, world.member.id],
    )
    pools = dict(
        fetch(
            "SELECT unit_id, id FROM ledger_account WHERE book_id = %s AND kind = 'issuance'",
            [club.book_id],
        )
    )
    ((lot,),) = fetch("SELECT min(id) FROM ledger_lot WHERE account_id = %s", [available])
    return {
        "club": club.id,
        "book": club.book_id,
        "points": club.points_unit_id,
        "credit": club.credit_unit_id,
        "issuance": pools[club.points_unit_id],
        "credit_issuance": pools[club.credit_unit_id],
        "holder": world.member.id,
        "available": available,
        "balance": balance,
        "lot": lot,
    }


def _hold(status: str, captured: int, resolved: str) -> str:
    """The INSERT of a hold on a transfer that has none."""
    return (
        "INSERT INTO ledger_hold (account_id, transfer_id, amount, captured, status, source,"
        f" source_id, resolved_at) SELECT {{available}}, max(t.id), 5, {captured}, '{status}',"
        f" 'test', 1, {resolved} FROM ledger_transfer t WHERE t.book_id = {{book}}"
        " AND NOT EXISTS (SELECT 1 FROM ledger_hold h WHERE h.transfer_id = t.id) RETURNING id"
    )
