"""The conditions on members, counts, brands and expressions as people read them."""

from __future__ import annotations

import pytest

from vafa.program.rules.conditions import Between, Condition, Expression, Lines, OneOf
from vafa.program.rules.member_words import AttributeName
from vafa.program.rules.rule_words import RuleNames, condition_words

NAMES = RuleNames(
    segments={"vip": "وفاداران", "new": "تازه‌ها"},
    attributes={"pet": AttributeName("حیوان"), "since": AttributeName("عضو از", True)},
)


@pytest.mark.parametrize(
    ("condition", "fa", "en"),
    [
        (
            OneOf(fact="segment", values=("vip", "new")),
            "برای اعضای گروه «وفاداران» و «تازه‌ها»",
            "for members of “وفاداران” and “تازه‌ها”",
        ),
        (
            OneOf(fact="segment", values=("vip",), but=True),
            "برای همه جز اعضای گروه «وفاداران»",
            "for all but members of “وفاداران”",
        ),
        (OneOf(fact="segment", values=("gone",)), "", ""),
        (OneOf(fact="birth_month", values=(7,)), "برای متولدین مهر", "for those born in Mehr"),
        (
            OneOf(fact="payment", values=("card", "online")),
            "با پرداخت کارتی یا اینترنتی",
            "when you pay by card or online",
        ),
        (
            OneOf(fact="attribute:pet", values=("گربه",), but=True),
            "اگر «حیوان» گربه نباشد",
            "if “حیوان” is not گربه",
        ),
        (
            Between(fact="attribute:since", most=20190321),
            "اگر «عضو از» تا پنجشنبه ۱ فروردین ۱۳۹۸ باشد",
            "if “عضو از” is no later than Thu 21 Mar 2019",
        ),
        (Lines(fact="brand", values=("میهن",)), "از برند میهن", "of the brand میهن"),
        (
            Between(fact="quantity", least=30_000),
            "با خرید دست‌کم ۳۰ عدد",
            "when buying at least 30 pieces",
        ),
        (
            Between(fact="quantity", least=1_500, most=1_500),
            "با خرید ۱٫۵ عدد",
            "when buying 1.5 pieces",
        ),
        (
            Between(fact="kinds", least=3),
            "با دست‌کم ۳ کالای گوناگون",
            "with at least 3 different products",
        ),
        (
            Between(fact="visits", least=2, most=5, window_days=30),
            "برای کسانی که در ۳۰ روز گذشته ۲ تا ۵ بار خرید کرده‌اند",
            "for those who have bought 2 to 5 times in the last 30 days",
        ),
        (
            Between(fact="visits", most=0, window_days=90),
            "برای کسانی که در ۹۰ روز گذشته خریدی نکرده‌اند",
            "for those who have not bought in the last 90 days",
        ),
        (
            Between(fact="spend", least=10_000_000),
            "برای کسانی که پیش از این دست‌کم ۱٬۰۰۰٬۰۰۰ تومان خرید کرده‌اند",
            "for those who have spent at least 1,000,000 toman before",
        ),
        (
            Between(fact="days_since", least=60),
            "اگر از خرید پیشین دست‌کم ۶۰ روز گذشته باشد",
            "when the purchase before was at least 60 days ago",
        ),
        (Between(fact="nth", least=1, most=1), "در نخستین خرید", "on the first purchase"),
        (Between(fact="nth", least=3, most=3), "در خرید شمارهٔ ۳", "on purchase no. 3"),
        (Between(fact="nth", least=2), "از خرید شمارهٔ ۲ به بعد", "from purchase no. 2 on"),
        (Expression(text="total > 1"), "با شرط ویژه", "under a special condition"),
    ],
)
def test_words(condition: Condition, fa: str, en: str) -> None:
    assert condition_words(condition, "toman", "fa", NAMES) == fa
    assert condition_words(condition, "toman", "en", NAMES) == en
