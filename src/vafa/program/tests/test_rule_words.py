"""What a rule gives and for what, as a person would say it."""

from __future__ import annotations

import pytest

from vafa.program.rules.conditions import Between, Condition, Lines, OneOf
from vafa.program.rules.moments import REVIEW_POSTED, SURVEY_ANSWERED
from vafa.program.rules.rule import Effect, Fixed, PerItem, PerStep, Rule, Text, Times
from vafa.program.rules.rule_words import RuleNames, rule_words

NAMES = RuleNames({1: "ونک"}, {7: "لبنیات"}, merchants={3: "کافه"}, tiers={"gold": "طلایی"})
BIG = Between(fact="total", least=5_000_000)
ONLINE = OneOf(fact="channel", values=("online",))
MILK = Lines(fact="category", values=(7,))
POINTS, STEP, DOUBLE = Fixed(points=25), PerStep(points=1, step=100_000), Times(percent=200)


def both(gives: Effect, *conditions: Condition, on: str = "purchase", what: str = "") -> list[str]:
    rule = Rule(id="x", name=Text(fa="x"), on=on, what=what, conditions=conditions, gives=gives)
    return [rule_words(rule, "toman", lang, NAMES) for lang in ("fa", "en")]


@pytest.mark.parametrize(
    ("gives", "conditions", "fa", "en"),
    [
        (
            POINTS,
            (BIG,),
            "۲۵ امتیاز برای هر خرید ۵۰۰٬۰۰۰ تومان به بالا",
            "25 points for every purchase of 500,000 toman or more",
        ),
        (
            POINTS,
            (ONLINE, BIG),
            "۲۵ امتیاز برای هر خرید اینترنتی ۵۰۰٬۰۰۰ تومان به بالا",
            "25 points for every online purchase of 500,000 toman or more",
        ),
        (
            POINTS,
            (OneOf(fact="channel", values=("store", "phone")), MILK),
            "۲۵ امتیاز برای هر خرید حضوری یا تلفنی از لبنیات",
            "25 points for every purchase in a shop or by phone with لبنیات",
        ),
        (
            POINTS,
            (Between(fact="nth", most=1), BIG),
            "۲۵ امتیاز برای نخستین خرید در خریدهای ۵۰۰٬۰۰۰ تومان به بالا",
            "25 points for the first purchase on bills of 500,000 toman or more",
        ),
        (
            STEP,
            (BIG,),
            "در خریدهای ۵۰۰٬۰۰۰ تومان به بالا، یک امتیاز برای هر ۱۰٬۰۰۰ تومان",
            "1 point for every 10,000 toman that you spend on bills of 500,000 toman or more",
        ),
        (
            STEP,
            (MILK, OneOf(fact="weekday", values=(5,))),
            "پنجشنبه‌ها، یک امتیاز برای هر ۱۰٬۰۰۰ تومان خرید از لبنیات",
            "1 point for every 10,000 toman that you spend on لبنیات on Thursdays",
        ),
        (
            PerItem(points=1),
            (Lines(fact="brand", values=("میهن",)),),
            "یک امتیاز برای هر عدد از برند میهن",
            "1 point for every item of the brand میهن",
        ),
        (
            DOUBLE,
            (Lines(fact="brand", values=("میهن",)), OneOf(fact="branch", values=(1,))),
            "امتیاز دو برابر برای برند میهن در ونک",
            "Double points for the brand میهن at ونک",
        ),
        (
            DOUBLE,
            (OneOf(fact="channel", values=("online",), but=True),),
            "امتیاز دو برابر جز در خرید اینترنتی",
            "Double points except online",
        ),
    ],
)
def test_of_which_purchases(
    gives: Effect, conditions: tuple[Condition, ...], fa: str, en: str
) -> None:
    assert both(gives, *conditions) == [fa, en]


def test_what_is_about_no_purchase() -> None:
    assert both(POINTS, on="event", what=SURVEY_ANSWERED) == [
        "۲۵ امتیاز برای پاسخ دادن به نظرسنجی",
        "25 points for answering a survey",
    ]
    assert both(POINTS, on="event", what=REVIEW_POSTED) == [
        "۲۵ امتیاز برای نوشتن نظر",
        "25 points for posting a review",
    ]
    assert both(POINTS, OneOf(fact="merchant", values=(3,)), on="visit") == [
        "در کافه، ۲۵ امتیاز برای سر زدن به ما، روزی یک بار",
        "25 points at کافه for a visit, once a day",
    ]
