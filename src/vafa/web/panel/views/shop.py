"""What is sold and where: products and branches, to look at."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.commerce.access import access_product
from vafa.commerce.actions.brands import set_brands
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
from vafa.web.panel.forms.products import BrandForm
from vafa.web.panel.pages import (
    kept,
    list_page,
    number_of,
    panel_form,
    panel_page,
    panel_render,
)
from vafa.web.panel.periods import span_query
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_RECENT = timedelta(days=30)


@require_safe
@panel_page("reports.view", "products.edit")
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


@require_http_methods(["GET", "POST"])
@panel_page("products.edit")
def product_brand(request: PageRequest, product_id: int) -> HttpResponse:
    """Say whose brand a product is; empty for none."""
    product = access_product(request.actor, product_id)
    form = BrandForm(request.POST or None, initial={"brand": product.brand})
    if form.is_valid():
        brands = {product.sku: form.cleaned_data["brand"]}
        set_brands(request.club.id, brands, by=request.actor.label)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("panel:products"))
    return panel_form(
        request, "panel/product_brand.html", form, section="products", title=product.name
    )


@require_safe
@panel_page("reports.view", "branches.edit")
def branches(request: PageRequest) -> HttpResponse:
    """Branches with what each sold in the last 30 days."""
    today = request.club.local_date(now())
    span = Span(today - _RECENT + timedelta(days=1), today + timedelta(days=1))
    rows = [
        {"branch": branch, "query": span_query(span, branch=branch.id)}
        for branch in list_branches(request.club, span)
    ]
    return panel_render(request, "panel/branches.html", {"rows": rows}, section="branches")
