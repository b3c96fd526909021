"""Write what rules give beside amounts: badges, chances in draws, codes of vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Table, dumps, fetch, insert_rows, recordset
from vafa.program.actions.series import taken_codes
from vafa.program.actions.vouchers import new_codes

_BADGES = Table(
    "program_badge",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("code", "text"),
        ("decision_id", "bigint"),
        ("given_at", "timestamptz"),
    ),
)
_CHANCES = Table(
    "program_drawchance",
    (
        ("club_id", "bigint"),
        ("draw_id", "bigint"),
        ("member_id", "bigint"),
        ("decision_id", "bigint"),
        ("chances", "bigint"),
        ("given_at", "timestamptz"),
        ("undone_by_id", "bigint"),
        ("given_up_by_id", "bigint"),
    ),
)
_WANTED = (
    ("series_id", "bigint"),
    ("member_id", "bigint"),
    ("decision_id", "bigint"),
    ("rule", "text"),
    ("code", "text"),
)
_GIVE = (
    "INSERT INTO program_voucher (club_id, member_id, series_id, code, kind, value, min_basket,"
    " max_uses, starts_at, expires_at, given_at, decision_id) SELECT s.club_id, w.member_id, s.id,"
    " w.code, s.kind, s.value, s.min_basket, s.max_uses, s.starts_at, s.expires_at, %s,"
    f" w.decision_id FROM {recordset(_WANTED, 'w')} JOIN program_voucherseries s"
    " ON s.id = w.series_id AND s.club_id = %s RETURNING id, code, expires_at"
)


class NewBadge(NamedTuple):
    """A row of program_badge."""

    club_id: int
    member_id: int
    code: str
    decision_id: int
    given_at: datetime


class NewChances(NamedTuple):
    """A row of program_drawchance; negative with the return or the decision that takes them back."""

    club_id: int
    draw_id: int
    member_id: int
    decision_id: int
    chances: int
    given_at: datetime
    undone_by_id: int | None = None
    given_up_by_id: int | None = None


class WantedCode(NamedTuple):
    """A code of a series that a rule gives to a member."""

    series_id: int
    member_id: int
    decision_id: int
    rule: str


class GivenCode(NamedTuple):
    """The code that was made for a wish."""

    wanted: WantedCode
    voucher_id: int
    code: str
    expires_at: datetime


def insert_badges(badges: Sequence[NewBadge]) -> None:
    """Store all in one statement. Raises django.db.IntegrityError for one that a member has."""
    insert_rows(_BADGES, badges)


def insert_chances(chances: Sequence[NewChances]) -> None:
    """Store all in one statement."""
    insert_rows(_CHANCES, chances)


def give_codes(club_id: int, wanted: Sequence[WantedCode], at: datetime) -> list[GivenCode]:
    """Make a fresh personal code for each wish, in the same order: beside the codes that the
    series was made with, and like them."""
    if not wanted:
        return []
    shapes = {
        number: (prefix, letters)
        for number, prefix, letters in fetch(
            "SELECT id, prefix, letters FROM program_voucherseries WHERE id = ANY(%s)",
            [sorted({one.series_id for one in wanted})],
        )
    }
    codes: dict[str, WantedCode] = {}
    waiting = list(wanted)
    while waiting:
        fresh = {_code(*shapes[one.series_id]): one for one in waiting}
        taken = taken_codes(club_id, list(fresh)) | set(codes)
        codes |= {code: one for code, one in fresh.items() if code not in taken}
        there = {id(one) for one in codes.values()}
        waiting = [one for one in wanted if id(one) not in there]
    rows = [(*one, code) for code, one in codes.items()]
    found = fetch(_GIVE, [at, dumps(rows), club_id])
    assert len(found) == len(wanted), "every series that a rule may give from is there"
    given = {
        id(codes[code]): GivenCode(codes[code], number, code, until)
        for number, code, until in found
    }
    return [given[id(one)] for one in wanted]


def _code(prefix: str, letters: int) -> str:
    return new_codes(1, prefix=prefix, letters=letters)[0]
