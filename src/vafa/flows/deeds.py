"""What decisions do beside giving amounts: vouchers, chances, badges, attributes, messages.

In the transaction of the decision, set-wise; a batch whose decisions do none of it pays nothing.
Events that rules raise are reported by ``happenings.py``, when all this is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from vafa.club.actions.attributes import set_attributes
from vafa.club.actions.audit import SYSTEM
from vafa.club.errors import InvalidAttribute, UnknownAttribute
from vafa.club.reads.context import ClubContext
from vafa.core.db import Query, ask_together
from vafa.core.events import NewEvent, append_events
from vafa.program.actions.decisions import NewDecision
from vafa.program.actions.deeds import (
    GivenCode,
    NewBadge,
    NewChances,
    WantedCode,
    give_codes,
    insert_badges,
    insert_chances,
)
from vafa.program.reads.deeds import OpenDraw, badges_query, draws_query, series_query
from vafa.program.rules.deeds import deeds_in
from vafa.program.rules.earning import Part


class Closed:
    """What rules cannot give to the members of one batch. ``targets``: what they might, as
    ``rules/deeds.py`` calls it. Nothing is known until the queries are asked: behind the locks of
    the members' wallets, so that a badge is given once."""

    def __init__(
        self,
        club_id: int,
        targets: Collection[str],
        member_ids: Iterable[int],
        at: datetime,
        *,
        lock: bool,
    ) -> None:
        named: dict[str, set[str]] = {"voucher": set(), "chances": set(), "badge": set()}
        for target in targets:
            kind, _, name = target.partition(":")
            named[kind].add(name)
        self._club_id, self._at, self._lock = club_id, at, lock
        self._members = sorted(set(member_ids))
        self._series = {int(number) for number in named["voucher"]}
        self._draws = {int(number) for number in named["chances"]}
        self._badges = named["badge"]
        self._giving: set[int] = set()
        self._open: dict[int, OpenDraw] = {}
        self._had: set[tuple[int, str]] = set()

    def queries(self) -> list[Query[None]]:
        """The questions to be asked together with others; their answers are kept here."""
        asked: list[Query[None]] = [
            _kept(series_query(self._club_id, self._series, self._at), self._giving.update),
            _kept(draws_query(self._club_id, self._draws, lock=self._lock), self._open.update),
            _kept(badges_query(self._members, self._badges), self._had.update),
        ]
        return [query for query in asked if query.sql]

    def of(self, member_id: int, day: date) -> frozenset[str]:
        """What cannot be given to her for something that happened on that day."""
        shut = {f"voucher:{number}" for number in self._series - self._giving}
        for number in self._draws:
            draw = self._open.get(number)
            if draw is None or not draw.starts_on <= day <= draw.ends_on:
                shut.add(f"chances:{number}")
        shut |= {f"badge:{code}" for code in self._badges if (member_id, code) in self._had}
        return frozenset(shut)

    def note(self, member_id: int, parts: Iterable[Part]) -> None:
        """A decision gave her this: what follows in the batch sees it."""
        for part in deeds_in(parts):
            if part.kind == "badge":
                self._had.add((member_id, str(part.saw["badge"])))


def closed_for(
    club: ClubContext, targets: Collection[str], member_ids: Iterable[int], at: datetime
) -> Closed:
    """The same, asked at once: where the wallets are locked already."""
    closed = Closed(club.id, targets, member_ids, at, lock=True)
    ask_together(*closed.queries())
    return closed


def do_deeds(
    club: ClubContext, decisions: Sequence[NewDecision], at: datetime
) -> dict[int, list[GivenCode]]:
    """Do what these decisions say, within their transaction: before or behind their own writing.
    Returns the codes that were made, by decision; ``at``: now.

    Raises django.db.IntegrityError where another gave the same badge at this moment.
    """
    doing = [(decision, part) for decision in decisions for part in deeds_in(decision.parts)]
    if not doing:
        return {}

    def of_kind(kind: str) -> list[tuple[NewDecision, Part]]:
        return [(decision, part) for decision, part in doing if part.kind == kind]

    insert_badges(
        [
            NewBadge(club.id, d.member_id, str(part.saw["badge"]), d.id, d.effective_at)
            for d, part in of_kind("badge")
        ]
    )
    insert_chances(
        [
            NewChances(
                club.id,
                int(part.saw["draw"]),
                d.member_id,
                d.id,
                int(part.saw["chances"]),
                d.effective_at,
            )
            for d, part in of_kind("chances")
        ]
    )
    wanted = [
        WantedCode(int(part.saw["series"]), d.member_id, d.id, part.rule)
        for d, part in of_kind("voucher")
    ]
    events = [_told(club, d, part) for d, part in doing if part.kind in _EVENTS]
    given: dict[int, list[GivenCode]] = {}
    for one in give_codes(club.id, wanted, at):
        given.setdefault(one.wanted.decision_id, []).append(one)
        payload = {
            "voucher": one.voucher_id,
            "series": one.wanted.series_id,
            "member": one.wanted.member_id,
        }
        events.append(NewEvent(club.id, "voucher.given", payload, at))
    append_events([*events, *_set_attributes(club, of_kind("attribute"))])
    return given


# What others may act upon: engage tells the member.
_EVENTS = {"message": "message.wanted", "badge": "badge.given", "chances": "chances.given"}


def _told(club: ClubContext, decision: NewDecision, part: Part) -> NewEvent:
    payload: dict[str, Any] = {
        "member": decision.member_id,
        "decision": decision.id,
        "revision": decision.revision_id,
        "rule": part.rule,
    }
    payload |= {name: part.saw[name] for name in ("badge", "draw", "chances") if name in part.saw}
    return NewEvent(club.id, _EVENTS[part.kind], payload, decision.effective_at)


def _set_attributes(club: ClubContext, doing: Sequence[tuple[NewDecision, Part]]) -> list[NewEvent]:
    """Write what is now known of members, in their order, so that nobody waits in a circle."""
    failed = []
    for decision, part in sorted(doing, key=lambda one: (one[0].member_id, one[0].id)):
        given = {str(part.saw["key"]): part.saw["value"]}
        try:
            set_attributes(club.id, decision.member_id, given, by=SYSTEM)
        except (InvalidAttribute, UnknownAttribute) as error:
            # The club has changed the attribute since: no bill may stop for that.
            payload = {"member": decision.member_id, "rule": part.rule, "why": error.code}
            failed.append(NewEvent(club.id, "deed.failed", payload, decision.effective_at))
    return failed


def _kept(query: Query[Any], keep: Callable[[Any], None]) -> Query[None]:
    """The same question, whose answer goes where it is kept."""
    return Query(query.sql, query.params, lambda rows: keep(query.build(rows)))
