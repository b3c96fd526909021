from __future__ import annotations

import pytest

from vafa.program.rules.document import PointTerms, Tier
from vafa.program.rules.expiry import After, Never
from vafa.program.rules.promise import terms_words
from vafa.program.rules.recipes import birthday, multiplier, per_amount, welcome
from vafa.program.rules.rule import Rule, Text
from vafa.program.rules.rule_words import RuleNames, rule_words
from vafa.program.rules.tier_words import tier_words

NAME = Text(fa="نام", en="Name")
BRANCHES = {1: "ونک", 2: "تجریش"}
CATEGORIES = {7: "لبنیات"}


def said(rule: Rule, lang: str = "fa") -> str:
    return rule_words(rule, "toman", lang, RuleNames(BRANCHES, CATEGORIES))


@pytest.mark.parametrize(
    ("rule", "fa", "en"),
    [
        (
            per_amount(rule_id="a", name=NAME, points=1, step=100_000),
            "یک امتیاز برای هر ۱۰٬۰۰۰ تومان خرید",
            "1 point for every 10,000 toman that you spend",
        ),
        (
            multiplier(rule_id="a", name=NAME, percent=200),
            "امتیاز دو برابر در هر خرید",
            "Double points on every purchase",
        ),
        (
            multiplier(rule_id="a", name=NAME, percent=150, branch_ids=(1, 2, 99)),
            "۵۰٪ امتیاز بیشتر در ونک و تجریش",
            "50% more points at ونک and تجریش",
        ),
        (
            multiplier(rule_id="a", name=NAME, percent=300, weekdays=(6, 5), category_ids=(7,)),
            "پنجشنبه‌ها و جمعه‌ها، امتیاز سه برابر برای لبنیات",
            "Triple points on Thursdays and Fridays for لبنیات",
        ),
        (
            multiplier(rule_id="a", name=NAME, percent=200, weekdays=(0,)),
            "شنبه‌ها، امتیاز دو برابر",
            "Double points on Saturdays",
        ),
        (
            birthday(rule_id="a", name=NAME, percent=200, days=3),
            "امتیاز دو برابر از ۳ روز پیش تا ۳ روز پس از تولد شما",
            "Double points within 3 days of your birthday",
        ),
        (
            birthday(rule_id="a", name=NAME, percent=200, days=0),
            "امتیاز دو برابر در روز تولد شما",
            "Double points on your birthday",
        ),
        (
            welcome(rule_id="a", name=NAME, points=20),
            "۲۰ امتیاز هدیه برای عضویت",
            "20 points as a gift for joining",
        ),
    ],
)
def test_a_rule_in_words(rule: Rule, fa: str, en: str) -> None:
    assert (said(rule), said(rule, "en")) == (fa, en)


def test_a_tier_in_words() -> None:
    assert tier_words(Tier(code="a", name=NAME, least=0), "toman", "fa") == ""
    silver = Tier(code="b", name=NAME, least=500, percent=120)
    assert tier_words(silver, "toman", "fa") == "۲۰٪ امتیاز بیشتر در هر خرید"
    assert tier_words(silver, "toman", "en") == "20% more points on every purchase"


def test_terms_in_words() -> None:
    terms = PointTerms(expiry=After(count=12), pending_days=7, worth=3000, max_share=50)
    assert terms_words(terms, "toman", "fa") == [
        "هر امتیاز ۳۰۰ تومان از خرید بعدی شما را می‌پردازد، تا ۵۰٪ مبلغ آن",
        "امتیازها ۷ روز پس از خرید قابل خرج می‌شوند",
        "امتیازها تا ۱۲ ماه برای شما می‌مانند",
    ]
    assert terms_words(PointTerms(expiry=Never()), "toman", "en") == []
