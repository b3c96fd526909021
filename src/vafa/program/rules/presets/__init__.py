"""Programmes to start from: the three generations, then five trades. Pure.

Each is a function of the place that it is for and gives a valid programme; nothing in it names a
branch or a product of a club.
"""

from __future__ import annotations

from datetime import date

from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided, decide_purchase
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.presets import generations, trades
from vafa.program.rules.presets.preset import Place, Preset, place_of
from vafa.program.rules.rule import Text

__all__ = [
    "PRESETS",
    "Place",
    "Preset",
    "an_ordinary_bill",
    "place_of",
    "preset_named",
    "share_given",
]

# A Friday evening: no weekday rule of ours is about it.
_ORDINARY = date(2026, 11, 20)
_EVENING = 19 * 60
# Enough for what comes with a full basket to count as well.
_STEPS = 50
_WHOLE = 10_000

PRESETS = (
    Preset(
        "credit-back",
        Text(fa="برگشت پول روی خرید بعدی", en="Money back on the next purchase"),
        (
            "برای فروشگاهی که ساده‌ترین قرار را می‌خواهد: بخشی از هر خرید، خرید بعدی را می‌پردازد.",
            "For a shop that wants the simplest promise: a part of every bill pays the next one.",
        ),
        generations.credit_back,
        (
            "سهم برگشت را در قانون «برگشت خرید» و مهلت آن را در «اعتبار» به اندازهٔ سود خودتان بگذارید.",
            "Set the share in the rule, and how long it lasts under “Credit”, to what you can afford.",
        ),
    ),
    Preset(
        "own-points",
        Text(fa="امتیاز، سطح و جایزه", en="Points, tiers and rewards"),
        (
            "برای یک کسب‌وکار با چند شعبه: امتیاز می‌دهد، سه سطح دارد و امتیازها خرج جایزه می‌شوند.",
            "For one business with branches: points, three tiers, and rewards that points buy.",
        ),
        generations.own_points,
        (
            "چند جایزه بسازید، یکی از آن‌ها کم‌امتیاز تا اعضا زود به آن برسند.",
            "Make some rewards, one of them cheap, so that members soon reach it.",
        ),
    ),
    Preset(
        "coalition",
        Text(fa="باشگاه چند پذیرنده", en="A coalition of merchants"),
        (
            "برای چند کسب‌وکار با یک امتیاز: از همه می‌گیرند و در همه خرج می‌کنند، حضوری و اینترنتی.",
            "For many businesses with one unit: earned and spent at all, in shops and online.",
        ),
        generations.coalition,
        (
            "پذیرنده‌ها و شعبه‌هایشان را بسازید؛ برای قانون‌های هر پذیرنده شرط «پذیرنده» هست.",
            "Add the merchants and their branches; a rule can be about one merchant only.",
        ),
    ),
    Preset(
        "cafe",
        Text(fa="کافه: کارت مُهر", en="Café: a stamp card"),
        (
            "یک مهر برای هر نوشیدنی؛ ده مهر، یک نوشیدنی مهمان شما.",
            "A stamp for every drink; ten stamps are a drink on the house.",
        ),
        trades.cafe,
        (
            "جایزهٔ «نوشیدنی مهمان ما» را با ۱۰ امتیاز بسازید.",
            "Make the reward “A drink on us” for 10 points.",
        ),
        by_category=True,
    ),
    Preset(
        "clothing",
        Text(fa="فروشگاه پوشاک", en="Clothing shop"),
        (
            "امتیازها تا پایان مهلت تعویض منتظر می‌مانند؛ روزهای خلوت هفته بیشتر می‌ارزند.",
            "Points wait until the time for exchange is over; quiet days are worth more.",
        ),
        trades.clothing,
        (
            "روزهای خلوت فروشگاه خودتان را در قانون «روزهای خلوت» بگذارید.",
            "Put your own quiet days into the rule “Quiet days”.",
        ),
    ),
    Preset(
        "pharmacy",
        Text(fa="داروخانه‌های زنجیره‌ای", en="Pharmacy chain"),
        (
            "خانواده یک حساب دارد، امتیازها تا پایان سال بعد می‌مانند و صبح‌ها بیشتر می‌ارزند.",
            "A family shares an account, points last to the end of next year, mornings bring more.",
        ),
        trades.pharmacy,
        (
            "اگر داروهای نسخه نباید امتیاز بگیرند، در قانون «امتیاز خرید» دستهٔ آن‌ها را کنار بگذارید.",
            "If prescriptions shall earn nothing, leave their category out in the first rule.",
        ),
    ),
    Preset(
        "online",
        Text(fa="فروشگاه اینترنتی", en="Online shop"),
        (
            "امتیاز با تحویل می‌رسد، سبد پُر هدیه دارد و سطح طلایی ارسال رایگان می‌گیرد.",
            "Points come on delivery, a full basket brings a gift, gold gets free delivery.",
        ),
        trades.online,
        (
            "برنامهٔ فروشگاه باید تحویل هر سفارش را خبر بدهد؛ وگرنه امتیازها ۳۰ روز منتظر می‌مانند.",
            "Let your shop report each delivery; without it points wait for 30 days.",
        ),
    ),
    Preset(
        "restaurant",
        Text(fa="رستوران", en="Restaurant"),
        (
            "ناهار روزهای کاری دو برابر، میز بزرگ هدیه، و جشن تولد سه برابر.",
            "Double at lunch on working days, a gift for a big table, triple at birthdays.",
        ),
        trades.restaurant,
        (
            "ساعت ناهار و مبلغ میز بزرگ را به اندازهٔ رستوران خودتان بگذارید.",
            "Set the hours of lunch and the sum of a big table to your own.",
        ),
    ),
)


def preset_named(name: str) -> Preset | None:
    """The preset of that name."""
    return next((preset for preset in PRESETS if preset.name == name), None)


def an_ordinary_bill(program: Program, place: Place, total: int) -> Decided:
    """What a member of the lowest tier gets for one thing at ``total`` (smallest units) in a shop
    on an ordinary evening."""
    lowest = next((tier.code for tier in program.tiers if tier.least == 0), None)
    lines = [LineFacts(total, place.category)]
    return decide_purchase(
        program, PurchaseFacts(_ORDINARY, "jalali", 0, lines, None, lowest, minute=_EVENING)
    )


def share_given(program: Program, place: Place) -> int:
    """What an ordinary bill gives back, in basis points of it: points at what they pay on a later
    bill, and credit. What only rewards, tiers and occasions give is not in it."""
    total = place.step * _STEPS
    decided = an_ordinary_bill(program, place, total)
    return (decided.points * program.terms.worth + decided.credit) * _WHOLE // total
