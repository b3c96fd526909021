"""Products by SKU or name, for the bill."""

from __future__ import annotations

from django.db.models import Q

from vafa.commerce.models import Product
from vafa.core.text import normalize, sort_key, to_latin_digits

_MOST = 8


def search_products(club_id: int, typed: str) -> list[Product]:
    """At most eight active products: the one with exactly this SKU alone, else those whose SKU
    begins so or whose name holds it, in the order of the Persian alphabet."""
    text = normalize(typed)[:80]
    if not text:
        return []
    code = to_latin_digits(text)
    products = Product.objects.filter(club_id=club_id, is_active=True)
    exact = list(products.filter(sku__iexact=code)[:1])
    if exact:
        return exact
    match = Q(sku__istartswith=code) | Q(name__icontains=text)
    key = sort_key(text)
    if key:
        match |= Q(sort_key__contains=key)
    return list(products.filter(match).order_by("sort_key", "id")[:_MOST])
