"""What the panel says of the terms of branches and merchants."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from vafa.club.models import Branch, Merchant
from vafa.club.reads.context import ClubContext
from vafa.program.rules.document import Program
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.place_words import place_words
from vafa.web.shared.context import current_lang

Told = tuple[str, str, str, str]  # as a Difference


def place_differences(club: ClubContext, old: Program, new: Program) -> list[Told]:
    """The branches and merchants whose terms a draft changes: kind, what, was, will."""
    was = {(place.kind, place.number): place for place in old.places}
    will = {(place.kind, place.number): place for place in new.places}
    lang = current_lang()
    names = {rule.id: rule.name.said(lang) for rule in (*old.rules, *new.rules)}
    found: list[Told] = []
    for key in dict.fromkeys([*was, *will]):
        before, after = was.get(key), will.get(key)
        if before == after:
            continue
        kind = "added" if before is None else "removed" if after is None else "changed"
        said = say_place(club, before, names) if before else ""
        will_be = say_place(club, after, names) if after else ""
        found.append((kind, place_name(club, f"{key[0]}:{key[1]}"), said, will_be))
    return found


def place_name(club: ClubContext, place: str) -> str:
    """What a place ("branch:12", "merchant:3") is called; the same text where it is not known."""
    kind, _separator, number = place.partition(":")
    model = Branch if kind == "branch" else Merchant
    rows = model._default_manager.filter(club_id=club.id, pk=int(number))
    name = rows.values_list("name", flat=True).first() or place
    return _("Terms of %(name)s") % {"name": name}


def say_place(club: ClubContext, terms: PlaceTerms, rules: Mapping[str, str]) -> str:
    """The terms of a place in sentences; ``rules``: the names of rules by id."""
    said = place_words(terms, rules, club.display_unit, current_lang())
    return ". ".join(said) or _("As everywhere in the club")
