"""The owner's first page: the figures of the picked days, their course, and what lies behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.club.access import access_branches
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.jalali import Calendar
from vafa.core.money import format_amount, format_number, whole_units
from vafa.insight.reads.dashboard import (
    PeriodFigures,
    Points,
    Trade,
    added,
    busy_span,
    courses,
    points_outstanding,
    trades,
)
from vafa.insight.reads.kept import kept_at
from vafa.insight.reads.spans import periods
from vafa.web.panel.navigation import first_place
from vafa.web.panel.pages import PANEL, page_calendar, panel_page, panel_render
from vafa.web.panel.periods import (
    Choice,
    grouping_options,
    period_label,
    period_options,
    read_choice,
    span_label,
    span_query,
)
from vafa.web.panel.reach import can_follow
from vafa.web.panel.setup_places import setup_card
from vafa.web.panel.views.homes import HOMES, waiting_rows
from vafa.web.shared.charts import Chart, Series
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import JalaliDateField
from vafa.web.shared.sessions import PageRequest, may_open

Stat = dict[str, Any]


@require_safe
@panel_page(*PANEL, by_branch=True)
def dashboard(request: PageRequest) -> HttpResponse:
    """Sales, members and points of the picked days. Some roles begin with what they look for, until
    they pick days; who may not see the club's figures begins at the first page that opens to her."""
    home = HOMES.get(request.actor.role)
    if home is not None and not request.GET and not request.actor.is_of_branches:
        return home(request)
    if not may_open(request.actor, ("reports.view",)):
        return HttpResponseRedirect(first_place(request.actor))
    club = request.club
    branches = access_branches(request.actor)
    choice = read_choice(request, club, branches)
    calendar = page_calendar(request)
    spans = [choice.span, choice.before] if choice.before else [choice.span]
    now_trade, *before_trade = trades(club, spans, choice.branch_id)
    rows, *before_rows = courses(
        club, [periods(span, choice.by, club.calendar) for span in spans], choice.branch_id
    )
    past_trade = before_trade[0] if before_trade else None
    past_rows = before_rows[0] if before_rows else []
    past_points = added(past_rows) if past_rows else None
    labels = _labels(request, choice, rows)
    context = {
        "choice": choice,
        "span_text": span_label(choice.span, calendar),
        "before_text": span_label(choice.before, calendar) if choice.before else "",
        "period_options": period_options(),
        "grouping_options": grouping_options(choice.span),
        "branch_options": [("", _("All branches"))] + [(str(b.id), b.name) for b in branches],
        "branch_value": str(choice.branch_id or ""),
        "dates": date_controls(choice, calendar) if choice.name == "custom" else None,
        "trade_stats": _trade_stats(club, choice, now_trade, past_trade),
        "member_stats": _member_stats(choice, now_trade, past_trade),
        "point_stats": _point_stats(club, choice, added(rows), past_points),
        "sales_chart": _sales_chart(request, choice, rows, labels, past_rows),
        "members_chart": _members_chart(rows, labels),
        "buyers_chart": _buyers_chart(request.actor, choice, rows, labels),
        "points_chart": _points_chart(rows, labels),
        "elsewhere": _elsewhere(club, now_trade),
        "as_of": kept_at(club),
        "setup_card": setup_card(request),
        "waiting": waiting_rows(request),
        "first_steps": not now_trade.purchases and busy_span(club) is None,
    }
    return panel_render(request, "panel/dashboard.html", context, section="dashboard")


def _elsewhere(club: ClubContext, found: Trade) -> str:
    """Where to look when nothing was bought in these days: all days, if there are any."""
    if found.purchases or busy_span(club) is None:
        return ""
    return f"{reverse('panel:dashboard')}?period=all"


def date_controls(choice: Choice, calendar: Calendar) -> dict[str, str]:
    """The two fields of a period of one's own, as HTML."""
    controls = {}
    for name, day in (("from", choice.span.first), ("to", choice.span.last)):
        widget = JalaliDateField(calendar=calendar).widget
        controls[name] = widget.render(name, day, {"id": f"id_{name}", "class": "input w-40"})
    return controls


def _change(now: float | None, before: float | None) -> float | None:
    """How much more than before, as a ratio; None where a ratio says nothing."""
    return (now - before) / before if now is not None and before else None


def _trade_stats(club: ClubContext, choice: Choice, now: Trade, before: Trade | None) -> list[Stat]:
    purchases = f"{reverse('panel:purchases')}?{choice.query}"
    returned = format_amount(now.returned, club.display_unit, current_lang())
    average = None if now.basket is None else whole_units(now.basket, club.display_unit)
    return [
        {
            "label": _("Sales"),
            "amount": now.sales,
            "url": purchases,
            "change": before and _change(now.sales, before.sales),
        },
        {
            "label": _("Sales less returns"),
            "amount": now.net,
            "url": f"{reverse('panel:returns')}?{choice.query}",
            "hint": _("%(amount)s came back") % {"amount": returned} if now.returned else "",
            "change": before and _change(now.net, before.net),
        },
        {
            "label": _("Purchases"),
            "n": now.purchases,
            "url": purchases,
            "change": before and _change(now.purchases, before.purchases),
        },
        {
            "label": _("Average purchase"),
            "amount": average,
            "change": before and _change(now.basket, before.basket),
        },
    ]


def _member_stats(choice: Choice, now: Trade, before: Trade | None) -> list[Stat]:
    members = reverse("panel:members")
    branch = {"branch": choice.branch_id} if choice.branch_id else {}
    first, last = choice.span.first.isoformat(), choice.span.last.isoformat()
    joined = urlencode({"joined_from": first, "joined_to": last} | branch)
    repeat = format_number(now.repeat_buyers, current_lang())
    return [
        {
            "label": _("Members"),
            "n": now.members,
            "url": f"{members}?{urlencode({'status': 'active'} | branch)}",
            "change": before and _change(now.members, before.members),
        },
        {
            "label": _("New members"),
            "n": now.joined,
            "url": f"{members}?{joined}",
            "change": before and _change(now.joined, before.joined),
        },
        {
            "label": _("Active members"),
            "n": now.buyers,
            "hint": _("bought in these days"),
            "url": f"{members}?{choice.query}",
            "change": before and _change(now.buyers, before.buyers),
        },
        {
            "label": _("Repeat rate"),
            "rate": now.repeat_rate,
            "hint": _("%(n)s of them bought more than once") % {"n": repeat},
            "url": f"{members}?{choice.query}&least=2",
        },
    ]


def _point_stats(
    club: ClubContext, choice: Choice, now: Points, before: Points | None
) -> list[Stat]:
    # The list of movements knows no branches: of one branch there is nothing to link to.
    url = reverse("panel:points") if choice.branch_id is None else ""
    days = span_query(choice.span)
    here = _("of this branch's purchases") if choice.branch_id else ""
    stats: list[Stat] = [
        {
            "label": _("Points issued"),
            "points_n": now.issued,
            "hint": here,
            "url": url and f"{url}?kind=issued&{days}",
            "change": before and _change(now.issued, before.issued),
            "change_good": "none",
        },
        {
            "label": _("Points spent"),
            "points_n": now.spent,
            "hint": here,
            "url": url and f"{url}?kind=spent&{days}",
            "change": before and _change(now.spent, before.spent),
            "change_good": "none",
        },
    ]
    if choice.branch_id is None:
        stats.append(
            {
                "label": _("Points expired"),
                "points_n": now.expired,
                "url": f"{url}?kind=expired&{days}",
                "change": before and _change(now.expired, before.expired),
                "change_good": "none",
            }
        )
    stats.append(
        {
            "label": _("Points outstanding"),
            "points_n": points_outstanding(club),
            "hint": _("with all members, now"),
            "url": f"{reverse('panel:members')}?points=1&sort=-points",
        }
    )
    return stats


def _labels(request: PageRequest, choice: Choice, rows: Sequence[PeriodFigures]) -> list[str]:
    calendar = page_calendar(request)
    return [period_label(row.span, choice.by, calendar, request.club) for row in rows]


def _links(actor: Actor, choice: Choice, rows: Sequence[PeriodFigures]) -> list[str]:
    url = reverse("panel:purchases")
    if not can_follow(actor, url):
        return []
    return [f"{url}?{span_query(row.span, branch=choice.branch_id)}" for row in rows]


def _sales_chart(
    request: PageRequest,
    choice: Choice,
    rows: Sequence[PeriodFigures],
    labels: list[str],
    past_rows: Sequence[PeriodFigures],
) -> Chart:
    lines = [Series(_("Sales"), [row.trade.sales for row in rows], kind="bar")]
    if choice.before is not None:
        past: list[int | None] = [row.trade.sales for row in past_rows]
        past += [None] * (len(rows) - len(past))
        lines.append(Series(_("The period before"), past[: len(rows)], kind="line", before_of=0))
    return Chart(
        labels,
        lines,
        kind="bar",
        title=_("Sales"),
        unit=request.club.display_unit,
        links=_links(request.actor, choice, rows),
    )


def _members_chart(rows: Sequence[PeriodFigures], labels: list[str]) -> Chart:
    members = [row.trade.members for row in rows]
    return Chart(labels, [Series(_("Members"), members)], title=_("Members"))


def _buyers_chart(
    actor: Actor, choice: Choice, rows: Sequence[PeriodFigures], labels: list[str]
) -> Chart:
    return Chart(
        labels,
        [
            Series(_("Active members"), [row.trade.buyers for row in rows]),
            Series(_("New members"), [row.trade.joined for row in rows]),
        ],
        kind="bar",
        title=_("Active and new members"),
        links=_links(actor, choice, rows),
    )


def _points_chart(rows: Sequence[PeriodFigures], labels: list[str]) -> Chart:
    return Chart(
        labels,
        [
            Series(_("Points issued"), [row.points.issued for row in rows]),
            Series(_("Points spent"), [row.points.spent for row in rows]),
        ],
        kind="bar",
        title=_("Points issued and spent"),
    )
