"""The demo club's program: every kind of rule, four tiers, five rewards."""

from __future__ import annotations

from typing import NamedTuple

from vafa.club.rules.consents import OFFERS
from vafa.program.rules.deeds import Say, Words
from vafa.program.rules.document import (
    HouseholdTerms,
    PointTerms,
    Program,
    ReferralTerms,
    Tier,
    TillTerms,
)
from vafa.program.rules.expiry import After
from vafa.program.rules.recipes import birthday, multiplier, per_amount, welcome
from vafa.program.rules.rule import Rule, Text

# One point for every 10,000 toman, worth 200 toman on a bill.
STEP = 100_000
WORTH = 2_000
MAX_SHARE = 50
WARN_DAYS = 3
# A member spends so many a day while the line is down, and confirms payments of so many or more.
OFFLINE_POINTS = 300
CONFIRM_POINTS = 2_000
_THURSDAY = 5


class DemoReward(NamedTuple):
    """A reward: ``points`` buy ``value`` rials off a bill from ``min_basket`` rials, or a product."""

    name: str
    name_en: str
    points: int
    value: int = 0
    min_basket: int = 0
    sku: str = ""
    stock: int | None = None


REWARDS = (
    DemoReward("کد تخفیف ۵۰ هزار تومانی", "50,000 toman off", 230, 500_000, 2_000_000),
    DemoReward("کد تخفیف ۱۵۰ هزار تومانی", "150,000 toman off", 650, 1_500_000, 5_000_000),
    DemoReward("کد تخفیف ۵۰۰ هزار تومانی", "500,000 toman off", 2_100, 5_000_000, 12_000_000),
    DemoReward("دمنوش گل‌گاوزبان", "Borage tea", 700, sku="snacks-11", stock=900),
    DemoReward("فلاسک یک‌لیتری", "One-litre flask", 4_800, sku="kitchen-08", stock=250),
)


def with_messages(program: Program) -> Program:
    """The same, and members hear of what happens: thanks, and a warning before points expire."""
    thanks = Rule(
        id="thanks",
        name=Text(fa="سپاس از خرید", en="Thanks for a purchase"),
        gives=Say(
            words=Words(
                fa="از خریدتان از رواق سپاسگزاریم. تا پایان هفته ارسال رایگان دارید.",
                en="Thank you for buying at Ravagh. Until the end of the week delivery is free.",
            ),
            purpose=OFFERS,
        ),
    )
    terms = program.terms.model_copy(update={"warn_days": WARN_DAYS})
    return program.model_copy(update={"rules": (*program.rules, thanks), "terms": terms})


def demo_program(online_branch: int, kitchen: int, home: int) -> Program:
    """The published program; the arguments are row numbers of a branch and two categories."""
    return Program(
        referral=ReferralTerms(is_on=True, inviter_points=300, friend_points=150),
        households=HouseholdTerms(is_on=True, by_members=True),
        till=TillTerms(offline_points=OFFLINE_POINTS, confirm_points=CONFIRM_POINTS),
        terms=PointTerms(expiry=After(count=12), pending_days=7, worth=WORTH, max_share=MAX_SHARE),
        rules=(
            per_amount(
                rule_id="per-amount",
                name=Text(fa="امتیاز خرید", en="Points for purchases"),
                points=1,
                step=STEP,
            ),
            multiplier(
                rule_id="thursday",
                name=Text(fa="پنجشنبه‌های دوبرابر", en="Double Thursdays"),
                percent=200,
                weekdays=(_THURSDAY,),
            ),
            multiplier(
                rule_id="home",
                name=Text(fa="خانه و آشپزخانه", en="Home and kitchen"),
                percent=150,
                category_ids=(kitchen, home),
            ),
            multiplier(
                rule_id="online",
                name=Text(fa="خرید آنلاین", en="Online orders"),
                percent=120,
                branch_ids=(online_branch,),
            ),
            welcome(rule_id="welcome", name=Text(fa="هدیهٔ عضویت", en="Welcome gift"), points=50),
            birthday(
                rule_id="birthday",
                name=Text(fa="روزهای تولد شما", en="Your birthday"),
                percent=300,
                days=3,
            ),
        ),
        tiers=(
            Tier(code="bronze", name=Text(fa="برنزی", en="Bronze"), least=0),
            Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=1_000, percent=110),
            Tier(code="gold", name=Text(fa="طلایی", en="Gold"), least=3_000, percent=125),
            Tier(
                code="firoozeh",
                name=Text(fa="فیروزه‌ای", en="Firoozeh"),
                least=6_500,
                percent=150,
            ),
        ),
    )
