"""What members had before the club was kept here: lots with the dates that they had there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import Wallet, wallets_of
from vafa.core.clock import now
from vafa.core.db import dumps, fetch, recordset
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race
from vafa.core.ids import next_ids
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import LotTerms, Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.document import Program, ValueTerms
from vafa.program.rules.earning import Part
from vafa.program.rules.terms import lot_terms

_OPENING = (
    ("club_id", "bigint"),
    ("key", "text"),
    ("decision_id", "bigint"),
    ("data_import_id", "bigint"),
)


class Opening(NamedTuple):
    """What a member brings: points, and credit in the smallest currency unit, earned at
    ``earned_at``; ``expires_at`` None is by the club's terms from then. ``key`` names it."""

    member_id: int
    key: str
    points: int
    credit: int
    earned_at: datetime
    expires_at: datetime | None = None


def open_balances(
    club: ClubContext, openings: Sequence[Opening], *, data_import: int
) -> list[bool]:
    """Give each opening balance whose key the club does not know; whether each was given, in order.

    One durable transaction and a fixed number of statements. Raises NoLiveProgram, LedgerFrozen.
    """
    return retry_lost_race(lambda: _open(club, openings, data_import))


def known_openings(club_id: int, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which the club has given something that was not undone."""
    rows = fetch(
        "SELECT key FROM program_openingbalance"
        " WHERE club_id = %s AND key = ANY(%s) AND undone_at IS NULL",
        [club_id, list(keys)],
    )
    return {key for (key,) in rows}


def terms_of_opening(
    program: Program, club: ClubContext, opening: Opening, *, is_points: bool
) -> LotTerms:
    """The dates of what is given; ``expires_at`` may have passed where the club's terms say so."""
    terms: ValueTerms = program.terms if is_points else program.credit
    if opening.expires_at is not None:
        return LotTerms(opening.earned_at, opening.expires_at)
    return lot_terms(terms, opening.earned_at, club.dates)


def _open(club: ClubContext, openings: Sequence[Opening], data_import: int) -> list[bool]:
    moment = now()
    with transaction.atomic(durable=True):
        live = live_program(club.id)
        numbers = dict(
            zip([o.key for o in openings], next_ids("program_decision", len(openings)), strict=True)
        )
        fresh = _claim(club.id, numbers, data_import)
        given = [o for o in openings if o.key in fresh]
        people = wallets_of(o.member_id for o in given)
        wallets = {
            (unit, people[o.member_id].holder)
            for o in given
            for unit, amount in _amounts(club, o)
            if amount
        }
        locked = lock_wallets(club.book_id, wallets, at=moment)
        decisions = [
            _give(club, live, locked.plan, o, people[o.member_id], numbers[o.key], moment)
            for o in given
        ]
        insert_decisions(decisions)
        locked.write()
        append_events([_event(club, o, people[o.member_id], moment) for o in given])
    return [o.key in fresh for o in openings]


def _claim(club_id: int, numbers: dict[str, int], data_import: int) -> set[str]:
    """The keys that nobody had; the unique constraint decides races."""
    rows = [(club_id, key, number, data_import) for key, number in sorted(numbers.items())]
    names = ", ".join(name for name, _ in _OPENING)
    claimed = fetch(
        f"INSERT INTO program_openingbalance ({names})"
        f" SELECT {names} FROM {recordset(_OPENING, 'w')} ON CONFLICT DO NOTHING RETURNING key",
        [dumps(rows)],
    )
    return {key for (key,) in claimed}


def _amounts(club: ClubContext, opening: Opening) -> list[tuple[int, int]]:
    return [(club.points_unit_id, opening.points), (club.credit_unit_id, opening.credit)]


def _give(
    club: ClubContext,
    live: LiveProgram,
    plan: Plan,
    opening: Opening,
    whose: Wallet,
    number: int,
    at: datetime,
) -> NewDecision:
    ref = Ref("decision", number, at)
    for unit, amount in _amounts(club, opening):
        if amount:
            is_points = unit == club.points_unit_id
            terms = terms_of_opening(live.program, club, opening, is_points=is_points)
            plan.earn(unit, whose.holder, amount, terms, ref)
    saw: dict[str, Any] = {"earned": club.local_date(opening.earned_at).isoformat()}
    if opening.credit:
        saw["credit"] = opening.credit
    return NewDecision(
        id=number,
        club_id=club.id,
        member_id=whose.member_id,
        revision_id=live.revision_id,
        trigger="opening",
        points=opening.points,
        credit=opening.credit,
        parts=[Part("", "opening", opening.points, saw)],
        effective_at=at,
        tier_at=at,
    )


def _event(club: ClubContext, opening: Opening, whose: Wallet, at: datetime) -> NewEvent:
    payload = {"member": whose.member_id, "points": opening.points, "credit": opening.credit}
    return NewEvent(club.id, "balance.opened", payload, at)
