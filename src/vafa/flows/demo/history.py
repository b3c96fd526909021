"""The whole made-up history: people, their visits in order, numbered receipts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from vafa.flows.demo.catalogue import shelves
from vafa.flows.demo.heroine import heroine, visits_of_heroine
from vafa.flows.demo.people import BRANCHES, Person, make_people
from vafa.flows.demo.shopping import Calendar, Visit, make_visit, visits_of

# Days of a stretch, stretches of a week, and how many there are in two years.
_DAYS = 2
_WEEK = 4
STRETCHES = 366
_MEMBERS = 2_000
_STRANGERS_VISITS = 2_000
_SEED = 1405
# Many join in the club's first weeks: they were customers of the shop before.
_FIRST_RUSH_SHARE, _FIRST_RUSH_DAYS = 0.3, 60
# A few join in the portal, and buy later or never.
_ONLY_LOOKING_SHARE = 0.04
_FIRST_RECEIPT = {"tehran": 100_001, "isfahan": 200_001, "online": 300_001}


@dataclass(frozen=True, slots=True)
class Joining:
    """A person becomes a member."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A visit with the number of its receipt, unique in its branch."""

    number: str
    visit: Visit


@dataclass(frozen=True, slots=True)
class Stretch:
    """What happens in a few days, in order, up to the evening of ``last``.

    ``returns`` are of purchases of this stretch or earlier ones. The first stretch of each week
    or so (``begins_week``) has the joinings up to the next one.
    """

    first: date
    last: date
    begins_week: bool
    joinings: list[Joining]
    receipts: list[Receipt]
    returns: list[Receipt]


def history(end: datetime, scale: float) -> Iterator[Stretch]:
    """Stretch after stretch up to ``end``, the same for the same end and scale.

    ``scale`` 1.0 is 2,000 members and about 25,000 purchases.
    """
    rng = Random(_SEED)  # noqa: S311  # a story that repeats itself, no secret
    calendar = Calendar(end, STRETCHES * _DAYS)
    people = make_people(
        rng, round(_MEMBERS * scale), calendar.today, [shelf.code for shelf in shelves()]
    )
    visits, joinings = _members_visits(rng, people, calendar)
    star = heroine(calendar.today)
    hers = list(visits_of_heroine(star, calendar))
    joinings.append(_joins_at_first_purchase(star, hers))
    visits += hers + _strangers_visits(rng, calendar, round(_STRANGERS_VISITS * scale))
    return _in_stretches(calendar, joinings, visits)


def _members_visits(
    rng: Random, people: list[Person], calendar: Calendar
) -> tuple[list[Visit], list[Joining]]:
    visits: list[Visit] = []
    joinings = []
    for person in people:
        rushes = rng.random() < _FIRST_RUSH_SHARE
        joined = rng.uniform(0, _FIRST_RUSH_DAYS if rushes else calendar.length)
        hers = list(visits_of(rng, person, joined, calendar))
        if rng.random() < _ONLY_LOOKING_SHARE or not hers:
            day = calendar.day(joined)
            noon = calendar.moment(day, rng.uniform(9, 23))
            joinings.append(Joining(person, min(noon, calendar.end)))
            continue
        joinings.append(_joins_at_first_purchase(person, hers))
        visits += hers
    return visits, joinings


def _joins_at_first_purchase(person: Person, visits: list[Visit]) -> Joining:
    return Joining(person, min(visit.at for visit in visits) - timedelta(minutes=2))


def _strangers_visits(rng: Random, calendar: Calendar, count: int) -> list[Visit]:
    found = []
    for _ in range(count):
        branch = rng.choices(BRANCHES, (55, 38, 7))[0]
        day = calendar.day(rng.uniform(0, calendar.length))
        visit = make_visit(rng, None, day, calendar, branch)
        if visit is not None:
            found.append(visit)
    return found


def _in_stretches(
    calendar: Calendar, joinings: list[Joining], visits: list[Visit]
) -> Iterator[Stretch]:
    stretches = [_stretch(calendar, n) for n in range(STRETCHES)]

    def number(moment: datetime) -> int:
        return max((calendar.local_day(moment) - calendar.days[0]).days // _DAYS, 0)

    for joining in sorted(joinings, key=lambda j: j.at):
        n = number(joining.at)
        stretches[n - n % _WEEK].joinings.append(joining)
    numbers = dict(_FIRST_RECEIPT)
    for visit in sorted(visits, key=lambda v: v.at):
        receipt = Receipt(str(numbers[visit.branch]), visit)
        numbers[visit.branch] += 1
        stretches[number(visit.at)].receipts.append(receipt)
        if visit.returned_at is not None:
            stretches[number(visit.returned_at)].returns.append(receipt)
    return iter(stretches)


def _stretch(calendar: Calendar, n: int) -> Stretch:
    days = calendar.days[n * _DAYS : (n + 1) * _DAYS]
    return Stretch(days[0], days[-1], n % _WEEK == 0, [], [], [])
