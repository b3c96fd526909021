"""The settings that stand on pages of their own: what each is for, and whether it stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vafa.club.reads.context import ClubContext
from vafa.club.reads.setup import SetupState, setup_state
from vafa.club.rules.setup import STEPS
from vafa.core.money import format_number
from vafa.engage.reads.quiet import quiet_of
from vafa.insight.reads.what_stands import Stands, what_stands
from vafa.web.panel.setup_words import STEP_WORDS
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


class Place(NamedTuple):
    """A page with what it is for and what stands there now; ``is_done``: enough to begin."""

    title: str
    text: str
    url: str
    stands: str = ""
    is_done: bool = False


def places_of(request: PageRequest, step: str) -> list[Place]:
    """The pages that belong to a step."""
    if step in ("aim", "groups", "gains"):
        return []
    stands = what_stands(request.club)
    if step == "talk":
        return [place for place in _talk(stands, request.club) if place.url]
    found = {
        "membership": _membership,
        "business": _business,
        "fields": _fields,
    }[step](stands)
    return [place for place in found if place.url]


def done_rows(request: PageRequest, state: SetupState) -> list[Place]:
    """What stands and what is left, the steps first."""
    steps = [
        Place(
            str(title),
            "",
            reverse("panel:setup-step", args=[name]),
            is_done=name in state.steps,
        )
        for name, (title, _lead) in STEP_WORDS.items()
    ]
    stands = what_stands(request.club)
    rewards = Place(
        _("Rewards"),
        _("What points buy; one of them cheap, so that members soon reach it."),
        page_url("rewards"),
        _counted(stands.rewards),
        stands.rewards > 0,
    )
    left = [rewards, *_membership(stands)[:1], *_talk(stands, request.club)[:1], *_business(stands)]
    return [*steps, *(place for place in left if place.url)]


def setup_card(request: PageRequest) -> dict[str, Any] | None:
    """What the overview says while the club is being set up; None before, after, and for whoever
    may not do it."""
    if not request.actor.may("club.settings"):
        return None
    state = setup_state(request.club.id)
    if not state.is_under_way:
        return None
    following = state.next
    return {
        "number": STEPS.index(following) + 1 if following else 0,
        "title": STEP_WORDS[following][0] if following else "",
        "count": len(STEPS),
    }


def _membership(stands: Stands) -> list[Place]:
    return [
        Place(
            _("Terms of membership"),
            _("What members agree to when they join, with a version and a record."),
            page_url("terms"),
            _("published") if stands.has_terms else "",
            stands.has_terms,
        ),
        Place(
            _("Membership fee"),
            _("Nothing, or an amount for so many months; an unpaid one only pauses earning."),
            page_url("fee"),
        ),
        Place(
            _("Codes and links"),
            _("For a campaign, a poster or a partner."),
            page_url("joining"),
            _counted(stands.joining_codes),
            stands.joining_codes > 0,
        ),
        Place(
            _("Budgets"),
            _("How much the club gives at most, in a month or in all."),
            page_url("draft"),
        ),
    ]


def _talk(stands: Stands, club: ClubContext) -> list[Place]:
    lang, quiet = current_lang(), quiet_of(club)
    hours = {"from": format_number(quiet.begins, lang), "until": format_number(quiet.ends, lang)}
    told = _("Between %(from)s and %(until)s o'clock nothing but login codes is sent.") % hours
    if quiet.begins == quiet.ends:
        told = _("Messages go out at any hour.")
    return [
        Place(
            _("Text messages"),
            _("Your account at a provider, the sender line, and how much may be spent."),
            page_url("sms"),
            _("on") if stands.has_sms else "",
            stands.has_sms,
        ),
        Place(
            _("Consents"),
            _("For what members may be written to, and by which channel."),
            page_url("consents"),
        ),
        Place(
            _("Quiet hours"),
            told,
            page_url("quiet"),
            is_done=True,
        ),
    ]


def _business(stands: Stands) -> list[Place]:
    return [
        Place(
            _("Branches"),
            _("Each place of sale, physical or online."),
            page_url("branches"),
            _counted(stands.branches),
            stands.branches > 0,
        ),
        Place(
            _("Merchants"),
            _("Other businesses in the same club, if there are any."),
            page_url("merchants"),
            _counted(stands.merchants),
            stands.merchants > 0,
        ),
        Place(
            _("Products"),
            _("For rules about goods, and for the till."),
            page_url("products"),
            _counted(stands.products),
            stands.products > 0,
        ),
        Place(
            _("Staff"),
            _("Who works with the club, and what each may do."),
            page_url("staff"),
            _counted(stands.staff),
            stands.staff > 1,
        ),
        Place(
            _("API keys"),
            _("For the program of your shop or your web shop."),
            page_url("keys"),
            _counted(stands.keys),
            stands.keys > 0,
        ),
        Place(
            _("Your history"),
            _("Members, products and past purchases from files."),
            page_url("imports"),
            _("there are purchases") if stands.has_purchases else "",
            stands.has_purchases,
        ),
    ]


def _fields(stands: Stands) -> list[Place]:
    return [
        Place(
            _("Details of members"),
            _("What is asked at the door and what later, and what completing it brings."),
            page_url("profile-fields"),
        ),
        Place(
            _("Your own questions"),
            _("What only your business wants to know: a size, a car, a diet."),
            page_url("attributes"),
        ),
    ]


def _counted(count: int) -> str:
    if not count:
        return ""
    shown = format_number(count, current_lang())
    return ngettext("%(n)s so far", "%(n)s so far", count) % {"n": shown}


def page_url(name: str) -> str:
    """The address of a page of the panel; "" where this version has none."""
    try:
        return str(reverse(f"panel:{name}"))
    except NoReverseMatch:
        return ""
