"""People join, at the till, by API, or by thousands from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import member_thing, record_audits
from vafa.club.actions.members import NewMember, insert_members
from vafa.club.actor import Actor
from vafa.club.errors import MemberExists, MemberNeedsReference
from vafa.club.reads.context import ClubContext
from vafa.club.reads.joining import numbers_of_who_left
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.flows.deeds import closed_for, do_deeds
from vafa.flows.entries import Outcome, check_moment
from vafa.flows.granting import earning_wallets, grant
from vafa.flows.happenings import raised_by, report_within
from vafa.flows.invitations import Invitation, note_referrals, who_invites
from vafa.flows.joining import Brought, note_way, open_door
from vafa.flows.joining_details import AskedOf, asked_of, note_joining
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.merchants import merchants_of
from vafa.flows.profiles import is_complete, needed_details, report_complete
from vafa.ledger.actions.wallets import lock_wallets, open_wallets
from vafa.program.actions.counters import Counted, Place, open_counters
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.reads.happenings import Person
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.allowances import Left
from vafa.program.rules.earning import Decided
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.happening import HappeningFacts, decide_happening
from vafa.program.rules.index import index_of, limits_at
from vafa.program.rules.inputs import happening_inputs

NOTHING = Brought()


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of one person: the member's number and points, or the refusal."""

    member_id: int | None
    points: int = 0
    error: DomainError | None = None


def enrol_members(
    club: ClubContext,
    people: Sequence[NewMember],
    *,
    actor: Actor,
    welcome: bool = True,
    invitation: Invitation | None = None,
    brought: Brought = NOTHING,
) -> list[Enrolled]:
    """Enrol each person who is not a member yet and grant the welcome points, in one transaction.

    Who left with the same mobile is welcome again, without what joining brings. With ``invitation`` all
    of them were invited so; raises UnknownInvitation, ReferralIsOff.
    ``brought`` is what opens a closed club to them; raises what ``joining.open_door`` raises.
    Refusals (MemberExists, MemberNeedsReference, InTheFuture, UnknownConsent, UnknownTerms,
    InvalidInput naming a detail) are per person. ``welcome`` False
    grants nothing (imports of history without points). Raises NoLiveProgram when ``welcome``.
    """
    with transaction.atomic(durable=True):
        return enrol_within(club, people, actor, welcome, invitation, brought)


def enrol_once(
    club: ClubContext,
    person: NewMember,
    *,
    actor: Actor,
    key: str,
    referred_by: str = "",
    brought: Brought = NOTHING,
) -> Outcome:
    """Enrol one person under an idempotency key; the answer names the member and her points.

    ``referred_by``: the invitation code of who sent her. Refusals as of ``enrol_members``, and
    UnknownInvitation, ReferralIsOff. Raises NoLiveProgram.
    """
    asked = person._asdict() | ({"referred_by": referred_by} if referred_by else {})
    asked |= {field: value for field, value in brought._asdict().items() if value}
    once = operation_key(actor, "enrol", key, asked)
    invitation = Invitation(referred_by) if referred_by else None

    def enrol() -> dict[str, Any]:
        enrolled = enrol_within(club, [person], actor, True, invitation, brought)[0]
        if enrolled.error is not None:
            raise enrolled.error
        return {"member_id": enrolled.member_id, "points": enrolled.points}

    return run_once(club, once, enrol)


def enrol_within(
    club: ClubContext,
    people: Sequence[NewMember],
    actor: Actor,
    welcome: bool,
    invitation: Invitation | None,
    brought: Brought,
) -> list[Enrolled]:
    """``enrol_members`` within the caller's transaction."""
    moment = now()
    inviter = who_invites(club, invitation.code) if invitation else None
    way = open_door(club, brought, actor=actor, invited=inviter is not None, moment=moment)
    people = [way.of(person) for person in people]
    told = asked_of(club)
    refusals = [_refusal(person, moment, told) for person in people]
    accepted = [p for p, error in zip(people, refusals, strict=True) if error is None]
    ids = iter(insert_members(club.id, accepted, moment))
    numbers = [None if error else next(ids) for error in refusals]
    joined = [(n, p) for n, p in zip(numbers, people, strict=True) if n is not None]
    note_way(club, way, [n for n, _ in joined], moment)
    note_joining(club, joined, moment, actor)
    unit = club.points_unit_id
    open_wallets(club.book_id, [(unit, n) for n, _ in joined])
    fresh = _first_time(club, joined) if welcome or inviter is not None else []
    points = _welcome(club, fresh, moment, actor) if welcome and fresh else {}
    if inviter is not None and invitation is not None:
        note_referrals(club, [(n, inviter, invitation) for n, _ in fresh], moment, actor)
    if actor.kind == "staff":
        things = [member_thing(n, p.name, p.mobile, p.external_id) for n, p in joined]
        record_audits(club.id, actor.label, "member.enrolled", things)
    append_events(
        [
            NewEvent(
                club.id,
                "member.joined",
                {"member": n, "points": points.get(n, 0), "by": actor.label},
                p.joined_at or moment,
            )
            for n, p in joined
        ]
    )
    return [
        Enrolled(n, points.get(n, 0))
        if n is not None
        else Enrolled(None, 0, error or MemberExists())
        for n, error in zip(numbers, refusals, strict=True)
    ]


def _first_time(
    club: ClubContext, joined: Sequence[tuple[int, NewMember]]
) -> list[tuple[int, NewMember]]:
    """Those who were not members before: who leaves and joins again would have the welcome, and give
    her inviter his thanks, as often as she likes."""
    mobiles = [person.mobile for _, person in joined if person.mobile]
    known = numbers_of_who_left(club.id, mobiles)
    return [(number, person) for number, person in joined if person.mobile not in known]


def _refusal(person: NewMember, moment: datetime, told: AskedOf) -> DomainError | None:
    if not person.mobile and not person.external_id:
        return MemberNeedsReference()
    if wrong := told.refusal(person):
        return wrong
    if person.gender not in ("", "female", "male"):
        return InvalidInput(field="gender")
    if person.birth_date is not None and not (
        person.birth_date.year >= 1900 and person.birth_date < moment.date()
    ):
        return InvalidInput(field="birth_date")
    try:
        check_moment(person.joined_at, moment)
    except DomainError as error:
        return error
    return None


def _welcome(
    club: ClubContext, joined: Sequence[tuple[int, NewMember]], moment: datetime, actor: Actor
) -> dict[int, int]:
    """What each who joined was given, by member: for joining, and for telling all of herself."""
    live = live_program(club.id)
    points = _grant_welcome(club, live, joined, moment, actor)
    needed = needed_details(club, live.program)
    complete = [_as_person(n, p) for n, p in joined if is_complete(needed, p)]
    for number, more in report_complete(club, live, complete, moment, actor).items():
        points[number] = points.get(number, 0) + more
    return points


def _grant_welcome(
    club: ClubContext,
    live: LiveProgram,
    joined: Sequence[tuple[int, NewMember]],
    moment: datetime,
    actor: Actor,
) -> dict[int, int]:
    """What each was given for joining; who got nothing is left out."""
    targets = index_of(live.program, "joining").targets
    closed = closed_for(club, targets, (), moment)
    # The wallets are new: nobody else can wait for them and hold the counters.
    limits = partial(limits_at, live.program, ("joining",))
    whose = merchants_of(club, live.program, ["joining"], [p.branch_id for _, p in joined])
    places = [_place(club, n, person, moment, whose) for n, person in joined]
    counters = open_counters(club.id, limits, places, lock=True)
    earned: list[tuple[int, NewMember, HappeningFacts, Decided, Counted]] = []
    for (member_id, person), place in zip(joined, places, strict=True):
        shut = closed.of(member_id, place.day)
        facts = _facts(club, person, moment, place, counters.left(place), shut)
        decided = decide_happening(live.program, facts)
        if decided.anything:
            drawn = counters.draw(place, decided.parts)
            earned.append((member_id, person, facts, decided, drawn))
    if not earned:
        return {}
    units = index_of(live.program, "joining").units
    wallets = lock_wallets(club.book_id, earning_wallets(club, units, [n for n, *_ in earned]))
    decisions = [
        grant(
            wallets,
            club,
            live,
            trigger="join",
            member_id=member_id,
            holder=member_id,
            decided=decided,
            inputs=happening_inputs(facts),
            at=person.joined_at or moment,
            counted=drawn,
        )
        for member_id, person, facts, decided, drawn in earned
    ]
    insert_decisions(decisions)
    counters.write()
    wallets.write()
    do_deeds(club, decisions, moment)
    points = {member_id: decided.points for member_id, _, _, decided, _ in earned}
    people = {n: _as_person(n, person) for n, person, *_ in earned}
    for number, more in _raise_events(club, live, people, decisions, actor).items():
        points[number] += more
    return points


def _raise_events(
    club: ClubContext,
    live: LiveProgram,
    people: Mapping[int, Person],
    decisions: Sequence[NewDecision],
    actor: Actor,
) -> dict[int, int]:
    """The points of the events that the rules on joining raise, by member."""
    raised = [
        entry
        for decision in decisions
        for entry in raised_by(
            decision, people[decision.member_id], people[decision.member_id].branch_id
        )
    ]
    told = report_within(club, live, raised, actor=actor) if raised else []
    points: dict[int, int] = {}
    for entry, done in zip(raised, told, strict=True):
        points[entry.person.id] = points.get(entry.person.id, 0) + done.points + done.further
    return points


def _as_person(member_id: int, person: NewMember) -> Person:
    return Person(member_id, member_id, person.birth_date, person.gender, person.branch_id)


def _place(
    club: ClubContext,
    member_id: int,
    person: NewMember,
    moment: datetime,
    merchants: Mapping[int, int],
) -> Place:
    day, branch_id = club.local_date(person.joined_at or moment), person.branch_id or 0
    merchant_id = merchants.get(branch_id, 0)
    return Place(member_id, member_id, branch_id, day, club.calendar, merchant_id)


def _facts(
    club: ClubContext,
    person: NewMember,
    moment: datetime,
    place: Place,
    left: Left,
    shut: frozenset[str],
) -> HappeningFacts:
    local = (person.joined_at or moment).astimezone(club.tz)
    around = PurchaseFacts(
        day=local.date(),
        calendar=club.calendar,
        branch_id=place.branch_id,
        merchant_id=place.merchant_id,
        lines=(),
        birth_date=person.birth_date,
        tier=None,
        minute=local.hour * 60 + local.minute,
        channel="",
        gender=person.gender,
        left=left,
        shut=shut,
    )
    return HappeningFacts("joining", around)
