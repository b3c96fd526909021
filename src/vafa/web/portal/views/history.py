"""Every line with its reason."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import format_date
from vafa.program.reads.history import HistoryRow
from vafa.program.reads.history import history as history_rows
from vafa.web.portal.pages import (
    LAST_PAGE,
    page_calendar,
    page_number,
    portal_page,
    portal_render,
)
from vafa.web.portal.story import KINDS, Told, tell
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

PER_PAGE = 20


@require_safe
@portal_page
def history(request: PageRequest) -> HttpResponse:
    """A page of the history, newest first, all or of one kind."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = page_number(request)
    rows = history_rows(
        request.club,
        request.member.id,
        # One more than shown tells whether there is a next page, without counting.
        limit=PER_PAGE + 1,
        offset=(page - 1) * PER_PAGE,
        triggers=KINDS.get(kind),
    )
    context = {
        "lines": [told(request.club, row) for row in rows[:PER_PAGE]],
        "kinds": _kinds(kind),
        "kind": kind,
        "newer": page - 1 if page > 1 else None,
        "older": page + 1 if len(rows) > PER_PAGE and page < LAST_PAGE else None,
    }
    return portal_render(request, "portal/history.html", context, tab="history")


def told(club: ClubContext, row: HistoryRow) -> Told:
    """A row of the history in words."""
    return tell(club, row, lambda r: _month(club, r))


def _month(club: ClubContext, row: HistoryRow) -> str:
    return format_date(club.local_date(row.at), current_lang(), "month", page_calendar(club))


def _kinds(chosen: str) -> list[dict[str, object]]:
    labels = [
        ("", gettext("All")),
        ("earned", gettext("Earned")),
        ("spent", gettext("Spent")),
        ("returned", gettext("Returned")),
        ("corrected", gettext("Corrected")),
        ("expired", gettext("Run out")),
    ]
    return [
        {"label": label, "url": f"?kind={code}" if code else "?", "active": code == chosen}
        for code, label in labels
    ]
