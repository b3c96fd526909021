"""Lists of what is sold and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.db import fetch
from vafa.core.text import normalize, to_latin_digits
from vafa.insight.reads.listing import Where, containing, escape_like, folded, order_by
from vafa.insight.reads.spans import Span

SORTS = ("name", "sku", "category", "brand", "price")


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products. ``text`` is a part of the name or the beginning of the SKU."""

    text: str = ""
    category_id: int | None = None


class ProductRow(NamedTuple):
    id: int
    sku: str
    name: str
    category: str | None
    price: int
    is_active: bool
    brand: str


class CategoryRow(NamedTuple):
    id: int
    name: str
    products: int


class BranchRow(NamedTuple):
    """A branch with its trade in a span."""

    id: int
    code: str
    name: str
    kind: str
    city: str
    merchant: str
    is_active: bool
    sales: int
    purchases: int
    buyers: int


def count_products(club: ClubContext, wanted: ProductFilter) -> int:
    """How many products the filter keeps."""
    where = _where(club, wanted)
    rows = fetch(f"SELECT count(*) FROM commerce_product p WHERE {where.sql}", where.params)
    return int(rows[0][0])


def list_products(
    club: ClubContext,
    wanted: ProductFilter,
    *,
    sort: str = "name",
    limit: int = 50,
    offset: int = 0,
) -> list[ProductRow]:
    """A page of products, names in Persian alphabetical order."""
    where = _where(club, wanted)
    columns = {
        "name": "p.sort_key",
        "sku": "p.sku",
        "category": "c.sort_key",
        "brand": "p.brand",
        "price": "p.price",
    }
    rows = fetch(
        "SELECT p.id, p.sku, p.name, c.name, p.price, p.is_active, p.brand FROM commerce_product p"
        " LEFT JOIN commerce_category c ON c.id = p.category_id"
        f" WHERE {where.sql} ORDER BY {order_by(sort, columns, 'name', 'p.id')} LIMIT %s OFFSET %s",
        [*where.params, limit, offset],
    )
    return [ProductRow(*row) for row in rows]


def list_categories(club: ClubContext) -> list[CategoryRow]:
    """The club's categories in Persian alphabetical order, with their number of products."""
    rows = fetch(
        "SELECT c.id, c.name, (SELECT count(*) FROM commerce_product p WHERE p.category_id = c.id)"
        " FROM commerce_category c WHERE c.club_id = %s ORDER BY c.sort_key, c.id",
        [club.id],
    )
    return [CategoryRow(*row) for row in rows]


def list_branches(club: ClubContext, span: Span) -> list[BranchRow]:
    """Every branch with what it sold in ``span``, best seller first."""
    since, until = span.moments(club)
    rows = fetch(
        "SELECT b.id, b.code, b.name, b.kind, b.city, m.name, b.is_active,"
        " coalesce(s.sales, 0), coalesce(s.n, 0), coalesce(s.buyers, 0)"
        " FROM club_branch b JOIN club_merchant m ON m.id = b.merchant_id LEFT JOIN ("
        "SELECT branch_id, sum(total)::bigint AS sales, count(*) AS n,"
        " count(DISTINCT coalesce(m.merged_into_id, member_id)) AS buyers FROM commerce_purchase"
        " LEFT JOIN (SELECT id AS member_id, merged_into_id FROM club_member"
        " WHERE merged_into_id IS NOT NULL) m USING (member_id)"
        " WHERE club_id = %s AND purchased_at >= %s AND purchased_at < %s"
        f" AND {counted_purchases()} GROUP BY branch_id"
        ") s ON s.branch_id = b.id WHERE b.club_id = %s ORDER BY 8 DESC, b.code",
        [club.id, since, until, club.id],
    )
    return [BranchRow(*row) for row in rows]


def _where(club: ClubContext, wanted: ProductFilter) -> Where:
    where = Where()
    where.add("p.club_id = %s", club.id)
    if wanted.category_id is not None:
        where.add("p.category_id = %s", wanted.category_id)
    text = normalize(wanted.text)
    if text:
        where.add(
            f"({folded('p.name')} LIKE %s OR p.sku ILIKE %s)",
            containing(text),
            f"{escape_like(to_latin_digits(text))}%",
        )
    return where
