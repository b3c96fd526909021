"""Members, their balances and the transfers with their reasons."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.access import access_member
from vafa.club.actions.members import NewMember
from vafa.club.errors import UnknownMember
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members
from vafa.core.phones import parse_mobile
from vafa.flows.enrolment import enrol_once
from vafa.flows.joining import Brought
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.history import HistoryRow, history
from vafa.program.reads.promise import gift_series
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.reads.standing import outlook_of, standing
from vafa.program.reads.tier_history import tier_history
from vafa.program.rules.document import Tier
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.tier_words import birthday_words, change_words, outlook_words
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.language import language_of
from vafa.web.api.member_schemas import (
    MemberIn,
    MemberOut,
    MembersOut,
    MemberWithTierOut,
    StandingOut,
    TransfersOut,
)
from vafa.web.api.parsing import member_ref
from vafa.web.api.rendering import json_answer, outcome_answer, raise_refusal
from vafa.web.api.schemas import REFUSED, MemberRefIn, Offset, ProblemOut, Short
from vafa.web.api.tier_schemas import TierStandingOut
from vafa.web.shared.context import build_page

router = Router(tags=["members"])
_MOST = 200
# What else a member is answered with, by the names of her row.
_TOLD = (
    *("email", "city", "education", "acquaintance", "interests", "wedding_date"),
    *("consents", "terms_version", "left_at"),
)


@router.post("/members", response={201: MemberOut, REFUSED: ProblemOut}, openapi_extra=KEY_NEEDED)
def create_member(request: HttpRequest, body: MemberIn) -> HttpResponse:
    """Enrol a member, with the welcome points. Needs `Idempotency-Key` and `members:write`.

    A known mobile or number is 409 member_exists, an invitation code that nobody has 422
    unknown_invitation. A closed club answers 409 club_is_closed unless a joining code, an
    invitation or a receipt opens it; where it takes members by approval, ask by
    `/joining-requests`.
    """
    actor, club = caller(request, "members:write")
    key = idempotency_key(request)
    branch = (
        next(iter(actor.branch_ids)) if actor.branch_ids and len(actor.branch_ids) == 1 else None
    )
    person = NewMember(
        mobile=parse_mobile(body.mobile) if body.mobile else None,
        external_id=body.external_id.strip() or None,
        name=body.name,
        gender=body.gender,
        birth_date=body.birth_date,
        branch_id=branch,
        email=body.email.strip(),
        city=body.city.strip(),
        education=body.education,
        acquaintance=body.acquaintance,
        interests=tuple(body.interests),
        wedding_date=body.wedding_date,
        consents=tuple(dict.fromkeys(body.consents)),
        terms_version=body.terms_version,
    )
    outcome = enrol_once(
        club,
        person,
        actor=actor,
        key=key,
        referred_by=body.referred_by.strip(),
        brought=Brought(body.joining_code.strip(), body.receipt_no.strip(), body.receipt_total),
    )
    raise_refusal(outcome)
    return outcome_answer(outcome, _member(access_member(actor, outcome.answer["member_id"])))


@router.get("/members", response={200: MembersOut, REFUSED: ProblemOut})
def list_members(
    request: HttpRequest,
    mobile: Short = "",
    card: Short = "",
    external_id: Short = "",
    after: int = 0,
    limit: int = 100,
) -> HttpResponse:
    """One member by mobile, card or the shop's number, or all by number (`after` continues)."""
    actor, club = caller(request, "members:read")
    if mobile or card or external_id:
        ref = member_ref(
            MemberRefIn(mobile=mobile or None, card=card or None, external_id=external_id or None)
        )
        found = find_members(club.id, [ref]).get(ref)
        if found is None:
            raise UnknownMember
        return json_answer({"items": [_member(access_member(actor, found.id))], "next_after": None})
    count = min(max(limit, 1), _MOST)
    page = list(
        Member.objects.filter(club_id=club.id, id__gt=after)
        .prefetch_related("cards")
        .order_by("id")[:count]
    )
    following = page[-1].id if len(page) == count else None
    return json_answer({"items": [_member(m) for m in page], "next_after": following})


@router.get("/members/{int:member_id}", response={200: MemberWithTierOut, REFUSED: ProblemOut})
def get_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """A member, with her tier and what is missing to reach the next one and to keep this one.

    `counted` and the missing numbers count what `basis` says; `/members/{id}/tier` tells more.
    """
    actor, club = caller(request, "members:read")
    member = access_member(actor, member_id)
    return json_answer({**_member(member), "tier": _her_tier(club, member, language_of(request))})


@router.get("/members/{int:member_id}/balance", response={200: StandingOut, REFUSED: ProblemOut})
def get_balance(request: HttpRequest, member_id: int) -> HttpResponse:
    """Points with their dates, what they are worth, tier and what is missing to the next."""
    actor, club = caller(request, "members:read")
    member = access_member(actor, member_id)
    now, lang = standing(club, member.id), language_of(request)
    return json_answer(
        {
            "available": now.available,
            "pending": now.pending,
            "held": now.held,
            "credit": {"available": now.credit, "held": now.credit_held},
            "worth": now.worth,
            "expiring": [{"at": at, "points": points} for at, points in now.expiring],
            "maturing": [{"at": at, "points": points} for at, points in now.maturing],
            "tier": _tier(club, now.tier, lang),
            "next_tier": _tier(club, now.next_tier, lang),
            "counted": now.outlook.counted,
            "missing": now.outlook.missing,
            "keep_until": now.outlook.keep_until,
        }
    )


@router.get("/members/{int:member_id}/tier", response={200: TierStandingOut, REFUSED: ProblemOut})
def get_tier(request: HttpRequest, member_id: int) -> HttpResponse:
    """Her tier, what is missing to the next one and to keep this one, and until when it is sure.

    `counted` and `missing` count what `basis` says: points, smallest currency units, days with a
    purchase, or the number in her attribute. `changes` are the newest twenty.
    """
    actor, club = caller(request, "members:read")
    member = access_member(actor, member_id)
    program, lang = live_program(club.id).program, language_of(request)
    now = standing(club, member.id)
    ahead = now.outlook
    calendar = build_page(lang, club).calendar
    words = outlook_words(program, ahead, club.display_unit, lang, calendar)
    return json_answer(
        {
            "basis": program.tier_terms.basis,
            "tier": _tier(club, ahead.tier, lang),
            "counted": ahead.counted,
            "next_tier": _tier(club, ahead.above, lang),
            "missing": ahead.missing,
            "keep_until": ahead.keep_until,
            "falls_to": _tier(club, ahead.falls_to, lang),
            "missing_to_keep": ahead.missing_to_keep,
            "is_warned": now.is_warned,
            "texts": words,
            "changes": [
                {**noted._asdict(), "text": change_words(noted.why, lang)}
                for noted in tier_history(member.id)
            ],
        }
    )


@router.get("/members/{int:member_id}/transfers", response={200: TransfersOut, REFUSED: ProblemOut})
def list_transfers(
    request: HttpRequest, member_id: int, offset: Offset = 0, limit: int = 50
) -> HttpResponse:
    """Everything that changed the member's points, newest first, each with its reason."""
    actor, club = caller(request, "members:read")
    member = access_member(actor, member_id)
    count = min(max(limit, 1), _MOST)
    rows = history(club, member.id, limit=count, offset=offset)
    lang = language_of(request)
    return json_answer(
        {
            "items": [_transfer(row, club.display_unit, lang) for row in rows],
            "next_offset": offset + count if len(rows) == count else None,
        }
    )


def _member(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "mobile": member.mobile,
        "external_id": member.external_id,
        "name": member.name,
        "gender": member.gender,
        "birth_date": member.birth_date,
        **{name: getattr(member, name) for name in _TOLD},
        "is_active": member.is_active,
        "joined_at": member.joined_at,
        "cards": [card.number for card in member.cards.all() if card.is_active],
        "merged_into": member.merged_into_id,
        "household_id": member.household_id,
    }


def _her_tier(club: ClubContext, member: Member, lang: str) -> dict[str, Any] | None:
    try:
        program = live_program(club.id).program
    except NoLiveProgram:
        return None
    ahead = outlook_of(club, member.id)
    calendar = build_page(lang, club).calendar
    return {
        "code": ahead.tier.code if ahead.tier else None,
        "name": ahead.tier.name.said(lang) if ahead.tier else "",
        "next_code": ahead.above.code if ahead.above else None,
        "next_name": ahead.above.name.said(lang) if ahead.above else "",
        "basis": program.tier_terms.basis,
        "counted": ahead.counted,
        "missing": ahead.missing,
        "keep_until": ahead.keep_until,
        "missing_to_keep": ahead.missing_to_keep,
        "texts": outlook_words(program, ahead, club.display_unit, lang, calendar),
    }


def _tier(club: ClubContext, tier: Tier | None, lang: str) -> dict[str, Any] | None:
    if tier is None:
        return None
    return {
        "code": tier.code,
        "name": tier.name.said(lang),
        "least": tier.least,
        "percent": tier.percent,
        "free_delivery": tier.free_delivery,
        "benefits": [benefit.said(lang) for benefit in tier.benefits],
        "birthday_gift": birthday_words(tier, club.display_unit, lang, gift_series(club, [tier])),
    }


def _transfer(row: HistoryRow, unit: str, lang: str) -> dict[str, Any]:
    program = published_program(row.revision_id) if row.revision_id else None
    return {
        "at": row.at,
        "kind": row.trigger,
        "points": row.points,
        "credit": row.credit,
        "transfer_id": row.transfer_id,
        "explanation": explain_parts(program, row.parts, unit, lang),
        "purchase_id": row.purchase_id,
        "receipt_no": row.receipt_no,
    }
