"""The three generations of loyalty programmes, each as a programme to start from."""

from __future__ import annotations

from vafa.program.rules.document import (
    CreditTerms,
    GiftTerms,
    HouseholdTerms,
    PointTerms,
    Program,
    Tier,
)
from vafa.program.rules.expiry import After
from vafa.program.rules.limits import Limit
from vafa.program.rules.presets.preset import Place, share_of
from vafa.program.rules.recipes import birthday, per_amount, welcome
from vafa.program.rules.rule import OneOf, PerStep, Rule, Text, Times

_BACK = 5
_BACK_DAYS = 60


def credit_back(place: Place) -> Program:
    """First generation: a share of every bill comes back as credit for the next ones."""
    back = PerStep(points=share_of(place.step, _BACK), step=place.step, unit="credit")
    return Program(
        credit=CreditTerms(expiry=After(count=_BACK_DAYS, each="days"), warn_days=7),
        rules=(Rule(id="back", name=Text(fa="برگشت خرید", en="Money back"), gives=back),),
    )


def own_points(place: Place) -> Program:
    """Second generation: points of one business, for its own rewards and partners' codes."""
    return Program(
        terms=PointTerms(
            expiry=After(count=12), warn_days=14, worth=share_of(place.step, 3), max_share=50
        ),
        rules=(
            per_amount("per-amount", Text(fa="امتیاز خرید", en="Points"), 1, place.step, order=10),
            birthday("birthday", Text(fa="روز تولد", en="Birthday"), 200, 3, order=20),
            welcome("welcome", Text(fa="هدیهٔ عضویت", en="Welcome gift"), 20, order=30),
        ),
        tiers=(
            Tier(code="bronze", name=Text(fa="برنزی", en="Bronze"), least=0),
            Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=500, percent=120),
            Tier(code="gold", name=Text(fa="طلایی", en="Gold"), least=2_000, percent=150),
        ),
    )


def coalition(place: Place) -> Program:
    """Third generation: many merchants, in shops and online, one unit at all of them."""
    online = OneOf(fact="channel", values=("online",))
    return Program(
        terms=PointTerms(
            expiry=After(count=24),
            pending_days=7,
            warn_days=30,
            worth=share_of(place.step, 1),
            max_share=50,
        ),
        gifts=GiftTerms(is_on=True),
        households=HouseholdTerms(is_on=True),
        rules=(
            per_amount(
                "per-amount",
                Text(fa="امتیاز خرید از همهٔ پذیرنده‌ها", en="Points at every merchant"),
                1,
                place.step,
                order=10,
                limits=(Limit(scope="member", per="day", most=5_000),),
            ),
            Rule(
                id="online",
                name=Text(fa="خرید اینترنتی", en="Online orders"),
                conditions=(online,),
                gives=Times(percent=120),
                order=20,
            ),
            welcome("welcome", Text(fa="هدیهٔ عضویت", en="Welcome gift"), 50, order=30),
        ),
        tiers=(
            Tier(code="blue", name=Text(fa="آبی", en="Blue"), least=0),
            Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=2_000, percent=110),
            Tier(code="gold", name=Text(fa="طلایی", en="Gold"), least=8_000, percent=125),
        ),
    )
