"""Members of files: what they lack is filled in, and many are closed or opened at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vafa.club.actions.audit import member_thing, record_audits
from vafa.core.db import dumps, fetch, recordset
from vafa.core.text import normalize, search_key, sort_key

_DETAILS = (
    ("id", "bigint"),
    ("name", "text"),
    ("sort_key", "text"),
    ("search_key", "text"),
    ("gender", "text"),
    ("birth_date", "date"),
)


class Details(NamedTuple):
    """What a file says of a member whom the club knows already."""

    member_id: int
    name: str = ""
    gender: str = ""
    birth_date: date | None = None


def fill_members(details: Sequence[Details]) -> int:
    """Write the name, gender and birth date that a member has none of; how many had a gap.

    What is known stays. One statement for any number; for files, whose import the audit names.
    """
    told = {d.member_id: d for d in reversed(details) if d.name or d.gender or d.birth_date}
    if not told:
        return 0
    rows = []
    for d in told.values():
        name = normalize(d.name)[:120]
        keys = (sort_key(name)[:255], search_key(name)[:160])
        rows.append((d.member_id, name, *keys, d.gender, d.birth_date))
    changed = fetch(
        "UPDATE club_member m SET name = CASE WHEN m.name = '' THEN w.name ELSE m.name END,"
        " sort_key = CASE WHEN m.name = '' THEN w.sort_key ELSE m.sort_key END,"
        " search_key = CASE WHEN m.name = '' THEN w.search_key ELSE m.search_key END,"
        " gender = CASE WHEN m.gender = '' THEN w.gender ELSE m.gender END,"
        " birth_date = coalesce(m.birth_date, w.birth_date)"
        f" FROM {recordset(_DETAILS, 'w')} WHERE m.id = w.id AND m.is_active"
        " AND ((m.name = '' AND w.name <> '') OR (m.gender = '' AND w.gender <> '')"
        " OR (m.birth_date IS NULL AND w.birth_date IS NOT NULL)) RETURNING m.id",
        [dumps(rows)],
    )
    return len(changed)


def close_members(club_id: int, member_ids: Sequence[int], *, by: str) -> list[int]:
    """Close these memberships, which have nothing; who was closed. Within a transaction."""
    return _switch(club_id, member_ids, active=False, by=by)


def open_members(club_id: int, member_ids: Sequence[int], *, by: str) -> list[int]:
    """Open these memberships again; who was opened. Within a transaction."""
    return _switch(club_id, member_ids, active=True, by=by)


def _switch(club_id: int, member_ids: Sequence[int], *, active: bool, by: str) -> list[int]:
    rows = fetch(
        "UPDATE club_member SET is_active = %s WHERE club_id = %s AND id = ANY(%s)"
        " AND is_active <> %s AND merged_into_id IS NULL AND left_at IS NULL"
        " RETURNING id, name, mobile, external_id",
        [active, club_id, sorted(member_ids), active],
    )
    things = [member_thing(*row) for row in rows]
    action = "member.reopened" if active else "member.closed"
    record_audits(club_id, by, action, things)
    return [row[0] for row in rows]
