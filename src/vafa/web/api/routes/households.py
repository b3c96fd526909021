"""Households: members who share one account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.club.reads.households import find_household
from vafa.flows.households import (
    add_to_household,
    change_household,
    make_household,
    remove_from_household,
)
from vafa.web.api.auth import KEY_NEEDED, caller, idempotency_key
from vafa.web.api.correction_schemas import (
    HouseholdChangedOut,
    HouseholdChangeIn,
    HouseholdIn,
    HouseholdMemberIn,
    HouseholdOut,
)
from vafa.web.api.parsing import known_member
from vafa.web.api.rendering import json_answer, outcome_answer
from vafa.web.api.routes.corrections import SCOPE
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId

router = Router(tags=["households"])
_CHANGED = {201: HouseholdChangedOut, REFUSED: ProblemOut}


@router.post("/households", response=_CHANGED, openapi_extra=KEY_NEEDED)
def create_household(request: HttpRequest, body: HouseholdIn) -> HttpResponse:
    """A household with its first member, whose points and credit become its own. Needs
    `Idempotency-Key` and `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = make_household(
        club,
        head_id=known_member(club, body.head),
        spenders=body.spenders,
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)


@router.get("/households/{int:household_id}", response={200: HouseholdOut, REFUSED: ProblemOut})
def get_household(request: HttpRequest, household_id: RowId) -> HttpResponse:
    """A household with its members' numbers. Needs `members:read`."""
    _, club = caller(request, "members:read")
    found = find_household(club.id, household_id)
    return json_answer(
        {
            "household_id": found.id,
            "head_id": found.head_id,
            "spenders": found.spenders,
            "member_ids": found.member_ids,
        }
    )


@router.post("/households/{int:household_id}/change", response=_CHANGED, openapi_extra=KEY_NEEDED)
def change(request: HttpRequest, household_id: RowId, body: HouseholdChangeIn) -> HttpResponse:
    """Who leads it and who may spend. Needs `Idempotency-Key` and `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = change_household(
        club,
        household_id=household_id,
        head_id=known_member(club, body.head),
        spenders=body.spenders,
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)


@router.post("/households/{int:household_id}/members", response=_CHANGED, openapi_extra=KEY_NEEDED)
def add_member(request: HttpRequest, household_id: RowId, body: HouseholdMemberIn) -> HttpResponse:
    """One more member; her points and credit become the household's. Needs `Idempotency-Key` and
    `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = add_to_household(
        club,
        household_id=household_id,
        member_id=known_member(club, body.member),
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)


@router.post("/households/{int:household_id}/leave", response=_CHANGED, openapi_extra=KEY_NEEDED)
def remove_member(
    request: HttpRequest, household_id: RowId, body: HouseholdMemberIn
) -> HttpResponse:
    """A member leaves; what is in the shared account stays there, but the last one takes all.
    Needs `Idempotency-Key` and `corrections:write`."""
    actor, club = caller(request, SCOPE)
    key = idempotency_key(request)
    outcome = remove_from_household(
        club,
        household_id=household_id,
        member_id=known_member(club, body.member),
        actor=actor,
        key=key,
    )
    return outcome_answer(outcome, outcome.answer)
