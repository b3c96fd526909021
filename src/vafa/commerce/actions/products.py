"""Write products and their categories, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.commerce.actions.data_imports import note_made, open_products_again
from vafa.core.db import dumps, execute, fetch, recordset
from vafa.core.text import sort_key

_CATEGORY = (("code", "text"), ("name", "text"), ("sort_key", "text"))
_PRODUCT = (
    ("sku", "text"),
    ("name", "text"),
    ("sort_key", "text"),
    ("category_code", "text"),
    ("price", "bigint"),
    ("brand", "text"),
)


class NewProduct(NamedTuple):
    """A product as a file or a shop program knows it: clean text, ``price`` in the currency's
    smallest unit (0 if unknown), ``category_code`` "" for none.
    """

    sku: str
    name: str
    category_code: str = ""
    category_name: str = ""
    price: int = 0
    brand: str = ""


def upsert_products(club_id: int, products: Sequence[NewProduct], *, data_import: int = 0) -> int:
    """Make the products and categories that the club lacks; returns how many products are new.

    What the club's people entered stays: a known product only gets the name, category, price
    or brand that it has none of. Of several with one SKU the first counts. ``data_import``: the
    file that brings them; it is noted, and what an undoing had closed is sold again. Three
    statements for any number (more for a file).
    """
    first = {p.sku: p for p in reversed(products) if p.sku}
    if not first:
        return 0
    categories = {
        p.category_code: (p.category_code, p.category_name, sort_key(p.category_name)[:160])
        for p in first.values()
        if p.category_code
    }
    if categories:
        execute(
            "INSERT INTO commerce_category (club_id, code, name, sort_key)"
            f" SELECT %s, code, name, sort_key FROM {recordset(_CATEGORY, 'w')}"
            " ORDER BY code ON CONFLICT DO NOTHING",
            [club_id, dumps(list(categories.values()))],
        )
    rows = [
        (p.sku, p.name, sort_key(p.name)[:320], p.category_code, p.price, p.brand)
        for p in first.values()
    ]
    made = fetch(
        "INSERT INTO commerce_product (club_id, sku, name, sort_key, category_id, price, brand,"
        " is_active) SELECT %s, w.sku, w.name, w.sort_key, c.id, w.price, w.brand, true"
        f" FROM {recordset(_PRODUCT, 'w')}"
        " LEFT JOIN commerce_category c ON c.club_id = %s AND c.code = w.category_code"
        " ORDER BY w.sku ON CONFLICT DO NOTHING RETURNING id",
        [club_id, dumps(rows), club_id],
    )
    if len(made) < len(rows):
        _fill_gaps(club_id, rows)
    if data_import:
        note_made(data_import, "product", [number for (number,) in made])
        open_products_again(data_import, club_id, list(first))
    return len(made)


def _fill_gaps(club_id: int, rows: Sequence[tuple[object, ...]]) -> None:
    execute(
        "UPDATE commerce_product p SET"
        " name = CASE WHEN p.name IN ('', p.sku) THEN coalesce(nullif(w.name, ''), p.name)"
        " ELSE p.name END,"
        " sort_key = CASE WHEN p.name IN ('', p.sku) AND w.name <> '' THEN w.sort_key"
        " ELSE p.sort_key END,"
        " category_id = coalesce(p.category_id, c.id),"
        " price = CASE WHEN p.price = 0 THEN w.price ELSE p.price END,"
        " brand = CASE WHEN p.brand = '' THEN w.brand ELSE p.brand END"
        f" FROM {recordset(_PRODUCT, 'w')}"
        " LEFT JOIN commerce_category c ON c.club_id = %s AND c.code = w.category_code"
        " WHERE p.club_id = %s AND p.sku = w.sku AND ((p.name IN ('', p.sku)"
        " AND w.name NOT IN ('', p.name)) OR (p.category_id IS NULL AND c.id IS NOT NULL)"
        " OR (p.price = 0 AND w.price > 0) OR (p.brand = '' AND w.brand <> ''))",
        [dumps(rows), club_id, club_id],
    )
