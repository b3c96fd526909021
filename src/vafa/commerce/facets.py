"""Facts about what a member bought and brought back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from vafa.club.facet_types import Ask, Choice, Facet, Param, Rows, Said, Sql, days_param, joined
from vafa.club.facets import NONE, branch_choices
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category, Product
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.jalali import WEEKDAYS_FA

_GROUP = Said("خریدها", "Purchases")
_CHANNELS = (
    Choice("store", Said("حضوری", "in person")),
    Choice("phone", Said("تلفنی", "by phone")),
    Choice("online", Said("آنلاین", "online")),
)
_DAYS_EN = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
# Monday is the first of WEEKDAYS_FA; the week of the shop begins on Saturday.
_WEEKDAYS = tuple(
    Choice(str(n), Said(WEEKDAYS_FA[(n + 5) % 7], english)) for n, english in enumerate(_DAYS_EN)
)
_PURCHASE = ("خرید", "purchase", "purchases")


def _channels(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    return [c for c in _CHANNELS if among is None or c.value in among]


def _weekdays(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    return [c for c in (*_WEEKDAYS, NONE) if among is None or c.value in among]


def _categories(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    rows = Category.objects.filter(club_id=club.id)
    if among is not None:
        rows = rows.filter(pk__in=[int(v) for v in among if v.isascii() and v.isdigit()])
    return [Choice(str(c.pk), Said(c.name, c.name)) for c in rows.order_by("sort_key", "id")]


def product_choices(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    """The club's products by number."""
    rows = Product.objects.filter(club_id=club.id)
    if among is not None:
        rows = rows.filter(pk__in=[int(v) for v in among if v.isascii() and v.isdigit()])
    return [Choice(str(p.pk), Said(p.name, p.name)) for p in rows.order_by("sort_key", "id")]


_BRANCHES = Param(
    "branches",
    "choices",
    Said("در این شعبه‌ها", "At these branches"),
    Said("از {list}", "at {list}"),
    choices=branch_choices,
)
_BY_CHANNEL = Param(
    "channels",
    "choices",
    Said("از این راه‌ها", "Through these channels"),
    Said("به‌صورت {list}", "{list}"),
    choices=_channels,
)
_PRODUCTS = Param(
    "products",
    "choices",
    Said("این کالاها", "These products"),
    Said("{list}", "{list}"),
    choices=product_choices,
    by_code=True,
)
_KINDS = Param(
    "categories",
    "choices",
    Said("این دسته‌ها", "These categories"),
    Said("از دستهٔ {list}", "of {list}"),
    choices=_categories,
)
_BILL_PARAMS = (days_param(), _BRANCHES, _BY_CHANNEL)
_LINE_PARAMS = (days_param(), _PRODUCTS, _KINDS, _BRANCHES)


def _when(ask: Ask, column: str) -> list[Sql]:
    since = ask.since
    parts = [Sql(f"{column} <= %s", (ask.at,))]
    return parts if since is None else [*parts, Sql(f"{column} >= %s", (since,))]


def _bills(ask: Ask) -> Sql:
    return joined([_moves(ask), Sql(counted_purchases("p"))])


def _moves(ask: Ask) -> Sql:
    parts = _when(ask, "p.purchased_at")
    if branches := ask.picked("branches"):
        parts.append(Sql("p.branch_id = ANY(%s::bigint[])", (branches,)))
    if channels := ask.params.get("channels"):
        parts.append(Sql("p.channel = ANY(%s::text[])", (list(channels),)))
    return joined(parts)


def _of_bills(value: str, *, empty: str = "0") -> Callable[[Ask], Rows]:
    return lambda ask: Rows(
        Sql(value), "commerce_purchase p", "p.member_id", _bills(ask), "p.club_id", empty=empty
    )


# What came back counts on the day on which it came back, at the branch that took it.
_MOVES = (
    "(SELECT club_id, member_id, branch_id, channel, purchased_at, total FROM commerce_purchase"
    f" WHERE {counted_purchases()}"
    " UNION ALL SELECT r.club_id, r.member_id, r.branch_id, b.channel, r.returned_at, -r.total"
    " FROM commerce_return r LEFT JOIN commerce_purchase b ON b.id = r.purchase_id"
    f" WHERE {counted_returns('r')}) p"
)


def _spent(ask: Ask) -> Rows:
    return Rows(Sql("sum(p.total)::bigint"), _MOVES, "p.member_id", _moves(ask), "p.club_id")


def _returns(ask: Ask) -> Rows:
    parts = [*_when(ask, "r.returned_at"), Sql(counted_returns("r"))]
    if branches := ask.picked("branches"):
        parts.append(Sql("r.branch_id = ANY(%s::bigint[])", (branches,)))
    return Rows(Sql("count(*)"), "commerce_return r", "r.member_id", joined(parts), "r.club_id")


def _of_lines(value: str) -> Callable[[Ask], Rows]:
    def read(ask: Ask) -> Rows:
        parts = [_bills(ask)]
        if products := ask.picked("products"):
            parts.append(Sql("l.product_id = ANY(%s::bigint[])", (products,)))
        if categories := ask.picked("categories"):
            parts.append(Sql("g.category_id = ANY(%s::bigint[])", (categories,)))
        return Rows(
            Sql(value),
            "commerce_purchase p JOIN commerce_purchaseline l ON l.purchase_id = p.id"
            " LEFT JOIN commerce_product g ON g.id = l.product_id",
            "p.member_id",
            joined(parts),
            "p.club_id",
        )

    return read


def _usual_weekday(ask: Ask) -> Rows:
    return Rows(
        Sql(
            "mode() WITHIN GROUP (ORDER BY ((extract(isodow FROM p.purchased_at AT TIME ZONE %s)"
            " + 1)::int %% 7)::text)",
            (ask.club.zone,),
        ),
        "commerce_purchase p",
        "p.member_id",
        _bills(ask),
        "p.club_id",
        empty="'none'",
    )


COMMERCE_FACETS = (
    Facet(
        "commerce.purchases",
        _GROUP,
        Said("تعداد خرید", "Number of purchases"),
        "number",
        _of_bills("count(*)"),
        Said(
            "{days} {branches} {channels} {value} کرده‌اند",
            "have made {value} {channels} {branches} {days}",
        ),
        unit=_PURCHASE,
        params=_BILL_PARAMS,
    ),
    Facet(
        "commerce.spent",
        _GROUP,
        Said("جمع خرید (پس از مرجوعی)", "Sum of purchases (less returns)"),
        "money",
        _spent,
        Said(
            "{days} {branches} {channels} {value} خرید کرده‌اند",
            "have spent {value} {channels} {branches} {days}",
        ),
        params=_BILL_PARAMS,
    ),
    Facet(
        "commerce.average",
        _GROUP,
        Said("میانگین هر خرید", "Average purchase"),
        "money",
        _of_bills("(sum(p.total) / count(*))::bigint", empty="NULL"),
        Said(
            "میانگین هر خریدشان {days} {branches} {channels} {value} است",
            "have an average purchase of {value} {channels} {branches} {days}",
        ),
        unknown=Said("یا خریدی نکرده‌اند", "or have not bought"),
        params=_BILL_PARAMS,
    ),
    Facet(
        "commerce.last",
        _GROUP,
        Said("چند روز از آخرین خرید گذشته", "Days since the last purchase"),
        "days",
        _of_bills("max(p.purchased_at)", empty="NULL"),
        Said(
            "آخرین خریدشان {branches} {channels} {value} بوده است",
            "bought last {value} {channels} {branches}",
        ),
        unknown=Said("یا هنوز خریدی نکرده‌اند", "or have not bought yet"),
        params=(_BRANCHES, _BY_CHANNEL),
    ),
    Facet(
        "commerce.first",
        _GROUP,
        Said("چند روز از نخستین خرید گذشته", "Days since the first purchase"),
        "days",
        _of_bills("min(p.purchased_at)", empty="NULL"),
        Said(
            "نخستین خریدشان {branches} {channels} {value} بوده است",
            "bought first {value} {channels} {branches}",
        ),
        unknown=Said("یا هنوز خریدی نکرده‌اند", "or have not bought yet"),
        params=(_BRANCHES, _BY_CHANNEL),
    ),
    Facet(
        "commerce.bought",
        _GROUP,
        Said("تعداد خرید یک کالا یا دسته", "Purchases of products or categories"),
        "number",
        _of_lines("count(DISTINCT p.id)"),
        Said(
            "{days} {branches} {value} با {products} {categories} کرده‌اند",
            "have made {value} with {products} {categories} {branches} {days}",
        ),
        unit=_PURCHASE,
        params=_LINE_PARAMS,
    ),
    Facet(
        "commerce.bought_sum",
        _GROUP,
        Said("مبلغ خرید یک کالا یا دسته", "Amount for products or categories"),
        "money",
        _of_lines("sum(l.amount)::bigint"),
        Said(
            "{days} {branches} {value} برای {products} {categories} پرداخته‌اند",
            "have spent {value} on {products} {categories} {branches} {days}",
        ),
        params=_LINE_PARAMS,
    ),
    Facet(
        "commerce.returns",
        _GROUP,
        Said("تعداد مرجوعی", "Number of returns"),
        "number",
        _returns,
        Said("{days} {branches} {value} داشته‌اند", "have made {value} {branches} {days}"),
        unit=("مرجوعی", "return", "returns"),
        params=(days_param(), _BRANCHES),
    ),
    Facet(
        "commerce.weekday",
        _GROUP,
        Said("روز همیشگی خرید", "Usual day of the week"),
        "choice",
        _usual_weekday,
        Said("بیشتر {value} خرید می‌کنند", "mostly buy on {value}"),
        Said("بیشتر {value} خرید نمی‌کنند", "do not mostly buy on {value}"),
        choices=_weekdays,
        params=(days_param(),),
    ),
)
