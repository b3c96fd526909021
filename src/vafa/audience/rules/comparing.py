"""Operators: which a kind of facet has, and what each means in SQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from vafa.audience.rules.definition import Condition, Op
from vafa.club.facet_types import Ask, Facet, Kind, Sql, joined
from vafa.core.jalali import add_months
from vafa.core.text import search_key

_NUMERIC: tuple[Op, ...] = ("ge", "le", "eq", "ne", "between")
OPS: dict[Kind, tuple[Op, ...]] = {
    "number": _NUMERIC,
    "money": _NUMERIC,
    "days": ("le", "ge", "eq", "ne", "between"),
    "years": _NUMERIC,
    "date": ("ge", "le", "eq", "ne", "between"),
    "choice": ("in", "not_in"),
    "yes_no": ("yes", "no"),
    "text": ("has", "starts"),
}
_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def compare(facet: Facet, condition: Condition, value: Sql, ask: Ask) -> Sql:
    """The condition on ``value``, the facet's SQL. NULL or false where it does not hold.

    The condition must have passed ``checking.check``.
    """
    op, given = condition.op, condition.value
    if op in ("yes", "no"):
        return value if op == "yes" else Sql(f"NOT ({value.text})", value.params)
    if op in ("in", "not_in"):
        found = Sql(f"{value.text} = ANY(%s::text[])", (*value.params, list(_several(given))))
        return found if op == "in" else Sql(f"NOT ({found.text})", found.params)
    if op in ("has", "starts"):
        pattern = search_key(str(given)).translate(_ESCAPED) + "%"
        pattern = pattern if op == "starts" else f"%{pattern}"
        return Sql(f"{value.text} LIKE %s", (*value.params, pattern))
    low, high = _ends(op, given)
    within = _between(value, *_bounds(facet, low, high, ask))
    return Sql(f"NOT ({within.text})", within.params) if op == "ne" else within


def _ends(op: Op, given: Any) -> tuple[Any, Any]:
    """The lowest and the highest value that are meant, both of them included."""
    if op == "between":
        return given[0], given[1]
    return (None if op == "le" else given), (None if op == "ge" else given)


def _bounds(facet: Facet, low: Any, high: Any, ask: Ask) -> tuple[Any, Any]:
    """What the stored value must be at least, and below what it must be."""
    if facet.kind in ("number", "money"):
        return low, None if high is None else high + 1
    if facet.kind == "date":
        first = None if low is None else date.fromisoformat(low)
        after = None if high is None else date.fromisoformat(high) + timedelta(days=1)
    elif facet.kind == "days":
        # The more days ago, the earlier.
        first = None if high is None else ask.today - timedelta(days=high)
        after = None if low is None else ask.today - timedelta(days=low - 1)
    else:
        calendar, day = ask.club.calendar, timedelta(days=1)
        first = None if high is None else add_months(ask.today, -12 * (high + 1), calendar) + day
        after = None if low is None else add_months(ask.today, -12 * low, calendar) + day
    if not facet.of_moment:
        return first, after
    start = ask.club.day_start
    return first and start(first), after and start(after)


def _between(value: Sql, low: Any, below: Any) -> Sql:
    parts = []
    if low is not None:
        parts.append(Sql(f"{value.text} >= %s", (*value.params, low)))
    if below is not None:
        parts.append(Sql(f"{value.text} < %s", (*value.params, below)))
    return joined(parts)


def _several(given: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in given)
