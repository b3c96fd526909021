"""What happens to members beside purchases, and what it earns them: once for each occurrence.

A batch is decided and written by a fixed number of statements. Whoever reports a happening again,
late, or after being killed in the middle, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import who_left
from vafa.core.clock import now
from vafa.core.db import ask_together
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race
from vafa.flows.deeds import Closed, closed_for, do_deeds
from vafa.flows.granting import NOTHING_MOVED, Stand, earning_wallets, grant, points_of
from vafa.flows.member_facts import Asking, MemberFacts
from vafa.flows.merchants import merchants_of
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.program.actions.counters import Counters, Place, open_counters
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.happenings import NewHappening, insert_happenings
from vafa.program.reads.happenings import Occurrence, Person, known_occurrences
from vafa.program.reads.revisions import LiveProgram
from vafa.program.reads.tier_facts import TierAsk
from vafa.program.reads.tiers import tiers_at
from vafa.program.rules.deeds import deeds_in
from vafa.program.rules.earning import Decided
from vafa.program.rules.expressions import NOTHING
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.happening import HappeningFacts, decide_happening
from vafa.program.rules.index import index_of, limits_at
from vafa.program.rules.inputs import happening_inputs
from vafa.program.rules.moments import Happening


class HappeningEntry(NamedTuple):
    """Something that happened to ``person`` at ``at``; see ``program.models.Happening``.

    ``keep``: worth recording where it earns nothing. ``merchant_id``: whose the branch is, found
    where the programme asks for it.
    """

    person: Person
    on: Happening
    occurrence: str
    at: datetime
    what: str = ""
    nth: int = 0
    branch_id: int | None = None
    data: Mapping[str, Any] | None = None
    purchases: Sequence[int] = ()
    purchase_id: int | None = None
    keep: bool = False
    merchant_id: int = 0

    @property
    def name(self) -> Occurrence:
        """What it happens only once by."""
        return self.person.id, self.on, self.occurrence


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of an entry: whether it was new, its points, and the decision where it earned.
    ``further``: the points of events that its rules raised; ``moved``: where all of them went."""

    is_new: bool
    points: int = 0
    decision_id: int | None = None
    further: int = 0
    moved: Stand = NOTHING_MOVED


_KNOWN = Reported(False)


def report_happenings(
    club: ClubContext, live: LiveProgram, batch: Sequence[HappeningEntry], *, actor: Actor
) -> list[Reported]:
    """Record what happened in one durable transaction; answers in the same order.

    Raises LedgerFrozen.
    """

    def once() -> list[Reported]:
        with transaction.atomic(durable=True):
            return report_within(club, live, batch, actor=actor)

    return retry_lost_race(once)


def report_within(
    club: ClubContext,
    live: LiveProgram,
    batch: Sequence[HappeningEntry],
    *,
    actor: Actor,
    at: datetime | None = None,
) -> list[Reported]:
    """The same within the transaction of a flow; of who has left meanwhile nothing is recorded. What a purchase brought waits with it, as seen
    ``at`` (default now). Raises LedgerFrozen, LostRace, and django.db.IntegrityError where another
    was faster (``retry_lost_race`` does it again)."""
    moment = at or now()
    batch = _placed(club, live, batch)
    facts = _facts(club, live, batch)
    promising = [
        entry
        for entry in batch
        if entry.keep or decide_happening(live.program, facts[entry.name]).parts
    ]
    if not promising:
        return [_KNOWN for _ in batch]
    units = set().union(*(index_of(live.program, on).units for on in {e.on for e in promising}))
    holders = [entry.person.holder for entry in promising]
    wallets = lock_wallets(club.book_id, earning_wallets(club, units, holders))
    gone = who_left(entry.person.id for entry in promising)
    promising = [entry for entry in promising if entry.person.id not in gone]
    # Looked up behind the locks, which who reports the same would wait for.
    known = known_occurrences([entry.name for entry in promising])
    fresh = {entry.name: entry for entry in promising if entry.name not in known}
    made = _decide(club, live, list(fresh.values()), facts, wallets, moment)
    _write(club, made, wallets, actor)
    do_deeds(club, [one.decision for one in made if one.decision is not None], now())
    answers = {one.entry.name: one.answer for one in made}
    _raise_events(club, live, made, answers, actor, moment)
    return [answers.pop(entry.name, _KNOWN) for entry in batch]


def raised_by(decision: NewDecision, person: Person, branch_id: int | None) -> list[HappeningEntry]:
    """The events that the decision's rules raise for the member, each once."""
    bought = (decision.purchase_id,) if decision.purchase_id is not None else ()
    return [
        HappeningEntry(
            person,
            "event",
            f"rule:{decision.id}:{part.rule}",
            decision.effective_at,
            what=str(part.saw["event"]),
            branch_id=branch_id,
            data={"rule": part.rule},
            purchases=bought,
            purchase_id=decision.purchase_id,
            keep=True,
        )
        for part in deeds_in(decision.parts)
        if part.kind == "event"
    ]


def _raise_events(
    club: ClubContext,
    live: LiveProgram,
    made: Sequence[_Made],
    answers: dict[Occurrence, Reported],
    actor: Actor,
    at: datetime,
) -> None:
    """Report what the decisions raise, and what that raises, which has an end (rules/loops.py);
    what it brings is in the answers of what it was raised for."""
    raised = [
        (one.entry.name, entry)
        for one in made
        if one.decision is not None
        for entry in raised_by(one.decision, one.entry.person, one.entry.branch_id)
    ]
    if not raised:
        return
    told = report_within(club, live, [entry for _, entry in raised], actor=actor, at=at)
    for (name, _), done in zip(raised, told, strict=True):
        so_far = answers[name]
        further = so_far.further + done.points + done.further
        answers[name] = replace(so_far, further=further, moved=so_far.moved.plus(done.moved))


class _Made(NamedTuple):
    entry: HappeningEntry
    decided: Decided
    decision: NewDecision | None
    moved: Stand

    @property
    def answer(self) -> Reported:
        number = self.decision.id if self.decision else None
        return Reported(True, self.decided.points, number, moved=self.moved)


def _decide(
    club: ClubContext,
    live: LiveProgram,
    entries: Sequence[HappeningEntry],
    facts: Mapping[Occurrence, HappeningFacts],
    wallets: Wallets,
    at: datetime,
) -> list[_Made]:
    counters, closed = _counters(club, live, entries), _closed(club, live, entries)
    made: list[_Made] = []
    for entry in entries:
        seen, place = facts[entry.name], _place(club, entry)
        if closed is not None:
            shut = closed.of(entry.person.id, place.day)
            seen = seen._replace(around=seen.around._replace(shut=shut))
        if counters is not None:
            seen = seen._replace(around=seen.around._replace(left=counters.left(place)))
        decided = decide_happening(live.program, seen)
        decision = None
        before = points_of(wallets.plan, club, entry.person.holder)
        if closed is not None:
            closed.note(entry.person.id, decided.parts)
        if decided.anything:
            decision = grant(
                wallets,
                club,
                live,
                trigger="happening",
                member_id=entry.person.id,
                holder=entry.person.holder,
                decided=decided,
                inputs=happening_inputs(seen),
                at=entry.at,
                purchase_id=entry.purchase_id,
                counted=counters.draw(place, decided.parts) if counters else (),
                waits_from=at if entry.purchase_id is not None else None,
            )
        if decision is not None or entry.keep:
            moved = points_of(wallets.plan, club, entry.person.holder).less(before)
            made.append(_Made(entry, decided, decision, moved))
    if counters is not None:
        counters.write()
    return made


def _closed(
    club: ClubContext, live: LiveProgram, entries: Sequence[HappeningEntry]
) -> Closed | None:
    """What rules cannot give (any more), where they name something that may be gone."""
    on = {entry.on for entry in entries}
    targets = frozenset().union(*(index_of(live.program, one).targets for one in on))
    if not targets:
        return None
    return closed_for(club, targets, [entry.person.id for entry in entries], now())


def _counters(
    club: ClubContext, live: LiveProgram, entries: Sequence[HappeningEntry]
) -> Counters | None:
    """The counters of the limits that rules on these happenings have; of all together, since they
    may share a budget."""
    limits = partial(limits_at, live.program, sorted({entry.on for entry in entries}))
    places = [_place(club, entry) for entry in entries]
    if not any(place.limited(limits) for place in places):
        return None
    return open_counters(club.id, limits, places, lock=True)


def _place(club: ClubContext, entry: HappeningEntry) -> Place:
    person, day = entry.person, club.local_date(entry.at)
    return Place(
        person.id, person.holder, entry.branch_id or 0, day, club.calendar, entry.merchant_id
    )


def _write(club: ClubContext, made: Sequence[_Made], wallets: Wallets, actor: Actor) -> None:
    insert_decisions([one.decision for one in made if one.decision is not None])
    insert_happenings(
        [
            NewHappening(
                club.id,
                one.entry.person.id,
                one.entry.on,
                one.entry.what,
                one.entry.occurrence,
                one.entry.at,
                actor.label,
                one.entry.branch_id,
                one.entry.data,
                one.entry.purchases,
                one.decision.id if one.decision else None,
            )
            for one in made
        ]
    )
    wallets.write()
    append_events([_event(club, one) for one in made])


def _event(club: ClubContext, one: _Made) -> NewEvent:
    entry = one.entry
    payload = {
        "member": entry.person.id,
        "kind": entry.on,
        "what": entry.what,
        "points": one.decided.points,
    }
    return NewEvent(club.id, "happening.recorded", payload, entry.at)


def _placed(
    club: ClubContext, live: LiveProgram, batch: Sequence[HappeningEntry]
) -> list[HappeningEntry]:
    on, branches = [entry.on for entry in batch], [entry.branch_id for entry in batch]
    whose = merchants_of(club, live.program, on, branches)
    return [
        entry._replace(merchant_id=whose.get(entry.branch_id or 0, 0)) if whose else entry
        for entry in batch
    ]


def _facts(
    club: ClubContext, live: LiveProgram, batch: Sequence[HappeningEntry]
) -> dict[Occurrence, HappeningFacts]:
    """What the rules see of each entry; her tier only where a rule asks for it."""
    asking = {
        on for on in {entry.on for entry in batch} if "tier" in index_of(live.program, on).chosen
    }
    tiers = _tiers(club, live, [entry for entry in batch if entry.on in asking])
    known = _member_facts(club, live, batch)
    found: dict[Occurrence, HappeningFacts] = {}
    for entry in batch:
        around = _around(club, entry, tiers.get(entry.name))
        around = known.told(around, Asking(entry.person.id, entry.at))
        found[entry.name] = HappeningFacts(entry.on, around, entry.what, entry.nth)
    return found


def _member_facts(
    club: ClubContext, live: LiveProgram, batch: Sequence[HappeningEntry]
) -> MemberFacts:
    """Segments, attributes and what they did before, as far as a rule speaks of it."""
    needs = NOTHING
    for on in {entry.on for entry in batch}:
        needs |= index_of(live.program, on).needs
    asked = [Asking(entry.person.id, entry.at) for entry in batch]
    known = MemberFacts(club, needs, asked if needs != NOTHING else (), now())
    ask_together(*known.queries())
    return known


def _around(club: ClubContext, entry: HappeningEntry, tier: str | None) -> PurchaseFacts:
    local = entry.at.astimezone(club.tz)
    return PurchaseFacts(
        day=local.date(),
        calendar=club.calendar,
        branch_id=entry.branch_id or 0,
        merchant_id=entry.merchant_id,
        lines=(),
        birth_date=entry.person.birth_date,
        tier=tier,
        minute=local.hour * 60 + local.minute,
        channel="",
        gender=entry.person.gender,
    )


def _tiers(
    club: ClubContext, live: LiveProgram, entries: Sequence[HappeningEntry]
) -> dict[Occurrence, str | None]:
    asks = [TierAsk(entry.person.id, entry.at) for entry in entries]
    tiers = tiers_at(club, live.program, asks)
    return {
        entry.name: tier.code if tier else None for entry, tier in zip(entries, tiers, strict=True)
    }
