"""A member out of what staff typed."""

from __future__ import annotations

from contextlib import suppress

from vafa.club.errors import UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members
from vafa.core.phones import InvalidMobile, parse_mobile
from vafa.core.text import normalize, to_latin_digits


def find_typed(club: ClubContext, typed: str) -> int:
    """The number of the member with that mobile, card or customer number. Raises UnknownMember."""
    text = to_latin_digits(normalize(typed))
    refs: list[MemberRef] = [("card", text.replace(" ", "")), ("external", text)]
    with suppress(InvalidMobile):  # a card or the shop's own number, then
        refs.insert(0, ("mobile", parse_mobile(text)))
    found = find_members(club.id, refs)
    member = next((found[ref] for ref in refs if ref in found), None)
    if member is None:
        raise UnknownMember
    return member.id
