"""The business in the panel: merchants, branches, categories and products are made and changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.club.access import access_branch, access_merchant
from vafa.club.actions.places import add_branch, add_merchant, change_branch, rename_merchant
from vafa.club.errors import BranchCodeTaken, LastOpenBranch
from vafa.club.reads.places import list_merchants
from vafa.commerce.access import access_category, access_product
from vafa.commerce.actions.catalogue import (
    add_category,
    add_product,
    change_product,
    rename_category,
)
from vafa.commerce.errors import CategoryCodeTaken, SkuTaken
from vafa.core.errors import DomainError
from vafa.insight.reads.products import list_categories
from vafa.web.panel.forms.business import BranchForm, CategoryForm, MerchantForm, ProductForm
from vafa.web.panel.pages import panel_form, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("reports.view", "branches.edit")
def merchants(request: PageRequest) -> HttpResponse:
    """The businesses of the club with their branches."""
    context = {"rows": list_merchants(request.club.id)}
    return panel_render(request, "panel/merchants.html", context, section="merchants")


@require_http_methods(["GET", "POST"])
@panel_page("branches.edit")
def new_merchant(request: PageRequest) -> HttpResponse:
    """Take a business into the club."""
    form = MerchantForm(request.POST or None)
    if form.is_valid():
        add_merchant(request.club.id, form.cleaned_data["name"], by=request.actor.label)
        return _saved(request, "merchants")
    return _page(request, form, _("Add a merchant"), "merchants")


@require_http_methods(["GET", "POST"])
@panel_page("branches.edit")
def edit_merchant(request: PageRequest, merchant_id: int) -> HttpResponse:
    """Call a business by another name."""
    found = access_merchant(request.actor, merchant_id)
    form = MerchantForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        name, by = form.cleaned_data["name"], request.actor.label
        rename_merchant(request.club.id, found.pk, name, by=by)
        return _saved(request, "merchants")
    return _page(request, form, found.name, "merchants")


@require_http_methods(["GET", "POST"])
@panel_page("branches.edit")
def new_branch(request: PageRequest) -> HttpResponse:
    """Open a place of sale."""
    form = BranchForm(request.POST or None, merchants=list_merchants(request.club.id))

    def save(data: dict[str, Any]) -> None:
        add_branch(request.club.id, data.pop("merchant"), **data, by=request.actor.label)

    if form.is_valid() and _kept(form, save, {BranchCodeTaken: "code"}):
        return _saved(request, "branches")
    return _page(request, form, _("Add a branch"), "branches")


@require_http_methods(["GET", "POST"])
@panel_page("branches.edit")
def edit_branch(request: PageRequest, branch_id: int) -> HttpResponse:
    """Change a place of sale, close it or open it again."""
    found = access_branch(request.actor, branch_id)
    form = BranchForm(
        request.POST or None,
        merchants=list_merchants(request.club.id),
        old=found,
        initial=BranchForm.values_of(found),
    )

    def save(data: dict[str, Any]) -> None:
        merchant_id, by = data.pop("merchant"), request.actor.label
        change_branch(request.club.id, found.pk, merchant_id=merchant_id, **data, by=by)

    if form.is_valid() and _kept(form, save, {LastOpenBranch: "is_active"}):
        return _saved(request, "branches")
    return _page(request, form, found.name, "branches")


@require_safe
@panel_page("reports.view", "products.edit")
def categories(request: PageRequest) -> HttpResponse:
    """The kinds of goods with how many there are of each."""
    context = {"rows": list_categories(request.club)}
    return panel_render(request, "panel/categories.html", context, section="products")


@require_http_methods(["GET", "POST"])
@panel_page("products.edit")
def new_category(request: PageRequest) -> HttpResponse:
    """A new kind of goods."""
    form = CategoryForm(request.POST or None)

    def save(data: dict[str, Any]) -> None:
        add_category(request.club.id, **data, by=request.actor.label)

    if form.is_valid() and _kept(form, save, {CategoryCodeTaken: "code"}):
        return _saved(request, "categories")
    return _page(request, form, _("Add a category"), "categories")


@require_http_methods(["GET", "POST"])
@panel_page("products.edit")
def edit_category(request: PageRequest, category_id: int) -> HttpResponse:
    """Call a kind of goods by another name."""
    found = access_category(request.actor, category_id)
    form = CategoryForm(request.POST or None, old=found, initial={"name": found.name})
    if form.is_valid():
        name, by = form.cleaned_data["name"], request.actor.label
        rename_category(request.club.id, found.pk, name, by=by)
        return _saved(request, "categories")
    return _page(request, form, found.name, "categories")


@require_http_methods(["GET", "POST"])
@panel_page("products.edit")
def new_product(request: PageRequest) -> HttpResponse:
    """A new good or service."""
    form = ProductForm(
        request.POST or None, unit=request.club.display_unit, categories=_choices(request)
    )

    def save(data: dict[str, Any]) -> None:
        add_product(request.club.id, **_product(data), by=request.actor.label)

    if form.is_valid() and _kept(form, save, {SkuTaken: "sku"}):
        return _saved(request, "products")
    return _page(request, form, _("Add a product"), "products")


@require_http_methods(["GET", "POST"])
@panel_page("products.edit")
def edit_product(request: PageRequest, product_id: int) -> HttpResponse:
    """Change a good or service, or sell it no more."""
    found = access_product(request.actor, product_id)
    form = ProductForm(
        request.POST or None,
        unit=request.club.display_unit,
        categories=_choices(request),
        old=found,
        initial=ProductForm.values_of(found),
    )
    if form.is_valid():
        values, by = _product(form.cleaned_data), request.actor.label
        change_product(request.club.id, found.pk, **values, by=by)
        return _saved(request, "products")
    return _page(request, form, found.name, "products")


def _product(data: dict[str, Any]) -> dict[str, Any]:
    rest = {n: v for n, v in data.items() if n not in ("category", "price")}
    return {**rest, "category_id": data["category"], "price": data["price"] or 0}


def _choices(request: PageRequest) -> list[tuple[int, str]]:
    return [(category.id, category.name) for category in list_categories(request.club)]


def _kept(
    form: Form,
    save: Callable[[dict[str, Any]], None],
    fields: dict[type[DomainError], str],
) -> bool:
    """Save what was typed; one of these refusals stands at its field instead."""
    try:
        save(dict(form.cleaned_data))
    except tuple(fields) as error:
        form.add_error(fields[type(error)], error.message(current_lang()))
        return False
    return True


def _saved(request: PageRequest, page: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse(f"panel:{page}"))


def _page(request: PageRequest, form: Form, title: str, back: str) -> HttpResponse:
    words = {
        "merchants": _("Merchants"),
        "branches": _("Branches"),
        "categories": _("Categories"),
        "products": _("Products"),
    }
    section = "products" if back == "categories" else back
    context = {"title": title, "back": reverse(f"panel:{back}"), "back_label": words[back]}
    return panel_form(request, "panel/business_form.html", form, section=section, **context)
