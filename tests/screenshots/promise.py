"""What the demo club promises beside its own programme, so that every part has something to show."""

from __future__ import annotations

from collections.abc import Mapping

from tests.world import World
from vafa.program.rules.deeds import BadgeKind, GiveBadge, GiveVoucher
from vafa.program.rules.document import Challenge, EventKind, GiftTerms, Program
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.rule import Fixed, Group, Lines, OneOf, PerItem, Rule, Text, Times

_THURSDAY = 5


def richer(
    program: Program, world: World, categories: Mapping[str, int], series_id: int
) -> Program:
    """``program`` with events, a challenge, a badge, a budget, a group and terms of a branch;
    their codes are those that the table of addresses speaks of."""
    rules = tuple(
        rule.model_copy(update={"group": "festival"}) if rule.id == "thursday" else rule
        for rule in program.rules
    )
    return program.model_copy(
        update={
            "gifts": GiftTerms(is_on=True),
            "events": (
                EventKind(code="booked", name=Text(fa="رزرو مشاوره", en="Consultation booked")),
            ),
            "challenges": (
                Challenge(
                    code="often",
                    name=Text(fa="سه خرید در سی روز", en="Three visits in thirty days"),
                    count=3,
                    days=30,
                ),
            ),
            "badges": (
                BadgeKind(code="first", name=Text(fa="همراه همیشگی", en="Regular"), symbol="✦"),
            ),
            "budgets": (
                Budget(
                    code="spring",
                    name="بودجهٔ جشنواره",
                    limits=(Limit(scope="total", per="month", most=200_000),),
                ),
            ),
            "groups": (
                Group(code="festival", name=Text(fa="جشنواره", en="Festival"), mode="best"),
            ),
            "places": (
                PlaceTerms(
                    kind="branch",
                    number=world.other_branch.id,
                    points_share=30,
                    least_basket=2_000_000,
                    excluded=("home",),
                    points_a_month=500_000,
                ),
            ),
            "rules": (*rules, *_rules(world, categories, series_id)),
        }
    )


def drafted(program: Program) -> Program:
    """A draft that differs from ``program`` in each of the ways that can be told."""
    changed = []
    for rule in program.rules:
        if rule.id == "thursday":
            changed.append(rule.model_copy(update={"gives": Times(percent=300)}))
        elif rule.id == "welcome":
            changed.append(rule.model_copy(update={"is_active": False}))
        elif rule.id != "online":
            changed.append(rule)
    friday = Rule(
        id="friday",
        name=Text(fa="جمعه‌های خانوادگی", en="Family Fridays"),
        conditions=(OneOf(fact="weekday", values=(6,)),),
        gives=Times(percent=150),
    )
    return program.model_copy(update={"rules": (*changed, friday)})


def _rules(world: World, categories: Mapping[str, int], series_id: int) -> tuple[Rule, ...]:
    return (
        Rule(
            id="silver-isfahan",
            name=Text(fa="نقره‌ای‌های اصفهان", en="Silver in Isfahan"),
            conditions=(
                OneOf(fact="weekday", values=(_THURSDAY,)),
                OneOf(fact="branch", values=(world.other_branch.id,)),
                OneOf(fact="tier", values=("silver",)),
            ),
            gives=Times(percent=200),
            group="festival",
            limits=(Limit(scope="member", per="week", most=500),),
        ),
        Rule(
            id="dairy",
            name=Text(fa="لبنیات بیشتر", en="More dairy"),
            conditions=(Lines(fact="category", values=(categories["dairy"],)),),
            gives=PerItem(points=2),
            budget="spring",
        ),
        Rule(
            id="steady",
            name=Text(fa="نشان همراهی", en="Badge for regulars"),
            on="challenge",
            what="often",
            gives=GiveBadge(badge="first"),
        ),
        Rule(
            id="advice",
            name=Text(fa="مشاورهٔ خانه", en="Home advice"),
            on="event",
            what="booked",
            gives=Fixed(points=30),
        ),
        Rule(
            id="yalda",
            name=Text(fa="هدیهٔ یلدا", en="Yalda gift"),
            on="occasion",
            what="yalda",
            gives=GiveVoucher(series=series_id),
        ),
    )
