"""The names of what offers name by number."""

from __future__ import annotations

from collections.abc import Iterable

from vafa.club.models import Branch
from vafa.commerce.models import Category, Product
from vafa.program.models import Draw
from vafa.program.rules.offer_words import OfferNames
from vafa.program.rules.offers import OfferTerms


def offer_names(club_id: int, offers: Iterable[OfferTerms]) -> OfferNames:
    """What the things are called that these offers name; asks only for those."""
    known = list(offers)
    products = {n for o in known for n in (*o.products, *o.get_products)}
    categories = {n for o in known for n in (*o.categories, *o.get_categories)}
    branches = {n for o in known for n in o.branches}
    return OfferNames(
        _named(Product, club_id, products),
        _named(Category, club_id, categories),
        _named(Branch, club_id, branches),
        _draws(club_id, {o.draw for o in known if o.draw}),
    )


def _draws(club_id: int, ids: set[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    rows = Draw.objects.filter(club_id=club_id, pk__in=ids)
    return {number: (fa, en) for number, fa, en in rows.values_list("id", "name", "name_en")}


def _named(
    model: type[Product] | type[Category] | type[Branch], club_id: int, ids: set[int]
) -> dict[int, str]:
    if not ids:
        return {}
    rows = model._default_manager.filter(club_id=club_id, pk__in=ids)
    return dict(rows.values_list("id", "name"))
