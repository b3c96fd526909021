"""What she has and what it buys, then what runs out, her tier, and what the club offers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from vafa.club.reads.context import ClubContext
from vafa.club.reads.household_invitations import Inviting, invitations_to
from vafa.core import clock
from vafa.program.reads.history import history
from vafa.program.reads.promise import gift_series
from vafa.program.reads.revisions import live_program
from vafa.program.reads.rewards import list_rewards
from vafa.program.reads.standing import Standing, standing
from vafa.program.reads.tier_history import tier_history
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import NearBirthday, Rule
from vafa.program.rules.tier_words import (
    change_words,
    keep_words,
    missing_words,
    tier_words,
    window_words,
)
from vafa.program.rules.tiers import tier_progress
from vafa.web.portal.challenges import her_challenges
from vafa.web.portal.offers import her_offers
from vafa.web.portal.pages import page_calendar, portal_page, portal_render
from vafa.web.portal.shelf import her_vouchers, within_reach
from vafa.web.portal.story import isolated
from vafa.web.portal.views.history import told
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_SHOWN = 3
_MOMENT = timedelta(microseconds=1)
_SOON = timedelta(days=60)


@require_safe
@portal_page
def home(request: PageRequest) -> HttpResponse:
    """The member's first page."""
    club, member = request.club, request.member
    lang = current_lang()
    now = standing(club, member.id)
    # A moment that ends a day belongs to the next one; she is told the last good day.
    expiring = _by_day(club, [(at - _MOMENT, points) for at, points in now.expiring])
    maturing = _by_day(club, now.maturing)
    program = live_program(club.id).program
    series = gift_series(club, program.tiers)
    affordable, later = within_reach(request, list_rewards(club.id), now.available)
    vouchers = [held for held in her_vouchers(request) if held.voucher.state == "usable"]
    context = {
        "standing": now,
        "name": isolated(member.name),
        "gifts_are_on": program.gifts.is_on,
        "invites": program.referral.is_on,
        "shares": program.households.is_on and program.households.by_members,
        "invited": _invited(request, program),
        "owed": max(-now.available, 0),
        "affordable": affordable[:_SHOWN],
        "nearest": later[0] if later and not affordable else None,
        "expiring": expiring[:_SHOWN],
        "expires_soon": bool(expiring) and expiring[0][0] - club.local_date(clock.now()) <= _SOON,
        "expiring_more": len(expiring) > _SHOWN,
        "maturing": maturing[:_SHOWN],
        "tier": _tier(club, program, now.tier, series),
        "next_tier": _tier(club, program, now.next_tier, series),
        "progress": tier_progress(now.outlook),
        "tier_changes": _tier_changes(club, member.id, lang),
        "tier_said": _tier_said(club, program, now, lang),
        "offers": her_offers(request, now.tier.code if now.tier else None, _SHOWN),
        "asks_birthday": member.birth_date is None
        and (
            any(rule.is_active and _is_about_birthdays(rule) for rule in program.rules)
            or any(tier.birthday for tier in program.tiers)
        ),
        "challenges": her_challenges(club, member.id),
        "vouchers": vouchers[:_SHOWN],
        "recent": [told(club, row) for row in history(club, member.id, limit=_SHOWN)],
    }
    return portal_render(request, "portal/home.html", context, tab="home")


def _invited(request: PageRequest, program: Program) -> list[Inviting]:
    """Who invites her into a household, while she belongs to none."""
    if not program.households.is_on or request.member.household_id is not None:
        return []
    return invitations_to(request.member, clock.now())


def _is_about_birthdays(rule: Rule) -> bool:
    about = rule.on == "birthday" or rule.what == "birth_date"
    return about or any(isinstance(c, NearBirthday) for c in rule.conditions)


def _by_day(club: ClubContext, dated: list[tuple[datetime, int]]) -> list[tuple[date, int]]:
    """Points per day of the club, soonest first."""
    days: dict[date, int] = {}
    for moment, points in dated:
        day = club.local_date(moment)
        days[day] = days.get(day, 0) + points
    return sorted(days.items())


def _tier(
    club: ClubContext, program: Program, tier: Tier | None, series: dict[int, str]
) -> dict[str, object] | None:
    """Name, rank from 1, and benefit of a tier, for the template."""
    if tier is None:
        return None
    lang = current_lang()
    rank = next(i for i, one in enumerate(program.tiers, 1) if one.code == tier.code)
    return {
        "name": tier.name.said(lang),
        "rank": rank,
        "words": tier_words(tier, club.display_unit, lang, series),
    }


def _tier_changes(club: ClubContext, member_id: int, lang: str) -> list[dict[str, object]]:
    """What became of her tier lately."""
    program = live_program(club.id).program
    names = {tier.code: tier.name.said(lang) for tier in program.tiers}
    return [
        {
            "day": noted.day,
            "after": names.get(noted.after, "—"),
            "why": change_words(noted.why, lang),
        }
        for noted in tier_history(member_id, limit=_SHOWN)
    ]


def _tier_said(
    club: ClubContext, program: Program, now: Standing, lang: str
) -> dict[str, str | None]:
    """What is missing to the next tier, what counts now, and until when hers is sure."""
    terms, unit, ahead = program.tier_terms, club.display_unit, now.outlook
    keep = None
    if ahead.keep_until is not None:
        keep = keep_words(program, ahead, ahead.keep_until, unit, lang, page_calendar(club))
    return {
        "missing": missing_words(program, ahead, unit, lang),
        "counted": window_words(terms, ahead.counted, unit, lang),
        "keep": keep,
    }
