"""The words of reports: what their columns and lines are called, and their values as text."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS, choice_words
from vafa.core.jalali import WEEKDAYS_EN, WEEKDAYS_FA, Calendar, format_date
from vafa.core.money import amount_parts, format_amount, format_number, format_percent
from vafa.core.text import to_persian_digits
from vafa.insight.reads.reports import goods, habits, hours, people, value
from vafa.insight.reads.reports.shape import Column, Line, Value
from vafa.insight.reads.reports.shape import Kind as ValueKind
from vafa.insight.reads.spans import Span
from vafa.web.panel.periods import period_label
from vafa.web.panel.reports.asked import Asked
from vafa.web.shared.context import current_lang

NOTHING = "—"
_LISTS = {"education": EDUCATIONS, "acquaintance": ACQUAINTANCES}


Good = Literal["up", "down", "none"]
_BETTER_HIGH = frozenset(
    {
        *("sales", "sold", "net", "purchases", "quantity", "basket", "buyers", "per_buyer"),
        *("joined", "first", "back", "change"),
    }
)
_BETTER_LOW = frozenset({"lost"})


def good_way(column: str) -> Good:
    """Which way a column of that name plainly gets better; what came back, was given or was used is
    neither good nor bad by itself."""
    if column in _BETTER_HIGH:
        return "up"
    return "down" if column in _BETTER_LOW else "none"


def column_words(slug: str, column: Column) -> str:
    """What a column is called."""
    if column.name.startswith("weekday"):
        return weekday_words(int(column.name.removeprefix("weekday")))
    special = {("vouchers", "members"): _("Members who used"), ("expiring", "amount"): _("Amount")}
    return special.get((slug, column.name)) or _columns()[column.name]


def weekday_words(weekday: int) -> str:
    """The name of a day of the week, as ``date.weekday`` counts."""
    return (WEEKDAYS_FA if current_lang() == "fa" else WEEKDAYS_EN)[weekday]


def line_words(
    asked: Asked, line: Line, following: Line | None, club: ClubContext, calendar: Calendar
) -> str:
    """What a line is called; ``following`` is the next one, at which a band ends."""
    slug, key = asked.kind.slug, line.key
    if isinstance(key, Span):
        if asked.kind.is_of_moment:
            return format_date(key.first, current_lang(), "month", calendar)
        return period_label(key, asked.choice.by, calendar, club)
    if line.label:
        return (line.label_en if current_lang() == "en" else "") or line.label
    if slug == "hours":
        return _clock(int(key))
    if slug == "habits":
        return _band(asked.side, key, following, club)
    if slug == "members" and asked.side in _LISTS and key in _LISTS[asked.side]:
        return dict(choice_words(_LISTS[asked.side], current_lang()))[str(key)]
    if slug == "members" and str(key).startswith("age"):
        return _age(int(str(key).removeprefix("age")))
    return _keys().get(str(key), str(key))


def value_text(number: Value, kind: ValueKind, unit: str) -> str:
    """A value as people read it; money without its unit, which the column names."""
    lang = current_lang()
    if number is None:
        return NOTHING
    if kind == "ratio":
        return format_percent(number, lang, 1)
    if kind == "money":
        return format_amount(int(number), unit, lang, with_unit=False)
    if kind == "quantity":
        return format_number((Decimal(int(number)) / 1000).normalize() + 0, lang)
    return format_number(int(number), lang)


def change_text(now: Value, before: Value) -> str:
    """How much more than before, as a share of it; "" where that says nothing."""
    if now is None or not before:
        return ""
    ratio = (now - before) / abs(before)
    return ("\u200e+" if ratio > 0 else "") + format_percent(ratio, current_lang())


def _clock(hour: int) -> str:
    # From left to right in Persian too, or the later hour would come first.
    text = f"\u2066{hour:02d}:00–{(hour + 1) % 24:02d}:00\u2069"
    return to_persian_digits(text) if current_lang() == "fa" else text


def _age(band: int) -> str:
    lang = current_lang()
    first = format_number(people.AGES[band], lang)
    if band + 1 == len(people.AGES):
        return _("%(years)s years and more") % {"years": first}
    after = people.AGES[band + 1]
    if band == 0:
        return _("Under %(years)s") % {"years": format_number(after, lang)}
    return _("%(first)s to %(last)s years") % {
        "first": first,
        "last": format_number(after - 1, lang),
    }


def _band(side: str, key: str | int, following: Line | None, club: ClubContext) -> str:
    lang = current_lang()
    if key == habits.ONCE:
        return _("Bought once")
    first = int(key)
    end = None if following is None or following.key == habits.ONCE else int(str(following.key))
    if side == "amount":
        return _amounts(first, end, club)
    if side == "frequency" and first == 0:
        return _("Did not buy")
    if side == "frequency" and end == first + 1:
        return _("%(n)s times") % {"n": format_number(first, lang)}
    words = (
        (_("%(n)s times and more"), _("%(first)s to %(last)s times"))
        if side == "frequency"
        else (_("%(n)s days and more"), _("%(first)s to %(last)s days"))
    )
    if end is None:
        return words[0] % {"n": format_number(first, lang)}
    last = end - 1 if side == "frequency" else end
    return words[1] % {"first": format_number(first, lang), "last": format_number(last, lang)}


def _amounts(first: int, end: int | None, club: ClubContext) -> str:
    lang = current_lang()
    low = " ".join(amount_parts(first, club.display_unit, lang, short=True))
    if end is None:
        return _("%(n)s and more") % {"n": low}
    high = " ".join(amount_parts(end, club.display_unit, lang, short=True))
    return _("%(first)s to %(last)s") % {"first": low, "last": high}


def _columns() -> dict[str, str]:
    return {
        "sales": _("Sales"),
        "purchases": _("Purchases"),
        "buyers": _("Members who bought"),
        "basket": _("Average purchase"),
        "returned": _("Came back"),
        "net": _("Sales less returns"),
        "sold": _("Sales"),
        "share": _("Share"),
        "quantity": _("Quantity"),
        "members": _("Members"),
        "per_buyer": _("Per buyer"),
        "share_of_sales": _("Share of sales"),
        "joined": _("Became members"),
        "first": _("Bought first"),
        "back": _("Came back to us"),
        "lost": _("Lost"),
        "change": _("Won less lost"),
        "given": _("Given"),
        "used": _("Used"),
        "expired": _("Ran out"),
        "outstanding": _("Had in the end"),
        "holders": _("Members"),
        "redeemed": _("Redeemed"),
        "points": _("Points"),
        "used_up": _("Used up"),
        "waiting": _("Not used yet"),
        "ended": _("Cancelled or ran out"),
        "made": _("Codes made"),
        "uses": _("Times used"),
        "taken_off": _("Taken off"),
        "bills": _("Bills with them"),
        hours.TOTAL: _("All days"),
    }


def _keys() -> dict[str, str]:
    return {
        goods.UNNAMED: _("Not named on the bill"),
        goods.OTHERS: _("All others"),
        people.UNKNOWN: _("Not known"),
        "female": _("Women"),
        "male": _("Men"),
        "other": _("Other"),
        value.OVERDUE: _("Due, not taken away yet"),
        value.LATER: _("Later"),
        value.NO_DATE: _("Without a fixed date"),
        value.HELD: _("Set aside for rewards and bills"),
        value.OWED: _("Owed by members"),
        "voucher": _("Vouchers that stand alone"),
        "percent": _("Percent off"),
        "gift": _("Gift cards"),
        "product": _("Free products"),
        "buy_get": _("Buy some, get some"),
        "delivery": _("Free delivery"),
        "partner": _("Partners' codes"),
        "text": _("Other offers"),
        "chances": _("Chances in draws"),
    }
