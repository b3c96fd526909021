"""The events of a history that are about no purchase: what was recorded of them, and what the
calendar would have brought."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast

from vafa.flows.backtest.clock import Clock, Entry
from vafa.flows.backtest.events import FREED, HAPPEN, REALLY_GIVEN, UNDO, USED, Event
from vafa.flows.backtest.happened import RAISED, Key, Took, judged_again, took_place
from vafa.flows.backtest.happenings import Real
from vafa.flows.backtest.history import Done, Span
from vafa.flows.backtest.people import Person
from vafa.program.rules.moments import BY_THE_CLOCK, Happening

# What is judged as it was recorded; the rest follows from purchases and from other rules, and what
# was recorded of dates of members says nothing of another distance from them.
_RECORDED = frozenset({"visit", "return", "event", "profile_completed", *BY_THE_CLOCK}) - {
    "member_date"
}


class Told(NamedTuple):
    """The events; the decisions that are judged again; and what will be corrected by hand."""

    events: list[Event]
    again: Collection[int]
    undone: list[Key]


class Asked(NamedTuple):
    """What a draft makes of happenings: those that it has rules for, the calendar, and whether it
    gives badges, which members may have already."""

    happenings: Collection[Happening]
    clock: Clock
    badges: bool

    @property
    def more(self) -> bool:
        """Whether anything but purchases matters to it."""
        return self.badges or any(on != "purchase" for on in self.happenings)


def tell(
    asked: Asked,
    span: Span,
    people: Sequence[Person],
    done: Sequence[Done],
    codes: Mapping[int, Collection[str]],
) -> Told:
    """What happened to ``people``, of whom ``done`` are the decisions."""
    took = took_place([person.id for person in people], span)
    again = judged_again(done, took, span)
    told_of = {number: one for number, one in again.items() if one is None or not one.is_gone}
    by_id = {person.id: person for person in people}
    start = span.start.timestamp()
    before = [one for one in took if one.kind == "challenge" and one.at < start and not one.is_gone]
    events = [Event(one.recorded_at, USED, one.id, one) for one in before if one.decision_id]
    events += [Event(one.undone_at, FREED, one.id, one) for one in before if one.undone_at]
    told = Told(events, again.keys(), [])
    if told_of:
        _tell_real(told, by_id, done, told_of, codes)
    real = [one for one in took if one.at >= start and one.kind in _RECORDED and not one.is_gone]
    told.events.extend(_recorded(asked, by_id, real, codes))
    known = {(one.kind, one.member_id, one.occurrence) for one in real if one.kind in BY_THE_CLOCK}
    for person in people if asked.clock.ticks else ():
        for entry in asked.clock.entries_of(person, codes.get(person.root, ())):
            if (entry.on, person.id, entry.occurrence) not in known:
                told.events.append(Event(entry.at.timestamp(), HAPPEN, person.id, entry))
    if "joining" in asked.happenings:
        joins = {one.member_id: one for one in done if one.id in again and one.trigger == "join"}
        told.events.extend(_joinings(span, people, joins, codes))
    return told


def _tell_real(
    told: Told,
    people: Mapping[int, Person],
    done: Sequence[Done],
    again: Mapping[int, Took | None],
    codes: Mapping[int, Collection[str]],
) -> None:
    """What was really given, and what of it was taken back or corrected."""
    back: dict[int, tuple[int, int]] = {}
    for one in done:
        if one.undoes is None or one.undoes not in again:
            continue
        points, credit = back.get(one.undoes, (0, 0))
        back[one.undoes] = points - one.points, credit - one.credit
        if one.trigger == "reverse":
            took = again[one.undoes]
            key = took.key if took is not None else ("joining", one.member_id, "")
            told.undone.append(key)
            told.events.append(Event(one.recorded_at, UNDO, one.id, key))
    for one in done:
        if one.id not in again:
            continue
        took, person = again[one.id], people[one.member_id]
        kind = took.kind if took is not None else "joining"
        branch_id = took.branch_id if took is not None else person.branch_id
        segments = codes.get(person.root, ())
        real = Real(kind, person, branch_id, segments, one, back.get(one.id, (0, 0)))
        told.events.append(Event(one.recorded_at, REALLY_GIVEN, one.id, real))


def _recorded(
    asked: Asked,
    people: Mapping[int, Person],
    real: Iterable[Took],
    codes: Mapping[int, Collection[str]],
) -> Iterator[Event]:
    """What was recorded and interests the draft; it raises events itself."""
    for one in real:
        raised = one.kind == "event" and one.occurrence.startswith(RAISED)
        if raised or one.kind not in asked.happenings:
            continue
        at = datetime.fromtimestamp(one.at, UTC)
        if not asked.clock.has(one.kind, one.occurrence, at):
            continue
        person = people[one.member_id]
        entry = Entry(
            person,
            cast(Happening, one.kind),
            one.occurrence,
            at,
            one.what,
            int(one.occurrence) if one.kind == "anniversary" else 0,
            one.branch_id,
            codes.get(person.root, ()),
        )
        yield Event(one.recorded_at, HAPPEN, one.id, entry)


def _joinings(
    span: Span,
    people: Sequence[Person],
    joins: Mapping[int, Done],
    codes: Mapping[int, Collection[str]],
) -> Iterator[Event]:
    """Everybody who joined in the period, the first thing that happened to her."""
    start, end = span.start.timestamp(), span.end.timestamp()
    known_until = span.known_until.timestamp()
    for person in people:
        if not start <= person.joined < end or person.created >= known_until:
            continue
        real = joins.get(person.id)
        at = datetime.fromtimestamp(person.joined, UTC)
        branch_id, segments = person.branch_id, codes.get(person.root, ())
        entry = Entry(person, "joining", "", at, branch_id=branch_id, segments=segments)
        yield Event(real.recorded_at if real else person.created, HAPPEN, 0, entry)
