"""The first pages of those who look for other things than the owner does, and what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vafa.club.permissions import ACCOUNTANT, MARKETER, SUPPORT
from vafa.core.clock import now
from vafa.core.money import format_number
from vafa.insight.reads.dashboard import trades
from vafa.insight.reads.kept import kept_at
from vafa.insight.reads.member_filters import MemberFilter
from vafa.insight.reads.members import list_members
from vafa.insight.reads.pools import left_now, pools_in
from vafa.insight.reads.pools import moved as moved_by
from vafa.insight.reads.reports.growth import growth
from vafa.insight.reads.reports.offers import rewards, vouchers
from vafa.insight.reads.reports.shape import Ask, Value
from vafa.insight.reads.spans import Span, preset_span, span_before
from vafa.insight.reads.today import waiting
from vafa.ledger.reads.totals import PoolTotals
from vafa.program.reads.revisions import live_program
from vafa.web.panel.pages import panel_render
from vafa.web.panel.periods import span_query
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

Stat = dict[str, Any]
_NEWEST = 10


def accountant(request: PageRequest) -> HttpResponse:
    """What the club owes its members, what moved today and this month, and the books to take out."""
    club = request.club
    today = club.local_date(now())
    month = preset_span("month", today, club.calendar)
    # The days of this month before today, and today.
    spans = [Span(today, today + timedelta(days=1))]
    if month.first < today:
        spans.insert(0, Span(month.first, today))
    units = (club.points_unit_id, club.credit_unit_id)
    moved = [pools_in(club, unit, spans) for unit in units]
    points, credit = (left_now(club, unit) for unit in units)
    worth = live_program(club.id).program.terms.worth
    context = {
        "owed": _owed(points, credit, worth),
        "worth": worth,
        "moves": [
            _move(_("Today"), moved[0][-1], moved[1][-1]),
            _move(_("This month"), _added(moved[0]), _added(moved[1])),
        ],
        "days": span_query(Span(today, today + timedelta(days=1))),
        "month_days": span_query(month),
        "waiting": waiting_rows(request),
        "as_of": kept_at(club),
    }
    return panel_render(request, "panel/homes/accountant.html", context, section="dashboard")


def marketer(request: PageRequest) -> HttpResponse:
    """This month's members, what they took, and who is being lost; compared with the last one."""
    club = request.club
    span = preset_span("month", club.local_date(now()), club.calendar)
    before = span_before(span, "month", club.calendar)
    this, last = trades(club, [span, before])
    moved = growth(club, Ask(span, before, by="month"))
    taken, used = rewards(club, Ask(span, before)), vouchers(club, Ask(span, before))
    members = reverse("panel:members")
    days = span_query(span)
    context = {
        "stats": [
            _stat(_("Active members"), this.buyers, last.buyers, f"{members}?{days}"),
            _stat(_("New members"), this.joined, last.joined, _report("growth")),
            {
                **_stat(_("Lost"), *_pair(moved.totals, moved.totals_before, 3), _report("growth")),
                "change_good": "down",
            },
            {
                "label": _("Repeat rate"),
                "rate": this.repeat_rate,
                "url": f"{members}?{days}&least=2",
                "hint": _("of those who bought this month"),
            },
        ],
        "offers": [
            {
                **_stat(
                    _("Rewards redeemed"),
                    *_pair(taken.totals, taken.totals_before, 0),
                    _report("rewards"),
                ),
                "change_good": "none",
            },
            {
                **_stat(
                    _("Codes used"), *_pair(used.totals, used.totals_before, 1), _report("vouchers")
                ),
                "change_good": "none",
            },
        ],
        "top_rewards": taken.lines[:5],
        "waiting": waiting_rows(request),
        "as_of": kept_at(club),
    }
    return panel_render(request, "panel/homes/marketer.html", context, section="dashboard")


def support(request: PageRequest) -> HttpResponse:
    """Whom she may be asked about next: the newest members, and what waits."""
    program = live_program(request.club.id).program
    newest = list_members(
        request.club, program, MemberFilter(active=True), sort="-joined", limit=_NEWEST
    )
    context = {"rows": newest, "waiting": waiting_rows(request)}
    return panel_render(request, "panel/homes/support.html", context, section="dashboard")


# Who begins where; everybody else with the club's figures, or with her first page.
HOMES: dict[str, Callable[[PageRequest], HttpResponse]] = {
    ACCOUNTANT: accountant,
    MARKETER: marketer,
    SUPPORT: support,
}


def waiting_rows(request: PageRequest) -> list[dict[str, str]]:
    """What waits for a decision that she may take, in words, with where it is taken."""
    found = waiting(request.club)
    lang = current_lang()

    def said(n: int, words: str) -> str:
        return words % {"n": format_number(n, lang)}

    rows: list[tuple[str, int, Callable[[int], str], str]] = [
        (
            "corrections.approve",
            found.corrections + found.bulk,
            lambda n: ngettext("%(n)s correction waits", "%(n)s corrections wait", n),
            "adjustments",
        ),
        (
            "corrections.approve",
            found.numbers,
            lambda n: ngettext(
                "%(n)s change of a number waits", "%(n)s changes of numbers wait", n
            ),
            "number-changes",
        ),
        (
            "members.edit",
            found.joining,
            lambda n: ngettext("%(n)s person wants to join", "%(n)s people want to join", n),
            "joining-requests",
        ),
        (
            "till.reconcile",
            found.offline,
            lambda n: ngettext("%(n)s offline sale to settle", "%(n)s offline sales to settle", n),
            "reconciliation",
        ),
        (
            "messages.view",
            found.refused,
            lambda n: ngettext("%(n)s text was refused today", "%(n)s texts were refused today", n),
            "messages",
        ),
        (
            "reports.schedule",
            found.reports,
            lambda n: ngettext("%(n)s report was not sent", "%(n)s reports were not sent", n),
            "reports",
        ),
    ]
    return [
        {"text": said(n, words(n)), "url": reverse(f"panel:{place}")}
        for permission, n, words, place in rows
        if n and request.actor.may(permission)
    ]


def _owed(points: int, credit: int, worth: int) -> list[Stat]:
    stats: list[Stat] = [
        {
            "label": _("Points outstanding"),
            "points_n": points,
            "url": _report("expiring"),
            "hint": _("with all members, now"),
        },
        {
            "label": _("Credit outstanding"),
            "amount": credit,
            "url": f"{_report('expiring')}?of=credit",
            "hint": _("with all members, now"),
        },
    ]
    if worth:
        stats.insert(
            1,
            {
                "label": _("What the points are worth"),
                "amount": points * worth,
                "hint": _("as payment on bills, if all of them were used"),
            },
        )
        stats.append({"label": _("Owed to members in all"), "amount": points * worth + credit})
    return stats


def _move(label: str, points: PoolTotals, credit: PoolTotals) -> dict[str, Any]:
    return {"label": label, "points": moved_by(points), "credit": moved_by(credit)}


def _added(pools: list[PoolTotals]) -> PoolTotals:
    return PoolTotals(*(sum(values) for values in zip(*pools, strict=True)))


def _stat(label: str, value: Value, before: Value, url: str) -> Stat:
    change = (value - before) / before if value is not None and before else None
    return {"label": label, "n": value, "url": url, "change": change}


def _pair(
    totals: tuple[Value, ...], before: tuple[Value, ...] | None, n: int
) -> tuple[Value, Value]:
    return totals[n], before[n] if before else None


def _report(slug: str) -> str:
    return reverse("panel:report", args=[slug])
