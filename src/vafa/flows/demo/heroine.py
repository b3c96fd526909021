"""The one member whose portal the demo shows: a faithful customer, close to the next tier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from vafa.flows.demo.people import DEMO_MOBILE, Person
from vafa.flows.demo.promise import REWARDS, DemoReward
from vafa.flows.demo.shopping import Calendar, Visit, make_visit

NAME = "سارا محمدی"
_MEMBER_FOR_DAYS = 640
_DAYS_BETWEEN_VISITS = (9, 16)
# The last of her visits is added when her standing is known (see finale.py).
_LAST_VISIT_DAYS_AGO = 12
# Days ago and what she took: two vouchers that she used, two that she still has.
_REWARDS = {200: REWARDS[1], 130: REWARDS[0], 86: REWARDS[0], 45: REWARDS[0]}
_KEEPS_SINCE = timedelta(days=90)
# Her bills in rials, so that her standing does not depend on the luck of one basket.
_MOST_SPENT, _LEAST_SPENT = 26_000_000, 5_000_000
_SEED = 1234
_AGE_DAYS = 34 * 365 + 120


def heroine(today: date) -> Person:
    """The person; her birthday is four months away from ``today``."""
    return Person(
        mobile=DEMO_MOBILE,
        name=NAME,
        gender="female",
        birth_date=today - timedelta(days=_AGE_DAYS),
        home="tehran",
        rate=29.0,
        regularity=3.0,
        dropout=0.0,
        appetite=1.0,
        saver=1.0,
        taste={},
    )


def visits_of_heroine(person: Person, calendar: Calendar) -> Iterator[Visit]:
    """A visit every week or two, up to a fortnight ago."""
    rng = Random(_SEED)  # noqa: S311  # a story that repeats itself
    day = calendar.today - timedelta(days=_LAST_VISIT_DAYS_AGO)
    while day > calendar.today - timedelta(days=_MEMBER_FOR_DAYS):
        branch = "online" if rng.random() < 0.2 else person.home
        visit = make_visit(rng, person, day, calendar, branch)
        while visit is None or not _LEAST_SPENT <= visit.total <= _MOST_SPENT:
            visit = make_visit(rng, person, day, calendar, branch)
        yield visit
        day -= timedelta(days=rng.randint(*_DAYS_BETWEEN_VISITS))


def rewards_of_heroine(first: date, last: date, today: date) -> list[DemoReward]:
    """What she redeems in the days from ``first`` to ``last``."""
    return [
        reward for ago, reward in _REWARDS.items() if first <= today - timedelta(days=ago) <= last
    ]


def keeps_vouchers(person: Person, at: datetime, end: datetime) -> bool:
    """Whether she saves her vouchers at a visit ``at``."""
    return person.mobile == DEMO_MOBILE and at > end - _KEEPS_SINCE
