"""Made-up people: names that sound like a neighbourhood's, and how each of them shops."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from itertools import islice
from random import Random

# Subscriber numbers that begin with three zeros are given to nobody.
_MOBILE = "+98912000{:04d}"
_MOBILES = 10_000
DEMO_MOBILE = _MOBILE.format(1234)
BRANCHES = ("tehran", "isfahan", "online")
_HOME_SHARES = (48, 31, 21)
# Purchases a year, before people drop out: a gamma distribution, as in real shops.
_RATE_SHAPE = 0.8
_RATE_MEAN = 16.2


@dataclass(slots=True)
class Person:
    """A customer. ``rate``: visits a year; ``regularity``: 1 is pure chance, higher is a habit;
    ``dropout``: chance to stay away for good after a visit; ``appetite``: size of the basket."""

    mobile: str
    name: str
    gender: str
    birth_date: date | None
    home: str
    rate: float
    regularity: float
    dropout: float
    appetite: float
    saver: float
    taste: dict[str, float] = field(default_factory=dict)


def make_people(rng: Random, count: int, today: date, categories: list[str]) -> list[Person]:
    """``count`` people; the same ones for the same generator and day."""
    names = json.loads((resources.files(__package__) / "data" / "names.json").read_text("utf-8"))
    numbers = [n for n in rng.sample(range(_MOBILES), count + 1) if n != 1234][:count]
    return [_person(rng, names, _MOBILE.format(n), today, categories) for n in numbers]


def free_mobiles(taken: Collection[str | None], count: int) -> list[str]:
    """``count`` mobiles that nobody has, not even somebody of the history; the last ones first."""
    free = (_MOBILE.format(n) for n in reversed(range(_MOBILES)))
    return list(islice((mobile for mobile in free if mobile not in taken), count))


def _person(
    rng: Random, names: dict[str, list[str]], mobile: str, today: date, categories: list[str]
) -> Person:
    gender = "female" if rng.random() < 0.58 else "male"
    first, family = _popular(rng, names[gender]), _popular(rng, names["family"])
    age_days = int(min(max(rng.gauss(39, 12), 18), 79) * 365.25) + rng.randrange(365)
    rate = rng.gammavariate(_RATE_SHAPE, _RATE_MEAN / _RATE_SHAPE)
    return Person(
        mobile=mobile,
        name=f"{first} {family}",
        gender=gender,
        birth_date=today - timedelta(days=age_days) if rng.random() < 0.85 else None,
        home=rng.choices(BRANCHES, _HOME_SHARES)[0],
        rate=max(rate, 0.4),
        regularity=rng.uniform(1.8, 4.0) if rate > 8 and rng.random() < 0.6 else 1.0,
        dropout=rng.betavariate(0.55, 7.5) if rate > 5 else rng.betavariate(0.9, 4.5),
        appetite=rng.lognormvariate(0.0, 0.35),
        saver=rng.random(),
        taste={code: rng.gammavariate(2.0, 0.5) for code in categories},
    )


def _popular(rng: Random, names: list[str]) -> str:
    """One of ``names``, the first ones several times as often as the last."""
    return names[int(len(names) * rng.random() ** 1.6)]
