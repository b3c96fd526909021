"""The reports that there are: what each is called, what reads it, and what may narrow it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vafa.core.errors import NotFound
from vafa.insight.reads.reports import goods, growth, habits, hours, offers, people, sales, value
from vafa.insight.reads.reports.shape import Reader

Side = tuple[str, Promise]


@dataclass(frozen=True, slots=True)
class Kind:
    """A report. ``sides`` are the ways in which it can be seen, the first one first; ``axis`` is what
    its lines are; "" where the side says it. ``is_of_moment``: as things stand, whatever the days. ``by_member``: members may
    narrow it; ``by_branch``: branches may, so that who has only some of them may see it."""

    slug: str
    title: Promise
    text: Promise
    icon: str
    reader: Reader
    axis: Promise | str
    sides: tuple[Side, ...] = ()
    by_time: bool = False
    by_branch: bool = True
    by_member: bool = True
    is_of_moment: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Reports about the same thing."""

    title: Promise
    kinds: tuple[Kind, ...]


_VALUE_SIDES: tuple[Side, ...] = (("points", _("Points")), ("credit", _("Credit")))
_PERIOD = _("Period")
SHELVES = (
    Shelf(
        _("Sales"),
        (
            Kind(
                "sales",
                _("Sales"),
                _("What was sold and what came back, day by day or month by month."),
                "chart-column",
                sales.sales,
                _PERIOD,
                by_time=True,
            ),
            Kind(
                "goods",
                _("Goods sold"),
                _("What each product, category or brand brought."),
                "package",
                goods.goods,
                _("Goods"),
                sides=(
                    ("product", _("Products")),
                    ("category", _("Categories")),
                    ("brand", _("Brands")),
                ),
            ),
            Kind(
                "hours",
                _("Times of sale"),
                _("On which days of the week and at which hours people buy."),
                "clock",
                hours.hours,
                _("Hour"),
                sides=(("purchases", _("Purchases")), ("sales", _("Sales"))),
            ),
            Kind(
                "branches",
                _("Branches side by side"),
                _("The same figures for each branch, and for the period before."),
                "store",
                sales.by_branch,
                _("Branch"),
            ),
        ),
    ),
    Shelf(
        _("Members"),
        (
            Kind(
                "members",
                _("Who the members are"),
                _("By gender, age, city, education and how they heard of you, with what they buy."),
                "users",
                people.people,
                "",
                sides=(
                    ("gender", _("Gender")),
                    ("age", _("Age")),
                    ("city", _("City")),
                    ("education", _("Education")),
                    ("acquaintance", _("How they heard of you")),
                    ("branch", _("Branch of joining")),
                ),
            ),
            Kind(
                "habits",
                _("How members buy"),
                _("How much they buy, how often, and how long it takes until the next time."),
                "repeat",
                habits.habits,
                _("Band"),
                sides=(
                    ("amount", _("Amount")),
                    ("frequency", _("Frequency")),
                    ("interval", _("Interval")),
                ),
            ),
            Kind(
                "growth",
                _("New and lost members"),
                _("Who joined, bought for the first time, came back, and was lost."),
                "trending-up",
                growth.growth,
                _PERIOD,
                sides=(
                    ("90", _("Lost after 90 days")),
                    ("30", _("Lost after 30 days")),
                    ("60", _("Lost after 60 days")),
                    ("180", _("Lost after 180 days")),
                    ("365", _("Lost after a year")),
                ),
                by_time=True,
            ),
        ),
    ),
    Shelf(
        _("Points, rewards and codes"),
        (
            Kind(
                "value",
                _("Points and credit"),
                _("What was given, used and ran out, and what the members had in the end."),
                "coins",
                value.moved,
                _PERIOD,
                sides=_VALUE_SIDES,
                by_time=True,
            ),
            Kind(
                "expiring",
                _("Outstanding, and what runs out when"),
                _("What the members have now, by the month in which it runs out."),
                "hourglass",
                value.expiring,
                _("Runs out in"),
                sides=_VALUE_SIDES,
                by_branch=False,
                by_member=False,
                is_of_moment=True,
            ),
            Kind(
                "rewards",
                _("Rewards"),
                _("What members took for their points, and what became of it."),
                "gift",
                offers.rewards,
                _("Reward"),
                by_branch=False,
            ),
            Kind(
                "vouchers",
                _("Vouchers"),
                _("How many codes were made and used, and what they took off the bills."),
                "ticket-percent",
                offers.vouchers,
                _("Code"),
            ),
        ),
    ),
)
KINDS = {kind.slug: kind for shelf in SHELVES for kind in shelf.kinds}


def kind_of(slug: str) -> Kind:
    """The report of that name. Raises NotFound."""
    if slug not in KINDS:
        raise NotFound
    return KINDS[slug]
