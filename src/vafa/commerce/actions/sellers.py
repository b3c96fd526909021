"""What documents say of who sells, as the club's people set it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.models import Branch, Merchant
from vafa.commerce.models import SellerDetails
from vafa.commerce.reads.sellers import details_of
from vafa.commerce.rules.documents import SELLER
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

_LONGEST = {
    **dict.fromkeys(("postcode", "economic_code", "national_id", "registration_no"), 20),
    **{"name": 120, "address": 300, "phone": 60, "note": 300},
}


def save_seller(place: Merchant | Branch, told: Mapping[str, str], *, by: str) -> None:
    """The details of a merchant, or of one of its branches; the same again writes nothing.

    ``told`` has the names of ``SELLER``. Raises InvalidInput for a text that is too long.
    """
    kind = "branch" if isinstance(place, Branch) else "merchant"
    after = {field: _clean(field, told.get(field, "")) for field in SELLER}
    with transaction.atomic():
        owner = {kind: place}
        SellerDetails.objects.get_or_create(**owner, defaults={"club_id": place.club_id})
        rows = SellerDetails.objects.select_for_update().filter(**owner)
        before, changed = changes(details_of(rows.get()), after)
        if not changed:
            return
        rows.update(**changed)
        thing = Thing("seller", place.pk, place.name)
        record_audit(place.club_id, by, "seller.changed", thing, before=before, after=changed)


def _clean(field: str, text: str) -> str:
    clean = normalize(text)
    if len(clean) > _LONGEST[field]:
        raise InvalidInput(field=field)
    return clean
