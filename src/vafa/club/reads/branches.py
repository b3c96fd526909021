"""Branches by number or code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from vafa.core.db import Query


class FoundBranch(NamedTuple):
    id: int
    code: str
    merchant_id: int
    kind: str
    is_active: bool


def branches_query(club_id: int, refs: Iterable[int | str]) -> Query[dict[int | str, FoundBranch]]:
    """The club's branches by number (int) or code (str)."""
    wanted = set(refs)
    return Query(
        "SELECT id, code, merchant_id, kind, is_active FROM club_branch"
        " WHERE club_id = %s AND (id = ANY(%s) OR code = ANY(%s))",
        [
            club_id,
            [r for r in wanted if isinstance(r, int)],
            [r for r in wanted if isinstance(r, str)],
        ],
        _by_number_and_code,
    )


def find_branches(club_id: int, refs: Iterable[int | str]) -> dict[int | str, FoundBranch]:
    """The club's branches by number (int) or code (str), in one statement."""
    return branches_query(club_id, refs).ask()


def _by_number_and_code(rows: list[tuple[Any, ...]]) -> dict[int | str, FoundBranch]:
    out: dict[int | str, FoundBranch] = {}
    for row in rows:
        branch = FoundBranch(*row)
        out[branch.id] = out[branch.code] = branch
    return out
