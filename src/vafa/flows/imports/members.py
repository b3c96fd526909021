"""Who bought: members by mobile or shop number, enrolled with their first purchase as joining."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members
from vafa.flows.enrolment import find_or_enrol


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

    def __init__(self, club: ClubContext, customers: Iterable[Customer]) -> None:
        self._club = club
        refs = [ref for customer in customers for ref in customer.refs]
        self._known: dict[MemberRef, int] = {
            ref: found.id for ref, found in find_members(club.id, refs).items()
        }

    def number(self, customer: Customer) -> int | None:
        """Her member number, None for who is no member yet."""
        return next((self._known[ref] for ref in customer.refs if ref in self._known), None)

    def enrol(
        self, arrivals: Sequence[tuple[Customer, int, int]], actor: Actor, *, welcome: bool
    ) -> int:
        """Make members of those who are none; each (customer, branch, seconds since 1970 of her
        first purchase), in order of time. Returns how many are new.
        """
        new: list[NewMember] = []
        seen: set[MemberRef] = set()
        for customer, branch, at in arrivals:
            # Two mobiles with one shop number, or the reverse, are the same customer.
            if self.number(customer) is None and seen.isdisjoint(customer.refs):
                new.append(_new(customer, branch, at))
                seen.update(customer.refs)
        if not new:
            return 0
        numbers = find_or_enrol(self._club, new, actor=actor, welcome=welcome)
        for person, number in zip(new, numbers, strict=True):
            for ref in (("mobile", person.mobile), ("external", person.external_id)):
                if ref[1]:
                    self._known[ref[0], ref[1]] = number
        return len(new)


def _new(customer: Customer, branch: int, at: int) -> NewMember:
    return NewMember(
        mobile=customer.mobile or None,
        external_id=customer.external or None,
        name=customer.name,
        branch_id=branch,
        joined_at=datetime.fromtimestamp(at, UTC),
    )
