"""Say whose brand products are."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, Thing, record_audit
from vafa.commerce.models import Product
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

LONGEST_BRAND = 80


def set_brands(club_id: int, brands: Mapping[str, str], *, by: str = SYSTEM) -> int:
    """Write the brands of products by SKU ("" for none); how many were another before. SKUs that the
    club does not have are passed over. Raises InvalidInput for a brand that is too long.
    """
    wanted = {sku: normalize(brand) for sku, brand in brands.items()}
    if any(len(brand) > LONGEST_BRAND for brand in wanted.values()):
        raise InvalidInput(field="brand")
    with transaction.atomic():
        found = Product.objects.select_for_update(of=("self",)).filter(
            club_id=club_id, sku__in=wanted
        )
        changed = [p for p in found.order_by("id") if p.brand != wanted[p.sku]]
        for product in changed:
            before, product.brand = product.brand, wanted[product.sku]
            thing = Thing("product", product.pk, product.name)
            now_it_is = {"brand": product.brand}
            record_audit(
                club_id, by, "product.changed", thing, before={"brand": before}, after=now_it_is
            )
        Product.objects.bulk_update(changed, ["brand"])
    return len(changed)
