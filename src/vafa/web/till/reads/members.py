"""The member at the till: found by whatever she gives, and shown at a glance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members, with_merged
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.phones import InvalidMobile, parse_mobile
from vafa.core.text import normalize, to_latin_digits
from vafa.program.models import Reward
from vafa.program.reads.redemptions import newest_redemption
from vafa.program.reads.revisions import live_program
from vafa.program.reads.reward_access import reasons_against
from vafa.program.reads.rewards import (
    in_stock,
    list_rewards,
    member_vouchers,
)
from vafa.program.reads.standing import Standing, standing
from vafa.program.rules.birthdays import days_from_birthday
from vafa.program.rules.index import index_of
from vafa.program.rules.rule import NearBirthday
from vafa.program.rules.tier_words import keep_words, missing_words
from vafa.web.shared.context import build_page
from vafa.web.shared.offers import SaidVoucher, said_vouchers

_CARD = re.compile(r"(?<!\d)\d{16}(?!\d)")
_RECENT = 3
_MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the one field was understood as. ``mobile`` is set when it may join by it."""

    member_id: int | None
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class MemberCard:
    """Everything of the member pane. ``birthday``: "today", "near" or ""; ``rank`` of the tier
    counts from 1; ``rewards`` are those that she can afford now, ``nearest`` the next one;
    ``newest_redemption`` is the number of her last (0: none), by which a later one is known."""

    member: Member
    standing: Standing
    rank: int
    birthday: str
    vouchers: list[SaidVoucher]
    rewards: list[Reward]
    nearest: Reward | None
    missing: int
    recent: list[Purchase] = field(default_factory=list)
    visits_count: bool = False
    newest_redemption: int = 0

    @property
    def first_expiry(self) -> tuple[datetime, int] | None:
        """The points that expire first."""
        return self.standing.expiring[0] if self.standing.expiring else None


def look_up(club: ClubContext, typed: str) -> Lookup:
    """The member whom a mobile number, a card number, a scanned code or a shop number stands for.

    Digits of any script; a code may hold the card's sixteen digits anywhere.
    """
    text = to_latin_digits(normalize(typed))[:200]
    bare = re.sub(r"[\s\-]", "", text)
    refs: list[MemberRef] = []
    mobile = ""
    try:
        mobile = parse_mobile(text)
        refs.append(("mobile", mobile))
    except InvalidMobile:
        # A card or the shop's own number, then.
        pass
    card = _CARD.search(bare)
    refs += [("card", card[0] if card else bare), ("external", text)]
    found = find_members(club.id, refs)
    member = next((found[ref] for ref in refs if ref in found), None)
    return Lookup(member.id if member else None, mobile)


def member_card(club: ClubContext, member: Member) -> MemberCard:
    """The pane of a member."""
    people = with_merged(member.id)
    state = standing(club, member.id)
    program = live_program(club.id).program
    codes = [tier.code for tier in program.tiers]
    stocked = [reward for reward in list_rewards(club.id) if in_stock(reward)]
    against = reasons_against(club, stocked, member.id, now())
    rewards = [reward for reward in stocked if reward.id not in against]
    affordable = [reward for reward in rewards if reward.points <= state.available]
    nearest = next((reward for reward in rewards if reward.points > state.available), None)
    return MemberCard(
        member=member,
        standing=state,
        rank=codes.index(state.tier.code) + 1 if state.tier else 0,
        birthday=_birthday(club, member),
        vouchers=_usable_vouchers(club, member),
        rewards=affordable[-_MOST_SHOWN:][::-1],
        nearest=nearest,
        missing=nearest.points - max(state.available, 0) if nearest else 0,
        recent=list(
            Purchase.objects.filter(member_id__in=people)
            .select_related("branch")
            .order_by("-purchased_at", "-id")[:_RECENT]
        ),
        visits_count=member.is_active and bool(index_of(program, "visit").rules),
        newest_redemption=newest_redemption(people) if affordable else 0,
    )


def tier_lines(club: ClubContext, now: Standing, lang: str) -> list[str]:
    """What is worth saying of her tier: free delivery, what is missing to the next, and, where the
    club warns of it, that it is soon lost."""
    program, ahead, said = live_program(club.id).program, now.outlook, []
    if now.tier and now.tier.free_delivery:
        said.append("ارسال رایگان" if lang == "fa" else "Free delivery")
    if ahead.above:
        said.append(missing_words(program, ahead, club.display_unit, lang))
    if now.is_warned and ahead.keep_until:
        unit, calendar = club.display_unit, build_page(lang, club).calendar
        said.append(keep_words(program, ahead, ahead.keep_until, unit, lang, calendar))
    return said


def _usable_vouchers(club: ClubContext, member: Member) -> list[SaidVoucher]:
    """Those that a till has to do with: for bills, or for something to hand over."""
    vouchers = [
        v
        for v in member_vouchers(club.id, member.id)
        if v.state == "usable" and (v.is_for_bills or v.is_for_counter)
    ]
    return said_vouchers(club, sorted(vouchers, key=lambda v: v.expires_at)[:_MOST_SHOWN])


def _birthday(club: ClubContext, member: Member) -> str:
    if member.birth_date is None:
        return ""
    program = live_program(club.id).program
    window = max(
        (
            condition.days
            for rule in program.rules
            if rule.is_active
            for condition in rule.conditions
            if isinstance(condition, NearBirthday)
        ),
        default=0,
    )
    away = days_from_birthday(member.birth_date, club.local_date(now()), club.calendar)
    if away == 0:
        return "today"
    return "near" if away <= window else ""
