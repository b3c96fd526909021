"""Whose the branches are at which something happens, as far as the programme asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from vafa.club.reads.branches import find_branches
from vafa.club.reads.context import ClubContext
from vafa.program.rules.document import Program
from vafa.program.rules.index import index_of
from vafa.program.rules.moments import Happening


def merchants_of(
    club: ClubContext, program: Program, on: Iterable[Happening], branches: Iterable[int | None]
) -> dict[int, int]:
    """The merchants of these branches, by branch; nothing is asked for, and none is found, where
    neither a merchant has terms of its own nor a rule on these happenings names one."""
    wanted = {branch for branch in branches if branch}
    if not wanted or not any(_asks(program, one) for one in set(on)):
        return {}
    found = find_branches(club.id, wanted)
    return {branch: found[branch].merchant_id for branch in wanted if branch in found}


def _asks(program: Program, on: Happening) -> bool:
    index = index_of(program, on)
    return "merchant" in index.chosen or bool(index.places and index.places.merchants)
