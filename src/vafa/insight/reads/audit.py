"""The audit, newest first: filtered, searched, a page at a time by where the last one ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.text import search_key
from vafa.insight.reads.listing import Where, escape_like
from vafa.insight.reads.spans import Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# So many of the newest rows are looked through before the index of texts is asked: what is often
# found is found here, and the index has only to serve what is rare.
_NEWEST = 5_000
_TRIGRAM = 3
_COLUMNS = (
    "a.id, a.at, a.actor, a.actor_name, a.role, a.face, a.address,"
    " (SELECT b.name FROM club_branch b WHERE b.id = a.branch_id), a.request_id, a.action,"
    " a.thing_kind, a.thing_id, a.thing_label, a.before, a.after, a.reason"
)
_ORDER = "at DESC, id DESC"


class Place(NamedTuple):
    """Where a page ends: the moment and number of its last row."""

    at: datetime
    id: int

    @property
    def text(self) -> str:
        """For an address; ``parse_place`` reads it."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.id}"


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows. Every word of ``text`` must be a part of the names, texts or address of a row,
    however it is spelt; ``actor`` is a label such as "staff:3"; ``thing`` a kind and number."""

    text: str = ""
    actor: str = ""
    actions: tuple[str, ...] = ()
    thing: tuple[str, str] | None = None
    span: Span | None = None


class AuditRow(NamedTuple):
    """One act. ``before`` and ``after`` hold changed fields; labels are those of that moment."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    role: str
    face: str
    address: str
    branch: str | None
    request_id: str
    action: str
    thing_kind: str
    thing_id: str
    thing_label: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str

    @property
    def place(self) -> Place:
        """Where a page that ends with this row ends."""
        return Place(self.at, self.id)


def parse_place(text: str) -> Place | None:
    """The place that an address names; None for anything else."""
    moment, _, number = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 17 for part in (moment, number)):
        return None
    return Place(_EPOCH + int(moment) * _MICROSECOND, int(number))


def list_audit(
    club: ClubContext, wanted: AuditFilter, *, after: Place | None = None, limit: int = 50
) -> list[AuditRow]:
    """Rows from the newest on, or from behind ``after``; at most ``limit``."""
    words = [key for key in map(search_key, wanted.text.split()) if key]
    where = _where(club, wanted, after)
    if not words:
        return _select(f"SELECT * FROM club_audit a WHERE {where.sql}", where.params, limit)
    holds = " AND ".join(["a.search_text LIKE %s"] * len(words))
    patterns = [f"%{escape_like(word)}%" for word in words]
    newest = f"SELECT * FROM club_audit a WHERE {where.sql} ORDER BY {_ORDER} LIMIT {_NEWEST}"
    rows = _select(f"SELECT * FROM ({newest}) a WHERE {holds}", [*where.params, *patterns], limit)
    if len(rows) == limit:
        return rows
    for word in words:
        if len(word) >= _TRIGRAM:
            where.add("vafa_trigrams(a.search_text) @> vafa_trigrams(%s)", word)
    where.add(holds, *patterns)
    # Materialised, for the planner would walk all rows in their order to the few that match.
    found = f"WITH found AS MATERIALIZED (SELECT * FROM club_audit a WHERE {where.sql})"
    return _select("SELECT * FROM found", where.params, limit, before=found)


def _select(source: str, params: list[Any], limit: int, before: str = "") -> list[AuditRow]:
    rows = fetch(
        f"{before} SELECT {_COLUMNS} FROM ({source} ORDER BY {_ORDER} LIMIT %s) a"
        f" ORDER BY a.at DESC, a.id DESC",
        [*params, limit],
    )
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> AuditRow:
    made = AuditRow(*row)
    return made._replace(before=_values(made.before), after=_values(made.after))


def _values(stored: Any) -> dict[str, Any]:
    values = orjson.loads(stored) if isinstance(stored, str) else stored
    return values or {}


def _where(club: ClubContext, wanted: AuditFilter, after: Place | None) -> Where:
    where = Where()
    where.add("a.club_id = %s", club.id)
    if wanted.actor:
        where.add("a.actor = %s", wanted.actor)
    if wanted.actions:
        where.add("a.action = ANY(%s)", list(wanted.actions))
    if wanted.thing is not None:
        where.add("a.thing_kind = %s AND a.thing_id = %s", *wanted.thing)
    if wanted.span is not None:
        where.add("a.at >= %s AND a.at < %s", *wanted.span.moments(club))
    if after is not None:
        where.add("(a.at, a.id) < (%s, %s)", after.at, after.id)
    return where
