"""Challenges, events and badges as the staff read them, and what a draft changes of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vafa.core.money import format_number
from vafa.program.rules.deeds import BadgeKind
from vafa.program.rules.document import Challenge, EventKind, Program
from vafa.web.shared.context import current_lang


def say_challenge(challenge: Challenge) -> str:
    """What is to be done."""
    lang = current_lang()
    numbers = {
        "count": format_number(challenge.count, lang),
        "days": format_number(challenge.days, lang),
    }
    if challenge.kind == "categories":
        return _("Buy out of %(count)s categories within %(days)s days") % numbers
    return _("Buy %(count)s times within %(days)s days") % numbers


def happening_differences(old: Program, new: Program) -> list[tuple[str, str, str, str]]:
    """What a draft changes of events, challenges and badges: kind, what, was, will."""
    found: list[tuple[str, str, str, str]] = []
    for before, after in (
        (_events(old.events), _events(new.events)),
        (_challenges(old.challenges), _challenges(new.challenges)),
        (_badges(old.badges), _badges(new.badges)),
    ):
        for what, will in after.items():
            was = before.get(what)
            if was is None:
                found.append(("added", what, "", will))
            elif was != will:
                found.append(("changed", what, was, will))
        found += [("removed", what, was, "") for what, was in before.items() if what not in after]
    return found


def _events(events: tuple[EventKind, ...]) -> dict[str, str]:
    lang = current_lang()
    return {_("Event %(code)s") % {"code": e.code}: e.name.said(lang) for e in events}


def _challenges(challenges: tuple[Challenge, ...]) -> dict[str, str]:
    lang = current_lang()
    return {
        _("Challenge %(code)s") % {"code": c.code}: f"{c.name.said(lang)}: {say_challenge(c)}"
        for c in challenges
    }


def _badges(badges: tuple[BadgeKind, ...]) -> dict[str, str]:
    lang = current_lang()
    return {
        _("Badge %(code)s") % {"code": b.code}: f"{b.symbol} {b.name.said(lang)}" for b in badges
    }
