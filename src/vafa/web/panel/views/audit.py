"""The audit: who did what, from where, when, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.club.actions.audit import STRANGER, SYSTEM
from vafa.core.text import normalize
from vafa.insight.reads.audit import AuditFilter, AuditRow, Place, list_audit, parse_place
from vafa.insight.reads.house import list_keys, list_staff
from vafa.web.panel.audit_groups import GROUPS, group_options
from vafa.web.panel.audit_values import Teller
from vafa.web.panel.audit_words import (
    actor_words,
    face_words,
    sentence_html,
    sentence_text,
    tells_all,
    thing_url,
    thing_words,
)
from vafa.web.panel.drafts import read_names
from vafa.web.panel.files import both_dates, csv_file, record_export
from vafa.web.panel.pages import kept, panel_page, panel_render
from vafa.web.panel.periods import span_of
from vafa.web.panel.roles import role_words
from vafa.web.panel.views.purchases import filter_controls
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

PAGE_ROWS = 50
_CHUNK = 2_000
# Longer differences are folded until somebody asks.
_OPEN_LINES = 4


@require_safe
@panel_page("audit.view")
def audit(request: PageRequest) -> HttpResponse:
    """Everything that staff, programs and the system did, newest first."""
    wanted = read_filter(request.GET)
    after = parse_place(request.GET.get("after", ""))
    found = list_audit(request.club, wanted, after=after, limit=PAGE_ROWS + 1)
    rows = found[:PAGE_ROWS]
    teller = Teller(request.club, read_names(request))
    context = {
        "rows": [_shown(request, teller, row) for row in rows],
        "older_url": _url(request, rows[-1].place.text) if len(found) > PAGE_ROWS else "",
        "newest_url": _url(request) if after else "",
        "query": request.GET.get("q", ""),
        "group_options": group_options(),
        "group_value": request.GET.get("group", ""),
        "actor_options": _actor_options(request),
        "actor_value": wanted.actor,
        "thing": _thing_chip(request, wanted, rows),
        "kept": kept(request, "thing"),
        "export_url": f"{reverse('panel:audit-export')}?{request.GET.urlencode()}",
        **filter_controls(request),
    }
    return panel_render(
        request,
        "panel/audit.html",
        context,
        section="audit",
        fragment="panel/_audit_list.html",
    )


@require_safe
@panel_page("audit.view")
def export(request: PageRequest) -> HttpResponse:
    """The rows that the list's filter keeps, as a file; this too is audited."""
    club, wanted = request.club, read_filter(request.GET)
    record_export(request, "audit")
    names, lang = read_names(request), current_lang()
    header = [
        *(_("Date (Jalali)"), _("Date (ISO)"), _("Who"), _("Role"), _("What happened")),
        *(_("Before"), _("After"), _("Reason"), _("From where"), _("Address"), _("Branch")),
        *(_("Act"), _("Request")),
    ]

    def lines() -> Iterator[list[Any]]:
        after: Place | None = None
        while rows := list_audit(club, wanted, after=after, limit=_CHUNK):
            # The lines are written after this request's language is gone.
            with translation.override(lang):
                teller = Teller(club, names)
                cells = [_cells(request, teller, row) for row in rows]
            yield from cells
            after = rows[-1].place

    return csv_file(club, "audit", header, lines())


def read_filter(query: QueryDict) -> AuditFilter:
    """The filter that an address asks for; what makes no sense in it is passed over."""
    kind, _separator, number = normalize(query.get("thing", "")).partition(":")
    return AuditFilter(
        text=normalize(query.get("q", ""))[:120],
        actor=normalize(query.get("actor", ""))[:40],
        actions=GROUPS.get(query.get("group", ""), ()),
        thing=(kind, number) if kind and number else None,
        span=span_of(query),
    )


def _shown(request: PageRequest, teller: Teller, row: AuditRow) -> dict[str, Any]:
    lines = teller.lines(row.thing_kind, row.before, row.after)
    return {
        "row": row,
        "said": sentence_html(row, lines, thing_url(row, request.actor)),
        "lines": [] if tells_all(row, lines) else lines,
        "has_before": bool(row.before),
        "is_open": bool(row.before) and len(lines) <= _OPEN_LINES,
        "face": face_words(row.face),
        "role": role_words(row.role),
        "thing_query": _thing_query(request, row),
    }


def _thing_query(request: PageRequest, row: AuditRow) -> str:
    """The list of all that was done to the same thing; "" where that would say nothing more."""
    if "thing" in request.GET or not row.thing_label or row.action.startswith("log"):
        return ""
    return f"?{urlencode({'thing': f'{row.thing_kind}:{row.thing_id}'})}"


def _cells(request: PageRequest, teller: Teller, row: AuditRow) -> list[Any]:
    lines = teller.lines(row.thing_kind, row.before, row.after)
    return [
        *both_dates(request.club, row.at),
        actor_words(row),
        role_words(row.role),
        sentence_text(row, lines),
        "; ".join(f"{line.field}: {line.was}" for line in lines if row.before),
        "; ".join(f"{line.field}: {line.will}" for line in lines if row.after),
        *(row.reason, face_words(row.face), row.address, row.branch or "", row.action),
        row.request_id,
    ]


def _actor_options(request: PageRequest) -> list[tuple[str, str]]:
    people = [(f"staff:{row.id}", row.name or row.username) for row in list_staff(request.club)]
    programs = [(f"key:{row.id}", row.name) for row in list_keys(request.club)]
    others = [(SYSTEM, _("Vafa and its server")), (STRANGER, _("Unknown"))]
    return [("", _("Everybody")), *people, *programs, *others]


def _thing_chip(
    request: PageRequest, wanted: AuditFilter, rows: list[AuditRow]
) -> dict[str, str] | None:
    """What the list is narrowed to, and the address of the list without that."""
    if wanted.thing is None:
        return None
    return {
        "text": thing_words(rows[0]) if rows else ":".join(wanted.thing),
        "url": _url(request, "", drop="thing"),
    }


def _url(request: PageRequest, after: str = "", drop: str = "") -> str:
    query = request.GET.copy()
    for name in ("after", drop):
        query.pop(name, None)
    if after:
        query["after"] = after
    return f"?{query.urlencode()}"
