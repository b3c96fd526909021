"""People join, at the till, by API, or by thousands from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import member_thing, record_audits
from vafa.club.actions.members import NewMember, insert_members
from vafa.club.actor import Actor
from vafa.club.errors import MemberExists, MemberNeedsReference, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome, check_moment
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets, open_wallets
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.earning import Decided, JoiningFacts, decide_joining
from vafa.program.rules.terms import lot_terms


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of one person: the member's number and points, or the refusal."""

    member_id: int | None
    points: int = 0
    error: DomainError | None = None


def enrol_members(
    club: ClubContext, people: Sequence[NewMember], *, actor: Actor, welcome: bool = True
) -> list[Enrolled]:
    """Enrol each person who is not a member yet and grant the welcome points, in one transaction.

    Refusals (MemberExists, MemberNeedsReference, InTheFuture) are per person. ``welcome`` False
    grants nothing (imports of history without points). Raises NoLiveProgram when ``welcome``.
    """
    with transaction.atomic(durable=True):
        return _enrol(club, people, actor, welcome)


def enrol_once(club: ClubContext, person: NewMember, *, actor: Actor, key: str) -> Outcome:
    """Enrol one person under an idempotency key; the answer names the member and her points.

    Refusals as of ``enrol_members``. Raises NoLiveProgram.
    """
    once = operation_key(actor, "enrol", key, person._asdict())

    def enrol() -> dict[str, Any]:
        enrolled = _enrol(club, [person], actor, welcome=True)[0]
        if enrolled.error is not None:
            raise enrolled.error
        return {"member_id": enrolled.member_id, "points": enrolled.points}

    return run_once(club, once, enrol)


def _enrol(
    club: ClubContext, people: Sequence[NewMember], actor: Actor, welcome: bool
) -> list[Enrolled]:
    moment = now()
    refusals = [_refusal(person, moment) for person in people]
    accepted = [p for p, error in zip(people, refusals, strict=True) if error is None]
    ids = iter(insert_members(club.id, accepted, moment))
    numbers = [None if error else next(ids) for error in refusals]
    joined = [(n, p) for n, p in zip(numbers, people, strict=True) if n is not None]
    unit = club.points_unit_id
    open_wallets(club.book_id, [(unit, n) for n, _ in joined])
    points = _grant_welcome(club, joined, moment) if welcome and joined else {}
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


def find_or_enrol(
    club: ClubContext, people: Sequence[NewMember], *, actor: Actor, welcome: bool
) -> list[int]:
    """The member numbers of these people, enrolling whoever is missing (for imports)."""
    enrol_members(club, people, actor=actor, welcome=welcome)
    refs = [("mobile", p.mobile) if p.mobile else ("external", p.external_id or "") for p in people]
    found = find_members(club.id, refs)
    missing = [ref for ref in refs if ref not in found]
    if missing:
        raise UnknownMember
    return [found[ref].id for ref in refs]


def _refusal(person: NewMember, moment: datetime) -> DomainError | None:
    if not person.mobile and not person.external_id:
        return MemberNeedsReference()
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


def _grant_welcome(
    club: ClubContext, joined: Sequence[tuple[int, NewMember]], moment: datetime
) -> dict[int, int]:
    """What each who joined was given, by member; who got nothing is left out."""
    live = live_program(club.id)
    earned = [
        (member_id, person, decided)
        for member_id, person in joined
        if (decided := decide_joining(live.program, _facts(club, person, moment))).points
    ]
    if not earned:
        return {}
    unit = club.points_unit_id
    wallets = lock_wallets(club.book_id, [(unit, n) for n, _, _ in earned])
    decisions: list[NewDecision] = []
    for member_id, person, decided in earned:
        at = person.joined_at or moment
        decision = _joining(club, live, member_id, at, decided)
        lot = lot_terms(live.program.terms, at, club.dates)
        ref = Ref("decision", decision.id, at)
        wallets.plan.earn(unit, member_id, decided.points, lot, ref)
        decisions.append(decision)
    insert_decisions(decisions)
    wallets.write()
    return {member_id: decided.points for member_id, _, decided in earned}


def _facts(club: ClubContext, person: NewMember, moment: datetime) -> JoiningFacts:
    day = club.local_date(person.joined_at or moment)
    return JoiningFacts(day, person.branch_id, gender=person.gender)


def _joining(
    club: ClubContext, live: LiveProgram, member_id: int, at: datetime, decided: Decided
) -> NewDecision:
    return NewDecision(
        id=next_id("program_decision"),
        club_id=club.id,
        member_id=member_id,
        revision_id=live.revision_id,
        trigger="join",
        points=decided.points,
        parts=decided.parts,
        effective_at=at,
        tier_at=at,
        tier_points=decided.points,
    )
