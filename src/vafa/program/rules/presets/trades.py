"""Programmes to start from, by trade."""

from __future__ import annotations

from vafa.program.rules.document import HouseholdTerms, PointTerms, Program, Tier
from vafa.program.rules.expiry import After, PeriodEnd, Sliding
from vafa.program.rules.limits import Limit
from vafa.program.rules.presets.preset import Place, share_of
from vafa.program.rules.recipes import birthday, multiplier, per_amount, welcome
from vafa.program.rules.rule import Between, Fixed, Lines, OneOf, PerItem, Rule, Text, Times

CARD = 10  # stamps on a card
_WELCOME = Text(fa="هدیهٔ عضویت", en="Welcome gift")
_POINTS = Text(fa="امتیاز خرید", en="Points for purchases")
_SATURDAY_TO_WEDNESDAY = (0, 1, 2, 3, 4)


def cafe(place: Place) -> Program:
    """A stamp for every drink; a full card is a reward."""
    drinks = (Lines(fact="category", values=(place.category,)),) if place.category else ()
    return Program(
        terms=PointTerms(expiry=Sliding(months=6), warn_days=14),
        rules=(
            Rule(
                id="stamp",
                name=Text(fa="یک مهر برای هر نوشیدنی", en="A stamp for every drink"),
                conditions=drinks,
                gives=PerItem(points=1),
                limits=(Limit(scope="member", per="day", most=CARD),),
                order=10,
            ),
            welcome("welcome", Text(fa="نخستین مهر", en="The first stamp"), 1, order=20),
        ),
    )


def clothing(place: Place) -> Program:
    """A clothing shop: points wait until things can no longer be brought back."""
    quiet = multiplier(
        "quiet-days",
        Text(fa="روزهای خلوت", en="Quiet days"),
        150,
        weekdays=(1, 2, 3),
        order=20,
    )
    return Program(
        terms=PointTerms(
            expiry=After(count=12),
            pending_days=14,
            warn_days=14,
            worth=share_of(place.step, 5),
            max_share=30,
        ),
        rules=(
            per_amount("per-amount", _POINTS, 1, place.step, order=10),
            quiet,
            birthday("birthday", Text(fa="هفتهٔ تولد", en="Birthday week"), 200, 3, order=30),
            welcome("welcome", _WELCOME, 30, order=40),
        ),
        tiers=(
            Tier(code="member", name=Text(fa="همراه", en="Member"), least=0),
            Tier(code="friend", name=Text(fa="دوست", en="Friend"), least=1_000, percent=125),
            Tier(code="family", name=Text(fa="خانواده", en="Family"), least=4_000, percent=150),
        ),
    )


def pharmacy(place: Place) -> Program:
    """A chain of pharmacies: a family shares one account; points last to the end of next year."""
    return Program(
        terms=PointTerms(
            expiry=PeriodEnd(period="year", after=1),
            warn_days=30,
            worth=share_of(place.step, 2),
            max_share=40,
        ),
        households=HouseholdTerms(is_on=True),
        rules=(
            per_amount(
                "per-amount",
                _POINTS,
                1,
                place.step,
                order=10,
                limits=(Limit(scope="household", per="month", most=2_000),),
            ),
            Rule(
                id="mornings",
                name=Text(fa="صبح‌های داروخانه", en="Pharmacy mornings"),
                conditions=(
                    OneOf(fact="weekday", values=_SATURDAY_TO_WEDNESDAY),
                    Between(fact="minute", least=8 * 60, most=11 * 60),
                ),
                gives=Times(percent=150),
                order=20,
            ),
            welcome("welcome", _WELCOME, 20, order=30),
        ),
        tiers=(
            Tier(code="green", name=Text(fa="سبز", en="Green"), least=0),
            Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=600, percent=115),
            Tier(code="gold", name=Text(fa="طلایی", en="Gold"), least=2_400, percent=130),
        ),
    )


def online(place: Place) -> Program:
    """An online shop: points come with the delivery, a full basket brings more."""
    full_basket = place.step * 100
    return Program(
        terms=PointTerms(
            expiry=After(count=12),
            pending_days=30,
            pending_until="delivery",
            warn_days=14,
            worth=share_of(place.step, 3),
            max_share=50,
        ),
        rules=(
            per_amount("per-amount", _POINTS, 1, place.step, order=10),
            Rule(
                id="full-basket",
                name=Text(fa="سبد پُر", en="A full basket"),
                conditions=(Between(fact="total", least=full_basket),),
                gives=Fixed(points=25),
                limits=(Limit(scope="member", per="week", counts="times", most=1),),
                order=20,
            ),
            birthday("birthday", Text(fa="روز تولد", en="Birthday"), 200, 3, order=30),
            welcome("welcome", _WELCOME, 30, order=40),
        ),
        tiers=(
            Tier(code="bronze", name=Text(fa="برنزی", en="Bronze"), least=0),
            Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=800, percent=120),
            Tier(
                code="gold",
                name=Text(fa="طلایی", en="Gold"),
                least=3_000,
                percent=140,
                free_delivery=True,
            ),
        ),
    )


def restaurant(place: Place) -> Program:
    """A restaurant: double at lunch on working days, a gift for a big table."""
    return Program(
        terms=PointTerms(
            expiry=After(count=6), warn_days=14, worth=share_of(place.step, 5), max_share=50
        ),
        rules=(
            per_amount("per-amount", _POINTS, 1, place.step, order=10),
            Rule(
                id="lunch",
                name=Text(fa="ناهار روزهای کاری", en="Lunch on working days"),
                conditions=(
                    OneOf(fact="weekday", values=_SATURDAY_TO_WEDNESDAY),
                    Between(fact="minute", least=12 * 60, most=16 * 60),
                ),
                gives=Times(percent=200),
                limits=(Limit(scope="member", per="week", most=500),),
                order=20,
            ),
            Rule(
                id="big-table",
                name=Text(fa="میز بزرگ", en="A big table"),
                conditions=(Between(fact="total", least=place.step * 200),),
                gives=Fixed(points=50),
                limits=(Limit(scope="member", per="day", counts="times", most=1),),
                order=30,
            ),
            birthday("birthday", Text(fa="جشن تولد", en="Birthday party"), 300, 3, order=40),
            welcome("welcome", _WELCOME, 20, order=50),
        ),
    )
