"""Products and their categories, made and changed one at a time by the club's people."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.commerce.actions.brands import LONGEST_BRAND
from vafa.commerce.errors import CategoryCodeTaken, SkuTaken, UnknownCategory, UnknownProduct
from vafa.commerce.models import Category, Product
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize, sort_key, to_latin_digits

MOST_PRICE = 10**13
_CODE = re.compile(r"[^\s]{1,40}")
_SKU = re.compile(r"[^\s]{1,64}")


def add_category(club_id: int, *, code: str, name: str, by: str) -> Category:
    """A kind of goods, with the code that files and programs know it by.

    Raises CategoryCodeTaken, InvalidInput (code, name).
    """
    text, clean = to_latin_digits(normalize(code)), _text(name, "name", 80)
    if not _CODE.fullmatch(text):
        raise InvalidInput(field="code")
    try:
        with transaction.atomic():
            made = Category.objects.create(
                club_id=club_id, code=text, name=clean, sort_key=sort_key(clean)[:160]
            )
            thing = Thing("category", made.pk, clean)
            record_audit(club_id, by, "category.created", thing, after={"code": text})
    except IntegrityError as error:
        raise CategoryCodeTaken from error
    return made


def rename_category(club_id: int, category_id: int, name: str, *, by: str) -> None:
    """Call a kind of goods by another name; its code stays. Raises UnknownCategory, InvalidInput."""
    clean = _text(name, "name", 80)
    with transaction.atomic():
        rows = Category.objects.select_for_update().filter(pk=category_id, club_id=club_id)
        found = rows.first()
        if found is None:
            raise UnknownCategory
        if found.name == clean:
            return
        rows.update(name=clean, sort_key=sort_key(clean)[:160])
        before, after = {"name": found.name}, {"name": clean}
        thing = Thing("category", category_id, clean)
        record_audit(club_id, by, "category.changed", thing, before=before, after=after)


def add_product(
    club_id: int,
    *,
    sku: str,
    name: str,
    category_id: int | None,
    brand: str,
    price: int,
    by: str,
) -> Product:
    """A good or service; ``price`` in the currency's smallest unit, 0 where it is not known.

    Raises SkuTaken, UnknownCategory, InvalidInput (sku, name, brand, price).
    """
    text = to_latin_digits(normalize(sku))
    if not _SKU.fullmatch(text):
        raise InvalidInput(field="sku")
    values = _values(club_id, name, category_id, brand, price)
    try:
        with transaction.atomic():
            made = Product.objects.create(club_id=club_id, sku=text, **values)
            thing = Thing("product", made.pk, made.name)
            after = {"sku": text, **_told(values)}
            record_audit(club_id, by, "product.created", thing, after=after)
    except IntegrityError as error:
        raise SkuTaken from error
    return made


def change_product(
    club_id: int,
    product_id: int,
    *,
    name: str,
    category_id: int | None,
    brand: str,
    price: int,
    is_active: bool,
    by: str,
) -> None:
    """Change a product, or sell it no more; its SKU stays. What was bought stays as it was.

    Raises UnknownProduct, UnknownCategory, InvalidInput (name, brand, price).
    """
    values = _values(club_id, name, category_id, brand, price) | {"is_active": is_active}
    with transaction.atomic():
        rows = Product.objects.select_for_update().filter(pk=product_id, club_id=club_id)
        found = rows.first()
        if found is None:
            raise UnknownProduct
        was = {field: getattr(found, field) for field in values}
        before, after = changes(_told(was), _told(values))
        if not after:
            return
        rows.update(**values)
        thing = Thing("product", product_id, values["name"])
        record_audit(club_id, by, "product.changed", thing, before=before, after=after)


def _values(
    club_id: int, name: str, category_id: int | None, brand: str, price: int
) -> dict[str, Any]:
    clean = _text(name, "name", 160)
    if category_id is not None and not _category(club_id, category_id):
        raise UnknownCategory
    if not 0 <= price <= MOST_PRICE:
        raise InvalidInput(field="price")
    if len(normalize(brand)) > LONGEST_BRAND:
        raise InvalidInput(field="brand")
    return {
        "name": clean,
        "sort_key": sort_key(clean)[:320],
        "category_id": category_id,
        "brand": normalize(brand),
        "price": price,
    }


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """The same for the audit, which names the category."""
    category_id = values["category_id"]
    category = Category.objects.get(pk=category_id).name if category_id is not None else None
    kept = {n: v for n, v in values.items() if n not in ("sort_key", "category_id")}
    return {**kept, "category": category}


def _category(club_id: int, category_id: int) -> bool:
    return bool(Category.objects.filter(pk=category_id, club_id=club_id).exists())


def _text(given: str, field: str, longest: int) -> str:
    clean = normalize(given)
    if not clean or len(clean) > longest:
        raise InvalidInput(field=field)
    return clean
