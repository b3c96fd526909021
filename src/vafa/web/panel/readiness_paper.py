"""The report of readiness as data for its document."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import format_date
from vafa.core.money import format_number, format_percent, format_short
from vafa.insight.reads.readiness import History
from vafa.web.shared.context import build_page, current_lang


def figures_of(club: ClubContext, history: History) -> list[tuple[str, str, str]]:
    """What was measured: a name, the figure, and what it means."""
    lang = current_lang()
    return [
        (
            _("Purchases"),
            format_number(history.bills, lang),
            _("%(n)s of them name a customer")
            % {"n": format_percent(history.named_percent / 100, lang)},
        ),
        (
            _("Customers who came again"),
            format_percent(history.repeat_percent / 100, lang) if history.buyers else "—",
            _("of %(n)s who bought") % {"n": format_number(history.buyers, lang)},
        ),
        (
            _("Days between two visits"),
            "—" if history.median_gap is None else format_number(history.median_gap, lang),
            _("half of the visits come sooner, half later"),
        ),
        (
            _("Regularity"),
            "—" if history.regularity is None else _hundredths(history.regularity, lang),
            _("0 is clockwork, 1 is chance, more is in bursts"),
        ),
        (
            _("The best fifth of customers"),
            format_percent(history.best_fifth_percent / 100, lang) if history.buyers else "—",
            _("of what named customers spent"),
        ),
        (
            _("Named customers spend in a year"),
            format_short(history.yearly_named_sales, club.display_unit, lang),
            _("as in these days"),
        ),
    ]


def money_of(club: ClubContext, judged: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What it costs and may bring, with what was assumed."""
    lang, unit, found = current_lang(), club.display_unit, judged["found"]
    range_of = _("%(low)s to %(high)s")
    cost = {"low": _amount(found.cost.low, unit), "high": _amount(found.cost.high, unit)}
    gain = {"low": _amount(found.gain.low, unit), "high": _amount(found.gain.high, unit)}
    gains = (
        _("Gain in a year"),
        range_of % gain,
        _("if members buy 2%% to 8%% more, at a margin of %(margin)s")
        % {"margin": format_percent(judged["margin"], lang)},
    )
    if judged["given"] == 0:
        return [(_("Cost in a year"), "—", _("what the rewards cost that you set")), gains]
    more = judged["break_even"]
    return [
        (
            _("Cost in a year"),
            range_of % cost,
            _("if 60%% to 90%% of %(share)s that members get is ever spent")
            % {"share": format_percent(judged["given"], lang, 1)},
        ),
        gains,
        (
            _("It pays from"),
            "—" if more is None else format_percent(more, lang, 1),
            _("more bought by members") if more is not None else _("It cannot pay like this"),
        ),
    ]


def span_of(club: ClubContext, history: History) -> str:
    """The days that were looked at."""
    lang = current_lang()
    calendar = build_page(lang, club).calendar
    first, last = (
        format_date(date.fromisoformat(day), lang, calendar=calendar)
        for day in (history.first, history.last)
    )
    return _("From %(first)s to %(last)s") % {"first": first, "last": last}


def readiness_data(club: ClubContext, history: History, judged: dict[str, Any]) -> dict[str, Any]:
    """All that the document says, in the page's language."""
    lang, verdict = current_lang(), judged["verdict"]
    return {
        "lang": lang,
        "dir": "rtl" if lang == "fa" else "ltr",
        "club": club.name,
        "title": _("Does a club suit this business?"),
        "span": span_of(club, history),
        "verdict": verdict.title,
        "text": verdict.text,
        "level": verdict.level,
        "figures": [list(row) for row in figures_of(club, history)],
        "money_title": _("What it costs, and what it may bring"),
        "money": [list(row) for row in money_of(club, judged)],
        "findings_title": _("What to know, and what to do"),
        "findings": [list(row) for row in judged["findings"]],
        "sources": sources_words(),
    }


def sources_words() -> str:
    """Where the measures come from."""
    return _(
        "Regularity is the coefficient of variation of the days between visits (Wheat and Morrison 1990). Where the effect of clubs was measured fairly it was positive and small (Leenheer and others 2007): 2% to 8% is an assumption, not a promise."
    )


def _amount(amount: int, unit: str) -> str:
    return format_short(amount, unit, current_lang())


def _hundredths(thousandths: int, lang: str) -> str:
    whole, rest = divmod(round(thousandths / 10), 100)
    point = "٫" if lang == "fa" else "."
    return f"{format_number(whole, lang)}{point}{_two(rest, lang)}"


def _two(number: int, lang: str) -> str:
    digits = f"{number:02d}"
    return "".join(format_number(int(d), lang) for d in digits)
