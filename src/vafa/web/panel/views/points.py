"""The movements behind the figures of points."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.insight.reads.points import KINDS, list_points, sum_points
from vafa.web.panel.pages import list_page, panel_page, panel_render
from vafa.web.panel.periods import span_of
from vafa.web.panel.views.purchases import filter_controls
from vafa.web.panel.words import transfer_words
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("reports.view")
def points(request: PageRequest) -> HttpResponse:
    """What members got, spent and lost, newest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    span = span_of(request.GET)
    found = sum_points(request.club, kind, span)
    page, offset = list_page(request, found.n)
    rows = list_points(request.club, kind, span, limit=page.paginator.per_page, offset=offset)
    context = {
        "rows": [{"row": row, "what": transfer_words(row.kind)} for row in rows],
        "page": page,
        "found": found,
        "kind_options": [
            ("", _("All movements")),
            ("issued", _("Points issued")),
            ("spent", _("Points spent")),
            ("expired", _("Points expired")),
        ],
        "kind_value": kind,
        **filter_controls(request),
    }
    return panel_render(
        request,
        "panel/points.html",
        context,
        section="dashboard",
        fragment="panel/_point_list.html",
    )
