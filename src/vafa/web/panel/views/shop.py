"""What is sold and where: products and branches, to look at."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.core.clock import now
from vafa.core.money import format_number
from vafa.insight.reads.products import (
    ProductFilter,
    count_products,
    list_branches,
    list_categories,
    list_products,
)
from vafa.insight.reads.spans import Span
from vafa.web.panel.pages import VIEWERS, kept, list_page, number_of, panel_page, panel_render
from vafa.web.panel.periods import span_query
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_RECENT = timedelta(days=30)


@require_safe
@panel_page(*VIEWERS)
def products(request: PageRequest) -> HttpResponse:
    """Products by name, code or category."""
    wanted = ProductFilter(
        text=request.GET.get("q", "")[:120], category_id=number_of(request.GET.get("category"))
    )
    count = count_products(request.club, wanted)
    page, offset = list_page(request, count)
    sort = request.GET.get("sort") or "name"
    categories = [
        (str(c.id), f"{c.name} ({format_number(c.products, current_lang())})")
        for c in list_categories(request.club)
    ]
    context = {
        "rows": list_products(
            request.club, wanted, sort=sort, limit=page.paginator.per_page, offset=offset
        ),
        "page": page,
        "count": count,
        "sort": sort,
        "query": request.GET.get("q", ""),
        "kept": kept(request, "sort"),
        "category_options": [("", _("All categories")), *categories],
        "category_value": str(wanted.category_id or ""),
    }
    return panel_render(
        request,
        "panel/products.html",
        context,
        section="products",
        fragment="panel/_product_list.html",
    )


@require_safe
@panel_page(*VIEWERS)
def branches(request: PageRequest) -> HttpResponse:
    """Branches with what each sold in the last 30 days."""
    today = request.club.local_date(now())
    span = Span(today - _RECENT + timedelta(days=1), today + timedelta(days=1))
    rows = [
        {"branch": branch, "query": span_query(span, branch=branch.id)}
        for branch in list_branches(request.club, span)
    ]
    return panel_render(request, "panel/branches.html", {"rows": rows}, section="branches")
