"""Keep the daily figures up to date: read what happened, note which days it touches, make these anew.

Selling writes nothing for it. A day is made from its facts each time, so that reading an event twice
does no harm; transfers, which never change, are added up once, with the place reached in the same
transaction. (docs/adr/0031)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext, club_context
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.transactions import horizon
from vafa.insight.actions.day_figures import make_days
from vafa.insight.reads.touched_days import EVENTS, Happened, touched

READER = "figures"
_EVENTS_AT_ONCE = 2_000
_TRANSFERS_AT_ONCE = 20_000
_DAYS_AT_ONCE = 4
_LAST = 2**63 - 1

_NEXT = """
SELECT transaction, id, club_id, name, payload->>'purchase', payload->>'branch', payload->>'member',
    payload->>'merged', payload->>'label', happened_at
FROM core_event
WHERE (transaction, id) > (%s, %s) AND transaction < %s AND name = ANY(%s)
ORDER BY transaction, id LIMIT %s
"""
_REACHED = """
SELECT transaction, id FROM ledger_transfer
WHERE book_id = %(book)s AND (transaction, id) > (%(transaction)s, %(transfer)s)
    AND transaction < %(end)s
ORDER BY transaction, id OFFSET %(most)s LIMIT 1
"""
_ADD_POOLS = """
INSERT INTO insight_daypools AS k (club_id, unit_id, day, issued, clawed_back, spent, restored,
    expired, revived)
SELECT %(club)s, t.unit_id, (t.effective_at AT TIME ZONE %(zone)s)::date,
    coalesce(sum(t.amount) FILTER (WHERE d.kind = 'issuance'), 0),
    coalesce(sum(t.amount) FILTER (WHERE c.kind = 'issuance'), 0),
    coalesce(sum(t.amount) FILTER (WHERE c.kind = 'spent'), 0),
    coalesce(sum(t.amount) FILTER (WHERE d.kind = 'spent'), 0),
    coalesce(sum(t.amount) FILTER (WHERE c.kind = 'expired'), 0),
    coalesce(sum(t.amount) FILTER (WHERE d.kind = 'expired'), 0)
FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_account_id
    JOIN ledger_account c ON c.id = t.credit_account_id
WHERE t.book_id = %(book)s AND (t.transaction, t.id) > (%(transaction)s, %(transfer)s)
    AND (t.transaction, t.id) <= (%(to)s, %(to_id)s)
    AND (d.kind IN ('issuance', 'spent', 'expired') OR c.kind IN ('issuance', 'spent', 'expired'))
GROUP BY 2, 3 ORDER BY 2, 3
ON CONFLICT (club_id, unit_id, day) DO UPDATE SET issued = k.issued + excluded.issued,
    clawed_back = k.clawed_back + excluded.clawed_back, spent = k.spent + excluded.spent,
    restored = k.restored + excluded.restored, expired = k.expired + excluded.expired,
    revived = k.revived + excluded.revived
"""
_FIRST_AND_LAST = """
SELECT least((SELECT min(purchased_at) FROM commerce_purchase WHERE club_id = %(club)s),
        (SELECT min(returned_at) FROM commerce_return WHERE club_id = %(club)s),
        (SELECT min(joined_at) FROM club_member WHERE club_id = %(club)s)),
    greatest((SELECT max(purchased_at) FROM commerce_purchase WHERE club_id = %(club)s),
        (SELECT max(returned_at) FROM commerce_return WHERE club_id = %(club)s),
        (SELECT max(joined_at) FROM club_member WHERE club_id = %(club)s))
"""


class _State(NamedTuple):
    """What is known of a club's figures, its row locked."""

    zone: str
    is_whole: bool
    transaction: int
    transfer: int


def keep_figures(seconds: float) -> int:
    """Bring the figures of every club up to date, for about ``seconds`` at most; returns how many
    days were made.

    What is not reached waits for the next call. Whoever else does this at the same time waits, or
    finds nothing left to do.
    """
    until = monotonic() + seconds
    return sum(bring_up(club_context(club_id), until) for club_id in note_what_happened(until))


def note_what_happened(until: float) -> list[int]:
    """Note the days that new events touch, up to the moment ``until`` of the monotonic clock; returns
    the clubs in which something waits to be made."""
    _begin_missing()
    while _read_events() and monotonic() < until:
        pass
    return _behind()


def rebuild(club: ClubContext) -> int:
    """Forget the club's figures and make all of them anew; returns how many days. Pages read the facts
    themselves until they are whole again."""
    with transaction.atomic(durable=True):
        _place()
        _forget(club)
        _begin(club)
    return bring_up(club, None)


def bring_up(club: ClubContext, until: float | None) -> int:
    """Add up the club's new transfers and make its waiting days, the newest first, each few in a
    transaction of their own; returns how many. Stops at the moment ``until`` of the monotonic
    clock; None: goes on to the end."""
    made = 0
    goes_on = True
    while goes_on:
        goes_on = _add_transfers(club)
        if until is not None and monotonic() >= until:
            break
    while until is None or monotonic() < until:
        done = _make_waiting(club)
        made += done
        if done == 0:
            break
    _settle(club, is_caught_up=not goes_on)
    return made


def _begin_missing() -> None:
    """Begin with clubs that have no figures yet, and again where the club's zone is another."""
    rows = fetch(
        "SELECT c.id FROM club_club c LEFT JOIN insight_keptclub k ON k.club_id = c.id"
        " WHERE k.id IS NULL OR k.zone <> c.zone ORDER BY c.id"
    )
    for (club_id,) in rows:
        club = club_context(club_id)
        with transaction.atomic(durable=True):
            # Nothing that is read from now on may be missed: the place in the log comes first.
            _place()
            _forget(club)
            _begin(club)


def _forget(club: ClubContext) -> None:
    for table in ("dayfigures", "daypools", "waitingday", "keptclub"):
        execute(f"DELETE FROM insight_{table} WHERE club_id = %s", [club.id])


def _begin(club: ClubContext) -> None:
    execute(
        "INSERT INTO insight_keptclub (club_id, zone, is_whole, waiting_since, transaction, transfer)"
        " VALUES (%s, %s, false, %s, 0, 0)",
        [club.id, club.zone, now()],
    )
    [(first, last)] = fetch(_FIRST_AND_LAST, {"club": club.id})
    if first is not None:
        begins = club.local_date(first)
        count = (club.local_date(last) - begins).days + 1
        _note(club.id, (begins + timedelta(days=n) for n in range(count)))


def _note(club_id: int, days: Iterable[date]) -> None:
    execute(
        "INSERT INTO insight_waitingday (club_id, day)"
        " SELECT %s, d FROM unnest(%s::date[]) AS d ORDER BY d ON CONFLICT DO NOTHING",
        [club_id, sorted(set(days))],
    )


def _place() -> tuple[int, int, datetime]:
    """How far the log was read, and when; whoever else reads it waits."""
    execute(
        "INSERT INTO insight_eventreading (name, transaction, event, read_at)"
        " VALUES (%s, %s, 0, %s) ON CONFLICT (name) DO NOTHING",
        [READER, horizon(), now()],
    )
    [row] = fetch(
        "SELECT transaction, event, read_at FROM insight_eventreading WHERE name = %s FOR UPDATE",
        [READER],
    )
    return row


def _read_events() -> bool:
    """Note the days that the next events touch; whether more may follow."""
    with transaction.atomic(durable=True):
        at, event, read_at = _place()
        moment, end = now(), horizon()
        rows = fetch(_NEXT, [at, event, end, list(EVENTS), _EVENTS_AT_ONCE])
        by_club: dict[int, list[Happened]] = defaultdict(list)
        for row in rows:
            by_club[row[2]].append(Happened.of(*row[3:]))
        for club_id, happened in by_club.items():
            _note(club_id, touched(club_context(club_id), happened))
            execute(
                "UPDATE insight_keptclub SET waiting_since = %s"
                " WHERE club_id = %s AND waiting_since IS NULL",
                [read_at, club_id],
            )
        is_full = len(rows) == _EVENTS_AT_ONCE
        # Below the horizon nothing more can appear.
        place = rows[-1][:2] if is_full else max((at, event), (end - 1, _LAST))
        execute(
            "UPDATE insight_eventreading SET transaction = %s, event = %s, read_at = %s"
            " WHERE name = %s",
            [*place, read_at if is_full else moment, READER],
        )
    return is_full


def _behind() -> list[int]:
    """The clubs in which something waits."""
    rows = fetch(
        "SELECT k.club_id FROM insight_keptclub k JOIN club_club c ON c.id = k.club_id"
        " WHERE k.waiting_since IS NOT NULL"
        " OR EXISTS (SELECT FROM insight_waitingday w WHERE w.club_id = k.club_id)"
        " OR EXISTS (SELECT FROM ledger_transfer t WHERE t.book_id = c.book_id"
        "  AND (t.transaction, t.id) > (k.transaction, k.transfer)"
        "  AND t.transaction < vafa_transaction_horizon()) ORDER BY k.club_id"
    )
    return [club_id for (club_id,) in rows]


def _state(club: ClubContext) -> _State | None:
    rows = fetch(
        "SELECT zone, is_whole, transaction, transfer FROM insight_keptclub"
        " WHERE club_id = %s FOR UPDATE",
        [club.id],
    )
    return _State(*rows[0]) if rows else None


def _add_transfers(club: ClubContext) -> bool:
    """Add up the next transfers of the club's book; whether more may follow."""
    with transaction.atomic(durable=True):
        state = _state(club)
        if state is None:
            return False
        end = horizon()
        given: dict[str, Any] = {
            "club": club.id,
            "book": club.book_id,
            "zone": state.zone,
            "transaction": state.transaction,
            "transfer": state.transfer,
            "end": end,
            "most": _TRANSFERS_AT_ONCE - 1,
        }
        more = fetch(_REACHED, given)
        to, to_id = more[0] if more else (end - 1, _LAST)
        if (to, to_id) > (state.transaction, state.transfer):
            execute(_ADD_POOLS, given | {"to": to, "to_id": to_id})
            execute(
                "UPDATE insight_keptclub SET transaction = %s, transfer = %s WHERE club_id = %s",
                [to, to_id, club.id],
            )
    return bool(more)


def _make_waiting(club: ClubContext) -> int:
    with transaction.atomic(durable=True):
        if _state(club) is None:
            return 0
        # Taken before the facts are read: what comes meanwhile is noted again.
        rows = fetch(
            "DELETE FROM insight_waitingday WHERE id IN (SELECT id FROM insight_waitingday"
            " WHERE club_id = %s ORDER BY day DESC LIMIT %s) RETURNING day",
            [club.id, _DAYS_AT_ONCE],
        )
        days = sorted(day for (day,) in rows)
        if days:
            make_days(club, days)
    return len(days)


def _settle(club: ClubContext, is_caught_up: bool) -> None:
    """Say whether anything waits."""
    execute(
        "UPDATE insight_keptclub k SET waiting_since = coalesce(waiting_since, r.read_at)"
        " FROM insight_eventreading r WHERE r.name = %s AND k.club_id = %s"
        if not is_caught_up
        else "UPDATE insight_keptclub k SET waiting_since = NULL, is_whole = true"
        " FROM insight_eventreading r WHERE r.name = %s AND k.club_id = %s"
        " AND (waiting_since IS NOT NULL OR NOT is_whole)"
        " AND NOT EXISTS (SELECT FROM insight_waitingday w WHERE w.club_id = k.club_id)",
        [READER, club.id],
    )
