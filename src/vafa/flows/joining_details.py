"""What people tell and allow when they join: checked before, and noted with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vafa.club.actions.consents import Joined, known_keys, note_joining_consents
from vafa.club.actions.members import NewMember
from vafa.club.actions.terms import Accepted, note_acceptances
from vafa.club.actor import Actor
from vafa.club.membership_errors import UnknownConsent, UnknownTerms
from vafa.club.reads.context import ClubContext
from vafa.club.reads.terms import version_in_force
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS, MOST_INTERESTS
from vafa.core.errors import DomainError, InvalidInput

_LONGEST_CITY = 60
_LONGEST_INTEREST = 64


class AskedOf(NamedTuple):
    """What may be given at joining: these consents, and the terms that hold (0: none do)."""

    consents: frozenset[str]
    terms_version: int

    def refusal(self, person: NewMember) -> DomainError | None:
        """What speaks against what a person says; None for nothing."""
        if not self.consents.issuperset(person.consents):
            return UnknownConsent()
        # An older version may have been accepted on paper; a later one nobody has seen.
        if not 0 <= person.terms_version <= self.terms_version:
            return UnknownTerms()
        wrong = wrong_detail(person._asdict())
        return InvalidInput(field=wrong) if wrong else None

    def what_still_holds(self, person: NewMember) -> NewMember:
        """The person without what the club asks for no more since she said it."""
        consents = tuple(key for key in person.consents if key in self.consents)
        version = min(person.terms_version, self.terms_version)
        return person._replace(consents=consents, terms_version=version)


def asked_of(club: ClubContext) -> AskedOf:
    """What who joins this club may give."""
    return AskedOf(known_keys(club.id), version_in_force(club.id))


def wrong_detail(told: dict[str, Any]) -> str:
    """The first of these details that cannot be true; "" where all can."""
    if told.get("email"):
        try:
            validate_email(told["email"])
        except ValidationError:
            return "email"
    if len(told.get("city") or "") > _LONGEST_CITY:
        return "city"
    for code, choices in (("education", EDUCATIONS), ("acquaintance", ACQUAINTANCES)):
        if (told.get(code) or "") not in ("", *choices):
            return code
    interests = told.get("interests") or ()
    if len(interests) > MOST_INTERESTS or any(len(i) > _LONGEST_INTEREST for i in interests):
        return "interests"
    wedding: date | None = told.get("wedding_date")
    return "wedding_date" if wedding is not None and wedding.year < 1900 else ""


def note_joining(
    club: ClubContext, joined: Sequence[tuple[int, NewMember]], at: datetime, actor: Actor
) -> None:
    """The record behind the consents and the terms that were written with the members."""
    consents = [Joined(number, person.consents) for number, person in joined]
    accepted = [Accepted(number, person.terms_version) for number, person in joined]
    by = actor.label
    if actor.kind == "member" and len(joined) == 1:
        # She had no number before.
        by = f"member:{joined[0][0]}"
    note_joining_consents(club.id, consents, at, by=by)
    note_acceptances(club.id, accepted, at, by=by)
