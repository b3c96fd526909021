"""Writes about promises, draws and keys that must be refused (see ``forbidden.py``)."""

from __future__ import annotations

from tests.architecture.forms import ANY, Write, again

_USED = "voucher_id = {used_voucher}"
_OPEN_SALE = "club_id = {club} AND state = 'open'"
PROMISES = (
    Write(
        "program_offlinesale",
        again("program_offlinesale", _OPEN_SALE, '{"id": -1}'),
        "program_offlinesale.offline_sale_once",
    ),
    Write(
        "program_offlinesale",
        f"UPDATE program_offlinesale SET state = 'settled' WHERE {_OPEN_SALE}",
        "program_offlinesale.offline_sale_settled_once",
    ),
    Write(
        "program_offlinesale",
        f"UPDATE program_offlinesale SET state = 'settled', resolution = 'points',"
        f" resolved_at = now() WHERE {_OPEN_SALE}",
        "program_offlinesale.offline_sale_settled_once",
    ),
    Write(
        "program_offlinesale",
        f"UPDATE program_offlinesale SET state = 'clean' WHERE {_OPEN_SALE}",
        "program_offlinesale.offline_sale_state_known",
    ),
    Write("program_offlinesale", f"DELETE FROM program_offlinesale WHERE {_OPEN_SALE}"),
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
