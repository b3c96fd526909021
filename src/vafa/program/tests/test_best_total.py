"""The best total of several vouchers: as good as any order that anybody tries, and exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from math import ceil, floor
from time import process_time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vafa.program.rules.best_total import Applied, best_total
from vafa.program.rules.offers import (
    Basket,
    BasketLine,
    Offer,
    OfferTerms,
    counts,
    fits,
    gift_pieces,
)
from vafa.program.rules.rounding import whole_parts

DAY = datetime(2026, 11, 22, tzinfo=UTC)


def offer(kind: str, code: str = "A", *, worth: int = 0, days: int = 9, **terms: object) -> Offer:
    return Offer(code, kind, worth, 0, DAY + timedelta(days=days), OfferTerms.model_validate(terms))


def lines(*amounts: int) -> Basket:
    """A bill of one piece of each product 1, 2, ... at these amounts."""
    return Basket([BasketLine(amount, n) for n, amount in enumerate(amounts, 1)])


def off(uses: Sequence[Applied]) -> dict[str, int]:
    return {use.code: use.amount for use in uses}


def test_percent_comes_before_an_amount() -> None:
    both = [offer("voucher", "A", worth=100_000), offer("percent", "B", percent=10)]
    assert off(best_total(lines(1_000_000), both)) == {"A": 100_000, "B": 100_000}


def test_an_amount_comes_first_where_that_takes_more() -> None:
    first = offer("voucher", "A", worth=100, products=(1,))
    half = offer("percent", "B", percent=50, cap=50)
    assert off(best_total(lines(100, 100), [half, first])) == {"A": 100, "B": 50}


def test_what_does_not_go_with_others_goes_alone_only_if_that_is_better() -> None:
    small, large = offer("voucher", "A", worth=100), offer("percent", "B", percent=50, alone=True)
    assert off(best_total(lines(1000), [small, large])) == {"B": 500}
    assert off(best_total(lines(150), [small, large])) == {"A": 100}


def test_who_adds_nothing_is_left_out_and_the_first_to_expire_is_used() -> None:
    late, soon = offer("voucher", "A", worth=500, days=9), offer("voucher", "B", worth=500, days=2)
    assert off(best_total(lines(500), [late, soon])) == {"B": 500}


def test_gift_cards_pay_what_the_discounts_leave() -> None:
    cards = [offer("gift", "A", worth=300, days=5), offer("gift", "B", worth=700, days=1)]
    uses = best_total(lines(600, 400), [*cards, offer("percent", "P", percent=20, alone=True)])
    assert off(uses) == {"P": 200, "B": 700, "A": 100}


def test_the_cheapest_pieces_are_given() -> None:
    two_and_one = offer("buy_get", buy=2, get=1, categories=(7,))
    cups = [BasketLine(n * 100, n, 7) for n in (5, 3, 4)]
    assert off(best_total(Basket([*cups, BasketLine(50, 9, 8)]), [two_and_one])) == {"A": 300}
    assert not fits(two_and_one, Basket(cups[:2]))
    bread = offer("buy_get", buy=1, get=1, products=(5,), get_products=(9,), percent=50)
    assert off(best_total(Basket([cups[0], BasketLine(50, 9, 8)]), [bread])) == {"A": 25}


def test_free_delivery_is_used_once_beside_everything() -> None:
    two = [offer("delivery", "A"), offer("delivery", "B", days=1)]
    uses = best_total(lines(100), [*two, offer("percent", "C", percent=10)])
    assert off(uses) == {"C": 10, "B": 0}


def test_ten_codes_are_compared_quickly() -> None:
    ten = [
        offer("percent", f"P{n}", percent=5 + n, cap=90_000 + n, products=tuple(range(n, n + 4)))
        for n in range(5)
    ] + [offer("voucher", f"V{n}", worth=70_001 + n, products=(n, n + 3)) for n in range(5)]
    start = process_time()
    assert len(best_total(lines(*(100_003 * n for n in range(1, 9))), ten)) == 10
    assert process_time() - start < 20


OFFERS: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda worth, products, alone: ("voucher", worth, {"products": products, "alone": alone}),
        st.integers(1, 300),
        st.sets(st.integers(1, 4), max_size=3).map(tuple),
        st.booleans(),
    ),
    st.builds(
        lambda percent, cap, products: (
            "percent",
            0,
            {"percent": percent, "cap": cap, "products": products},
        ),
        st.integers(1, 100),
        st.none() | st.integers(1, 200),
        st.sets(st.integers(1, 4), max_size=3).map(tuple),
    ),
    st.builds(
        lambda buy, products: ("buy_get", 0, {"buy": buy, "products": products}),
        st.integers(0, 2),
        st.sets(st.integers(1, 4), min_size=1, max_size=3).map(tuple),
    ),
    st.builds(lambda worth: ("gift", worth, {}), st.integers(1, 300)),
)
BILLS = st.lists(st.integers(0, 400), min_size=1, max_size=4).map(lambda a: lines(*a))


def one_after_another(basket: Basket, order: Sequence[Offer]) -> int:
    """What a patient cashier takes off who applies the vouchers in this order."""
    left = [Fraction(line.amount) for line in basket.lines]
    for one in order:
        if one.kind == "buy_get":
            pieces = gift_pieces(one, basket.lines)
            left = [a - min(a, p) for a, p in zip(left, pieces, strict=True)]
            continue
        is_in = counts(one, basket.lines)
        base = sum((a for a, yes in zip(left, is_in, strict=True) if yes), Fraction(0))
        taken = min(Fraction(one.worth), base)
        if one.kind == "percent":
            taken = base * one.terms.percent / 100
            taken = min(taken, Fraction(one.terms.cap or taken))
        if base:
            left = [a - taken * a / base if yes else a for a, yes in zip(left, is_in, strict=True)]
    return floor(basket.total - sum(left))


@settings(max_examples=300, deadline=None)
@given(BILLS, st.lists(OFFERS, max_size=4), st.randoms())
def test_no_order_is_better_and_everything_adds_up(
    basket: Basket, drawn: list[tuple[str, int, dict[str, object]]], chance: Any
) -> None:
    offers = [
        offer(kind, str(n), worth=worth, days=n + 1, **terms)
        for n, (kind, worth, terms) in enumerate(drawn)
    ]
    uses = best_total(basket, offers)

    assert all(sum(use.shares) == use.amount and min(use.shares) >= 0 for use in uses)
    for n, line in enumerate(basket.lines):
        assert sum(use.shares[n] for use in uses) <= line.amount
    by_code = {o.code: o for o in offers}
    for use in uses:
        is_in = counts(by_code[use.code], basket.lines)
        assert all(yes or not part for part, yes in zip(use.shares, is_in, strict=True))

    discounts = [o for o in offers if o.kind != "gift"]
    alone = [[o] for o in discounts if o.terms.alone]
    together = [o for o in discounts if not o.terms.alone]
    tried = [one_after_another(basket, order) for order in [*alone, *permutations(together)]]
    cards = sum(o.worth for o in offers if o.kind == "gift")
    best = max(tried, default=0)
    assert sum(use.amount for use in uses) == min(basket.total, best + cards)

    chance.shuffle(offers)
    assert best_total(basket, offers) == uses


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.fractions(0, 9, max_denominator=12), min_size=width, max_size=width),
            min_size=1,
            max_size=4,
        )
    )
)
def test_a_table_of_fractions_becomes_whole(table: list[list[Fraction]]) -> None:
    whole = whole_parts(table)
    for exact, parts in zip(table, whole, strict=True):
        assert floor(sum(exact)) <= sum(parts) <= ceil(sum(exact))
        assert all(floor(a) <= b <= ceil(a) for a, b in zip(exact, parts, strict=True))
    for column in range(len(table[0])):
        assert sum(row[column] for row in whole) <= ceil(sum(row[column] for row in table))
    assert sum(map(sum, whole)) == floor(sum(map(sum, table)))
