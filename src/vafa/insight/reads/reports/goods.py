"""What was sold by goods: products, their categories, their brands."""

from __future__ import annotations

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.reports.narrowing import bills, params, returns, tables
from vafa.insight.reads.reports.shape import (
    Ask,
    Column,
    Figures,
    Line,
    Values,
    paired,
    share,
)
from vafa.insight.reads.spans import Span

SIDES = ("product", "category", "brand")
# Beyond these a report is no help; the rest is one line.
MOST_LINES = 5_000
OTHERS = "others"
UNNAMED = "unnamed"
COLUMNS = (
    Column("sold", "money"),
    Column("share", "ratio"),
    Column("quantity", "quantity"),
    Column("purchases", "count"),
    Column("returned", "money"),
    Column("net", "money"),
)
# A line without a product is known by its bill alone; one for delivery or tax is no goods.
_KEYS = {
    "product": ("d.id::text", "min(d.name)", ""),
    "category": (
        "d.category_id::text",
        "min(c.name)",
        "LEFT JOIN commerce_category c ON c.id = d.category_id",
    ),
    "brand": ("nullif(d.brand, '')", "min(d.brand)", ""),
}
_STATEMENT = """
{tables}, sold AS (
    SELECT l.product_id, sum(l.amount) AS amount, sum(l.quantity) AS quantity,
        count(DISTINCT p.id) AS n
    FROM commerce_purchase p JOIN commerce_purchaseline l ON l.purchase_id = p.id
    WHERE {bills} AND l.kind = '' GROUP BY 1
), back AS (
    SELECT l.product_id, sum(b.amount) AS amount
    FROM commerce_return r JOIN commerce_returnline b ON b.parent_id = r.id
    JOIN commerce_purchaseline l ON l.id = b.purchase_line_id
    WHERE {returns} AND l.kind = '' GROUP BY 1
), moved AS (
    SELECT product_id, amount, quantity, n, 0 AS returned FROM sold
    UNION ALL SELECT product_id, 0, 0, 0, amount FROM back
)
SELECT {key}, {name}, sum(m.amount)::bigint, sum(m.quantity)::bigint, sum(m.n)::bigint,
    sum(m.returned)::bigint
FROM moved m LEFT JOIN commerce_product d ON d.id = m.product_id {join}
GROUP BY 1 ORDER BY 3 DESC, 2, 1
"""


def goods(club: ClubContext, ask: Ask) -> Figures:
    """Goods by what they brought; a line that named no product is "unnamed".

    A category's or brand's ``purchases`` are those of its products added up. All lines have no sum of
    purchases: one with two products would be two.
    """
    lines, totals = _read(club, ask, ask.span)
    kept, rest = lines[:MOST_LINES], lines[MOST_LINES:]
    if rest:
        kept.append(Line(OTHERS, _summed(rest, totals)))
    if ask.before is None:
        return Figures(COLUMNS, tuple(kept), totals)
    past, totals_before = _read(club, ask, ask.before)
    earlier = {line.key: line.values for line in past}
    if rest:
        shown = {line.key for line in kept}
        earlier[OTHERS] = _summed([one for one in past if one.key not in shown], totals_before)
    return paired(COLUMNS, kept, totals, earlier, totals_before)


def _read(club: ClubContext, ask: Ask, span: Span) -> tuple[list[Line], Values]:
    key, name, join = _KEYS[ask.of if ask.of in SIDES else SIDES[0]]
    statement = _STATEMENT.format(
        tables=tables(ask),
        bills=bills(ask, "p"),
        returns=returns(ask, "r"),
        key=key,
        name=name,
        join=join,
    )
    rows = fetch(statement, params(club, ask, span))
    whole = sum(row[2] for row in rows)
    lines = [
        Line(number or UNNAMED, _values(sold, quantity, n, back, whole), label or "")
        for number, label, sold, quantity, n, back in rows
    ]
    quantity, back = (sum(row[place] for row in rows) for place in (3, 5))
    return lines, _values(whole, quantity, None, back, whole)


def _values(sold: int, quantity: int, n: int | None, returned: int, whole: int) -> Values:
    return (sold, share(sold, whole), quantity, n, returned, sold - returned)


def _summed(lines: list[Line], totals: Values) -> Values:
    sold, quantity, n, back = (
        sum(int(line.values[place] or 0) for line in lines) for place in (0, 2, 3, 4)
    )
    return _values(sold, quantity, n, back, int(totals[0] or 0))
