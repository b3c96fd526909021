"""Who bought: members by mobile or shop number, enrolled with their first purchase as joining."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from vafa.club.actions.imported_members import open_members
from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor, import_actor
from vafa.club.errors import UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members
from vafa.commerce.actions.data_imports import note_made, take_up_again
from vafa.flows.enrolment import enrol_within
from vafa.flows.joining import Brought


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as rows name her: mobile in E.164, the shop's number, or both ("" where not)."""

    mobile: str
    external: str
    name: str = ""

    @property
    def refs(self) -> list[MemberRef]:
        """What stands for her, the surest first."""
        return [ref for ref in (("mobile", self.mobile), ("external", self.external)) if ref[1]]


class Members:
    """The members of one batch of bills, by reference."""

    def __init__(
        self, club: ClubContext, customers: Iterable[Customer], data_import: int = 0
    ) -> None:
        self._club, self._import = club, data_import
        refs = [ref for customer in customers for ref in customer.refs]
        found = find_members(club.id, refs)
        self._known: dict[MemberRef, int] = {ref: one.id for ref, one in found.items()}
        self._closed = {one.id for one in found.values() if not one.is_active}

    def number(self, customer: Customer) -> int | None:
        """Her member number, None for who is no member yet."""
        return next((self._known[ref] for ref in customer.refs if ref in self._known), None)

    def enrol(
        self, arrivals: Sequence[tuple[Customer, int, int]], actor: Actor, *, welcome: bool
    ) -> tuple[int, int]:
        """Make members of those who are none; each (customer, branch, seconds since 1970 of her
        first purchase), in order of time. Returns how many are new, and the points they got for
        joining.
        """
        open_again(self._club, self._import, self._closed)
        new: list[NewMember] = []
        seen: set[MemberRef] = set()
        for customer, branch, at in arrivals:
            # Two mobiles with one shop number, or the reverse, are the same customer.
            if self.number(customer) is None and seen.isdisjoint(customer.refs):
                new.append(_new(customer, branch, at))
                seen.update(customer.refs)
        if not new:
            return 0, 0
        numbers, points = enrol_found(self._club, new, actor, welcome=welcome)
        for person, number in zip(new, numbers, strict=True):
            for ref in (("mobile", person.mobile), ("external", person.external_id)):
                if ref[1]:
                    self._known[ref[0], ref[1]] = number
        return len(new), points


def enrol_found(
    club: ClubContext, people: Sequence[NewMember], actor: Actor, *, welcome: bool
) -> tuple[list[int], int]:
    """The member numbers of people of a file, whoever is missing enrolled as made by the import
    that ``actor`` is, in one durable transaction; and the points that joining brought them.
    Raises UnknownMember for one who cannot be."""
    with transaction.atomic(durable=True):
        enrolled = enrol_within(club, people, actor, welcome, None, Brought(history=True))
        made = [one.member_id for one in enrolled if one.member_id is not None]
        if actor.kind == "import" and actor.id:
            note_made(actor.id, "member", made)
    refs = [("mobile", p.mobile) if p.mobile else ("external", p.external_id or "") for p in people]
    found = find_members(club.id, refs)
    if any(ref not in found for ref in refs):
        raise UnknownMember
    return [found[ref].id for ref in refs], sum(one.points for one in enrolled)


def open_again(club: ClubContext, data_import: int, closed: Collection[int]) -> None:
    """Members whom the undoing of an earlier import closed are members again, since a file names
    them; whom somebody else closed stays closed."""
    if not closed or not data_import:
        return
    with transaction.atomic(durable=True):
        again = take_up_again(data_import, "member", sorted(closed))
        open_members(club.id, again, by=import_actor(club.id, data_import).label)


def _new(customer: Customer, branch: int, at: int) -> NewMember:
    return NewMember(
        mobile=customer.mobile or None,
        external_id=customer.external or None,
        name=customer.name,
        branch_id=branch,
        joined_at=datetime.fromtimestamp(at, UTC),
    )
