"""Judge by a draft what happened to members and is no purchase: joinings, birthdays, events ..., the
challenges that purchases meet, and the events that the draft's own rules raise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from vafa.club.rules.attributes import rule_facts
from vafa.flows.backtest.clock import Entry
from vafa.flows.backtest.course import Course
from vafa.flows.backtest.deeds import DRAFT as BY_DRAFT
from vafa.flows.backtest.deeds import REAL as REALLY
from vafa.flows.backtest.events import Sale
from vafa.flows.backtest.happened import Key, raised_key
from vafa.flows.backtest.history import Done
from vafa.flows.backtest.limits import Draws
from vafa.flows.backtest.people import Person
from vafa.program.rules.backtest import DRAFT, REAL
from vafa.program.rules.deeds import deeds_in
from vafa.program.rules.document import Challenge
from vafa.program.rules.earning import Decided
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.happening import HappeningFacts, decide_happening
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import BY_THE_CLOCK


class Real(NamedTuple):
    """What was really given for a happening, and what of it was taken back (points, credit)."""

    kind: str
    person: Person
    branch_id: int
    segments: Collection[str]
    done: Done
    back: tuple[int, int]


@dataclass(slots=True)
class _Given:
    """What the draft gave for a happening; ``challenge`` and ``purchases`` are what it rests on."""

    member_id: int
    at: datetime
    decided: Decided
    draws: Draws
    lines: Sequence[list[int]]
    challenge: Challenge | None = None
    purchases: Sequence[int] = field(default_factory=tuple)
    is_undone: bool = False


class Happenings:
    """Counts what the draft gives for happenings; keeps nothing where it has no rules for any."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._awaited: dict[Key, _Given | None] = {}
        self._resting: dict[int, list[_Given]] = {}
        self._happened: dict[int, set[tuple[str, str]]] = {}
        self._raises = {
            on
            for on in ("purchase", "challenge")
            if any(rule.gives.kind == "event" for rule in index_of(course.draft, on).rules)
        }

    @property
    def follow_purchases(self) -> bool:
        """Whether a purchase may bring anything but what its own rules give."""
        return bool(self._raises or self._course.challenges.in_use)

    def will_be_undone(self, key: Key) -> None:
        """Somebody will correct by hand what was given for this."""
        self._awaited[key] = None

    def happen(self, entry: Entry, recorded_at: float) -> None:
        """Judge something that happened. By the clock it happens to nobody who has become another,
        and to one who has become one with others only once."""
        course, person = self._course, entry.person
        member_id = course.now(person.id)
        if entry.on in BY_THE_CLOCK:
            name = entry.on, entry.occurrence
            if member_id != person.id or name in self._happened.get(member_id, ()):
                return
        around = self._around(entry, member_id)
        given = self._decide(entry, member_id, around, recorded_at)
        if given is None:
            return
        if entry.on in BY_THE_CLOCK:
            self._happened.setdefault(member_id, set()).add((entry.on, entry.occurrence))
        self._keep((entry.on, person.id, entry.occurrence), given)
        self._raise_all([(entry, given.decided)], 0, recorded_at)

    def bought(self, sale: Sale, member_id: int, facts: PurchaseFacts, decided: Decided) -> None:
        """Judge what a purchase, decided by ``facts``, brings beside its own points."""
        course, bill, person = self._course, sale.bought, sale.person
        entry = Entry(
            person,
            "challenge",
            "",
            bill.purchased_at,
            branch_id=bill.branch_id,
            segments=sale.segments,
        )
        raised = [(entry, decided)]
        for met in course.challenges.met(member_id, bill.id):
            code = met.challenge.code
            this = entry._replace(what=code, occurrence=f"{code}:{bill.id}")
            around = facts._replace(lines=())
            given = self._decide(this, member_id, around, bill.recorded_at)
            if given is None:
                continue
            given.challenge, given.purchases = met.challenge, met.purchases
            course.challenges.use(member_id, code, met.purchases)
            self._keep(("challenge", bill.member_id, this.occurrence), given)
            raised.append((this, given.decided))
        if self._raises:
            self._raise_all(raised, bill.id, bill.recorded_at)

    def come_back(self, purchase_id: int, *, is_whole: bool) -> None:
        """Something of a purchase came back: what no longer holds is taken back."""
        for given in self._resting.get(purchase_id, ()):
            if given.challenge is not None:
                holds = self._course.challenges.holds(given.challenge, given.purchases)
            else:
                holds = not is_whole
            if not holds:
                self._undo(given)

    def undo(self, key: Key) -> None:
        """What was given for this was corrected by hand."""
        given = self._awaited.get(key)
        if given is not None:
            self._undo(given)

    def merge(self, gone: int, keep: int) -> None:
        """What happened to the one has happened to the other."""
        had = self._happened.pop(gone, None)
        if had:
            self._happened.setdefault(keep, set()).update(had)

    def really(self, real: Real) -> None:
        """Count what was really given."""
        course, done = self._course, real.done
        day = datetime.fromtimestamp(done.tier_at, UTC).astimezone(course.tz).date()
        kind = course.tally.line("kind", real.kind)
        kind[1] += 1
        for line in (kind, *course.lines(day, real.branch_id, real.segments)):
            line[REAL] += done.points
            line[REAL + 1] += real.back[0]
            line[REAL + 2] += done.credit
            line[REAL + 3] += real.back[1]
        does = course.count_real(done.parts)
        course.deeds.count_all(REALLY, real.person.root, course.month(day), does)

    def _around(self, entry: Entry, member_id: int) -> PurchaseFacts:
        """What rules see of a happening; who has just joined has no standing yet."""
        course, person = self._course, entry.person
        local = entry.at.astimezone(course.tz)
        day = local.date()
        around = PurchaseFacts(
            day,
            course.dates.calendar,
            entry.branch_id,
            (),
            person.birth_date,
            None,
            local.hour * 60 + local.minute,
            channel="",
            gender=person.gender,
            merchant_id=course.shop.merchants.get(entry.branch_id, 0),
        )
        if entry.on == "joining":
            return around
        asks = "tier" in index_of(course.draft, entry.on).chosen
        return around._replace(
            tier=course.standing.of(member_id, day, entry.at) if asks else None,
            segments=entry.segments,
            attributes=rule_facts(person.attributes) if course.needs.attributes else {},
            counters=course.before.of(member_id, day, entry.at),
        )

    def _decide(
        self, entry: Entry, member_id: int, around: PurchaseFacts, recorded_at: float
    ) -> _Given | None:
        """What the draft gives for it, counted; None where it gives nothing."""
        course, day = self._course, around.day
        holder = member_id if entry.on == "joining" else course.holder(member_id)
        place = around.branch_id, around.merchant_id
        around = around._replace(
            left=course.limits.left(day, member_id, holder, place, entry.on),
            shut=course.shut.of(entry.on, member_id, day, recorded_at),
        )
        facts = HappeningFacts(entry.on, around, entry.what, entry.nth)
        decided = decide_happening(course.draft, facts)
        does = course.count(decided.parts)
        if not decided.anything:
            return None
        draws = course.limits.draw(decided, course.tally)
        if does:
            course.shut.note(member_id, decided.parts)
            month = course.month(day)
            course.deeds.count_all(BY_DRAFT, entry.person.root, month, decided.parts)
        if course.standing.basis == "points":
            course.standing.add(member_id, entry.at, decided.tier_points)
        kind = course.tally.line("kind", entry.on)
        kind[0] += 1
        lines = [kind, *course.lines(day, entry.branch_id, entry.segments)]
        for line in lines:
            line[DRAFT] += decided.points
            line[DRAFT + 2] += decided.credit
        return _Given(member_id, entry.at, decided, draws, lines)

    def _raise_all(
        self, made: Iterable[tuple[Entry, Decided]], purchase_id: int, recorded_at: float
    ) -> None:
        """The events that these decisions raise happen, and then what those raise."""
        course = self._course
        raised: list[tuple[Entry, PurchaseFacts, str]] = []
        for entry, decided in made:
            for part in deeds_in(decided.parts):
                if part.kind == "event":
                    event = entry._replace(
                        on="event", what=str(part.saw["event"]), occurrence="", nth=0
                    )
                    member_id = course.now(event.person.id)
                    raised.append((event, self._around(event, member_id), part.rule))
        further: list[tuple[Entry, Decided]] = []
        for event, around, rule in raised:
            member_id = course.now(event.person.id)
            given = self._decide(event, member_id, around, recorded_at)
            if given is not None:
                given.purchases = [purchase_id] if purchase_id else []
                self._keep(raised_key(event.person.id, purchase_id, rule), given)
                further.append((event, given.decided))
        if further:
            self._raise_all(further, purchase_id, recorded_at)

    def _keep(self, key: Key, given: _Given) -> None:
        for purchase_id in given.purchases:
            self._resting.setdefault(purchase_id, []).append(given)
        if key in self._awaited:
            self._awaited[key] = given

    def _undo(self, given: _Given) -> None:
        if given.is_undone:
            return
        given.is_undone = True
        course, decided = self._course, given.decided
        member_id = course.now(given.member_id)
        if course.standing.basis == "points":
            course.standing.add(member_id, given.at, -decided.tier_points)
        everything = [(n, -points, -times) for n, (_, points, times) in enumerate(given.draws)]
        course.limits.give_back(given.draws, everything)
        if given.challenge is not None:
            course.challenges.free(member_id, given.challenge.code, given.purchases)
        for line in given.lines:
            line[DRAFT + 1] += decided.points
            line[DRAFT + 3] += decided.credit
