"""Which members an address asks for, and the controls and words of that."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vafa.audience.models import Segment
from vafa.audience.reads.members import all_of, compile_segment
from vafa.audience.reads.segments import find_segment
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.jalali import month_name
from vafa.core.money import format_number
from vafa.core.text import to_latin_digits
from vafa.insight.reads.member_filters import NEVER_BOUGHT, MemberFilter
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tier_risks import tier_risks
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.tier_terms import NO_TIER
from vafa.web.panel.pages import number_of, page_calendar
from vafa.web.panel.periods import span_label, span_of
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import JalaliDateField
from vafa.web.shared.sessions import PageRequest

# No tier has a dot in its code.
LOSING = "losing."
_WITHIN, _SILENT = "within", "silent"
_DAYS = (30, 60, 90, 180, 365)
# What the folded part of the filters asks.
MORE = ("joined_from", "joined_to", "trade", "points_from", "points_to", "birth")


def asked_segment(request: PageRequest) -> Segment | None:
    """The segment to which ``?segment=`` narrows the list. Raises UnknownSegment: a list of
    everybody in its place would mislead."""
    if not request.GET.get("segment"):
        return None
    return find_segment(request.club.id, number_of(request.GET["segment"]) or 0)


def read_filter(
    query: QueryDict, club: ClubContext, segment: Segment | None = None
) -> MemberFilter:
    """The filter that an address asks for; what makes no sense in it is passed over.

    Raises BrokenSegment for a ``segment`` whose definition no longer makes sense.
    """
    among = all_of(compile_segment(club, segment, now())) if segment else None
    tier = query.get("tier", "")
    if tier == LOSING:
        risks = tier_risks(club, live_program(club.id).program, now(), among=among)
        tier, among = "", sorted(risks)
    status = {"active": True, "inactive": False}
    within, silent = (_days(query, kind) for kind in (_WITHIN, _SILENT))
    month = number_of(query.get("birth"))
    return MemberFilter(
        text=query.get("q", "")[:120],
        tier=tier,
        joined=span_of(query, "joined_from", "joined_to"),
        bought=span_of(query),
        at_least=min(max(number_of(query.get("least")) or 1, 1), 1_000),
        branch_id=number_of(query.get("branch")),
        active=status.get(query.get("status", "")),
        with_points=query.get("points") == "1",
        among=among,
        bought_within=within,
        silent=silent,
        never_bought=query.get("trade") == NEVER_BOUGHT,
        least_points=_points(query.get("points_from")),
        most_points=_points(query.get("points_to")),
        birth_month=month if month is not None and 1 <= month <= 12 else None,
    )


def _days(query: QueryDict, kind: str) -> int | None:
    """The days behind a kind in ``?trade=``, such as "silent-90"."""
    asked, _dash, days = query.get("trade", "").partition("-")
    number = number_of(days)
    return min(number, 3_650) if asked == kind and number else None


def _points(text: str | None) -> int | None:
    return number_of(to_latin_digits(text or "").replace("٬", "").replace(",", ""))


def more_controls(request: PageRequest) -> dict[str, Any]:
    """The controls of the filters that stand folded up, and how many of them are on."""
    query, calendar = request.GET, page_calendar(request)
    span = span_of(query, "joined_from", "joined_to")
    shown = {
        "joined_from": span.first if span and query.get("joined_from") else None,
        "joined_to": span.last if span and query.get("joined_to") else None,
    }
    lang, own = current_lang(), request.club.calendar
    months = [(str(n), month_name(n, lang, own)) for n in range(1, 13)]
    return {
        "more_on": sum(1 for name in MORE if query.get(name)),
        "joined_dates": [
            JalaliDateField(calendar=calendar).widget.render(
                name, day, {"id": f"id_{name}", "class": "input w-full"}
            )
            for name, day in shown.items()
        ],
        "trade_options": _trade_options(),
        "trade_value": query.get("trade", ""),
        "birth_options": [("", _("Any month")), *months],
        "birth_value": query.get("birth", ""),
        "points_from": query.get("points_from", ""),
        "points_to": query.get("points_to", ""),
    }


def _trade_options() -> list[tuple[str, str]]:
    options = [("", _("Whenever"))]
    options += [(f"{_WITHIN}-{n}", trade_words(f"{_WITHIN}-{n}")) for n in _DAYS[:3]]
    options += [(f"{_SILENT}-{n}", trade_words(f"{_SILENT}-{n}")) for n in _DAYS]
    return [*options, (NEVER_BOUGHT, trade_words(NEVER_BOUGHT))]


def trade_words(asked: str) -> str:
    """What ``?trade=`` asks, in words; "" for nothing."""
    kind, _dash, days = asked.partition("-")
    number = number_of(days) or 0
    shown = {"n": format_number(number, current_lang())}
    if kind == NEVER_BOUGHT:
        return _("Never bought")
    if kind == _WITHIN and number:
        said = ngettext("Bought in the last %(n)s day", "Bought in the last %(n)s days", number)
        return said % shown
    if kind == _SILENT and number:
        said = ngettext("Not bought for %(n)s day", "Not bought for %(n)s days", number)
        return said % shown
    return ""


def tier_mark(program: Program, tier: Tier | None) -> dict[str, Any]:
    """Name and rank (from 1) of a tier of the programme, for the tier component."""
    if tier is None:
        return {"tier": "", "rank": 0}
    return {"tier": tier.name.said(current_lang()), "rank": program.tiers.index(tier) + 1}


def tier_options(program: Program) -> list[tuple[str, str]]:
    options = [("", _("All tiers"))]
    options += [(tier.code, tier.name.said(current_lang())) for tier in program.tiers]
    if program.tiers and program.tiers[0].least > 0:
        options.append((NO_TIER, _("Below all tiers")))
    if program.tier_terms.warn_days:
        options.append((LOSING, _("About to lose their tier")))
    return options


def chips(
    request: PageRequest, wanted: MemberFilter, segment: Segment | None
) -> list[dict[str, str]]:
    """What else narrows the list, each with the address that drops it."""
    calendar = page_calendar(request)
    found: list[tuple[str, tuple[str, ...]]] = []
    if segment:
        found.append((segment.said(current_lang()), ("segment",)))
    if wanted.joined:
        text = _("Joined: %(days)s") % {"days": span_label(wanted.joined, calendar)}
        found.append((text, ("joined_from", "joined_to")))
    if wanted.bought:
        often = (
            _("Bought twice or more: %(days)s") if wanted.at_least > 1 else _("Bought: %(days)s")
        )
        text = often % {"days": span_label(wanted.bought, calendar)}
        found.append((text, ("from", "to", "least")))
    if wanted.with_points:
        found.append((_("Have points"), ("points",)))
    if words := trade_words(request.GET.get("trade", "")):
        found.append((words, ("trade",)))
    if wanted.least_points is not None or wanted.most_points is not None:
        found.append((_balance_words(wanted), ("points_from", "points_to")))
    if wanted.birth_month is not None:
        month = month_name(wanted.birth_month, current_lang(), request.club.calendar)
        found.append((_("Born in %(month)s") % {"month": month}, ("birth",)))
    return [{"text": text, "url": _without(request.GET, names)} for text, names in found]


def _balance_words(wanted: MemberFilter) -> str:
    lang = current_lang()
    least, most = wanted.least_points, wanted.most_points
    if most is None:
        return _("At least %(n)s points") % {"n": format_number(least or 0, lang)}
    if least is None:
        return _("At most %(n)s points") % {"n": format_number(most, lang)}
    both = {"least": format_number(least, lang), "most": format_number(most, lang)}
    return _("%(least)s to %(most)s points") % both


def _without(query: QueryDict, names: tuple[str, ...]) -> str:
    rest = query.copy()
    for name in (*names, "page"):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"
