"""Say who may join, make codes and links that carry them, and keep who asks."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max

from vafa.club.actions.audit import SYSTEM, Thing, changes, record_audit
from vafa.club.actions.members import NewMember
from vafa.club.errors import UnknownBranch
from vafa.club.joining_errors import (
    JoiningCodeSpent,
    JoiningCodeTaken,
    JoiningIsDecided,
    UnknownJoiningCode,
    UnknownJoiningRequest,
)
from vafa.club.models import Branch, JoiningCode, JoiningRequest, JoiningTerms
from vafa.club.reads.joining import joining_terms
from vafa.club.rules.joining import DIGITS, WAITING, Terms, clean_code, refuse_wrong_terms
from vafa.core.clock import now
from vafa.core.db import Table, fetch, insert_rows
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

_CODE_LETTERS = 8
_LISTS = ("interests", "consents")
_TOLD = (
    *("gender", "email", "city", "education", "acquaintance", "attributes", "terms_version"),
    *_LISTS,
)
_JOINING = Table(
    "club_joining",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("way", "text"),
        ("code_id", "bigint"),
        ("request_id", "bigint"),
        ("purchase", "bigint"),
        ("at", "timestamptz"),
    ),
)


class NewJoining(NamedTuple):
    """How one member came in; ``purchase_id``: the bill that opened the door."""

    member_id: int
    way: str
    code_id: int | None = None
    request_id: int | None = None
    purchase_id: int | None = None


def save_joining_terms(club_id: int, terms: Terms, *, by: str) -> None:
    """Let ``terms`` hold from now on; ``by`` is the label of who decides it. The same again
    writes nothing. Raises InvalidInput for a closed club that nobody could enter."""
    refuse_wrong_terms(terms)
    with transaction.atomic():
        # Two who decide at once take turns.
        fetch("SELECT pg_advisory_xact_lock(hashtext('club_joiningterms'), %s)", [club_id])
        before, after = changes(joining_terms(club_id)._asdict(), terms._asdict())
        if not after:
            return
        versions = JoiningTerms.objects.filter(club_id=club_id)
        last = versions.aggregate(last=Max("version"))["last"] or 0
        JoiningTerms.objects.create(club_id=club_id, version=last + 1, actor=by, **terms._asdict())
        thing = Thing("club", club_id)
        record_audit(club_id, by, "joining.changed", thing, before=before, after=after)


def make_joining_code(
    club_id: int,
    *,
    name: str,
    code: str = "",
    branch_id: int | None = None,
    opens: bool = True,
    most_uses: int | None = None,
    last_day: date | None = None,
    by: str = SYSTEM,
) -> JoiningCode:
    """A code with its link; without ``code`` one that nobody guesses.

    Raises InvalidInput (name, code), UnknownBranch, JoiningCodeTaken.
    """
    values = _values(club_id, name, branch_id, opens, most_uses, last_day)
    text = clean_code(code) if code else _random_code()
    if not text:
        raise InvalidInput(field="code")
    try:
        with transaction.atomic():
            made = JoiningCode.objects.create(club_id=club_id, code=text, **values)
            after = {"code": text, **_told(values)}
            record_audit(club_id, by, "joining_code.created", _thing(made), after=after)
    except IntegrityError as error:
        raise JoiningCodeTaken from error
    return made


def change_joining_code(
    club_id: int,
    code_id: int,
    *,
    name: str,
    branch_id: int | None,
    opens: bool,
    most_uses: int | None,
    last_day: date | None,
    is_active: bool,
    by: str = SYSTEM,
) -> None:
    """Change what a code is for; the code itself stays, as it is printed somewhere.

    Raises UnknownJoiningCode, UnknownBranch, InvalidInput (name; most_uses below those made).
    """
    values = _values(club_id, name, branch_id, opens, most_uses, last_day)
    values["is_active"] = is_active
    with transaction.atomic():
        found = JoiningCode.objects.select_for_update().filter(pk=code_id, club_id=club_id).first()
        if found is None:
            raise UnknownJoiningCode
        if most_uses is not None and most_uses < found.uses:
            raise InvalidInput(field="most_uses")
        was = {field: getattr(found, field) for field in values}
        before, after = changes(_told(was), _told(values))
        if not after:
            return
        JoiningCode.objects.filter(pk=code_id).update(**values)
        thing = Thing("joining_code", code_id, values["name"])
        record_audit(club_id, by, "joining_code.changed", thing, before=before, after=after)


def use_joining_code(club_id: int, code_id: int, times: int, day: date) -> None:
    """Count ``times`` people who joined with it on the club's ``day``; within their transaction.

    Raises JoiningCodeSpent when it is closed, over, or would exceed its limit.
    """
    rows = fetch(
        "UPDATE club_joiningcode SET uses = uses + %s WHERE id = %s AND club_id = %s AND is_active"
        " AND (last_day IS NULL OR last_day >= %s)"
        " AND (most_uses IS NULL OR uses + %s <= most_uses) RETURNING id",
        [times, code_id, club_id, day, times],
    )
    if not rows:
        raise JoiningCodeSpent


def note_joinings(club_id: int, joined: Sequence[NewJoining], at: datetime) -> None:
    """Keep by which way these came in; within the transaction of their joining.

    Raises django.db.IntegrityError for a bill that opened the door before.
    """
    insert_rows(
        _JOINING,
        [
            (club_id, one.member_id, one.way, one.code_id, one.request_id, one.purchase_id, at)
            for one in joined
        ],
    )


def keep_request(club_id: int, mobile: str, *, by: str, **details: Any) -> JoiningRequest:
    """Somebody asks to join: a request that waits, or the one that waits already, with what she
    says now. ``details``: name, birth_date, branch_id, invitation, code, told."""
    values = {**details, "name": normalize(details["name"])[:120]}
    waiting = JoiningRequest.objects.filter(club_id=club_id, mobile=mobile, state=WAITING)
    with transaction.atomic():
        known = waiting.select_for_update(of=("self",)).first()
        if known is not None:
            waiting.update(**values)
            known.refresh_from_db()
            return known
        asked = JoiningRequest.objects.create(
            club_id=club_id, mobile=mobile, asked_by=by, asked_at=now(), **values
        )
        if by.startswith("staff:"):
            record_audit(club_id, by, "joining.asked", request_thing(asked))
    return asked


def told_of(person: NewMember) -> dict[str, Any]:
    """What somebody said and allowed beyond what a request has columns for, as plain JSON."""
    told: dict[str, Any] = {name: getattr(person, name) for name in _TOLD}
    told |= {name: list(told[name]) for name in _LISTS}
    told["wedding_date"] = person.wedding_date.isoformat() if person.wedding_date else None
    return {name: value for name, value in told.items() if value}


def person_of(asked: JoiningRequest) -> NewMember:
    """The person of a request, as she described herself."""
    told = {**asked.told, **{name: tuple(asked.told.get(name, ())) for name in _LISTS}}
    if told.get("wedding_date"):
        told["wedding_date"] = date.fromisoformat(told["wedding_date"])
    return NewMember(
        mobile=asked.mobile,
        name=asked.name,
        birth_date=asked.birth_date,
        branch_id=asked.branch_id,
        **told,
    )


def lock_request(club_id: int, request_id: int) -> JoiningRequest:
    """A request that waits, locked. Raises UnknownJoiningRequest, JoiningIsDecided."""
    found = (
        JoiningRequest.objects.select_for_update().filter(pk=request_id, club_id=club_id).first()
    )
    if found is None:
        raise UnknownJoiningRequest
    if found.state != WAITING:
        raise JoiningIsDecided
    return found


def settle_request(
    asked: JoiningRequest, state: str, *, member_id: int | None, reason: str, by: str
) -> None:
    """Write what was decided; within the transaction that locked it."""
    JoiningRequest.objects.filter(pk=asked.pk).update(
        state=state,
        member_id=member_id,
        reason=normalize(reason)[:200],
        decided_by=by,
        decided_at=now(),
    )
    action = f"joining.{state}"
    record_audit(asked.club_id, by, action, request_thing(asked), reason=reason)


def request_thing(asked: JoiningRequest) -> Thing:
    """Who asked to join, for the audit."""
    return Thing("joining_request", asked.pk, asked.name)


def _thing(code: JoiningCode) -> Thing:
    return Thing("joining_code", code.pk, code.name)


def _values(
    club_id: int,
    name: str,
    branch_id: int | None,
    opens: bool,
    most_uses: int | None,
    last_day: date | None,
) -> dict[str, Any]:
    clean = normalize(name)[:80]
    if not clean:
        raise InvalidInput(field="name")
    if most_uses is not None and not 0 < most_uses <= 10_000_000:
        raise InvalidInput(field="most_uses")
    if branch_id is not None and not Branch.objects.filter(pk=branch_id, club_id=club_id).exists():
        raise UnknownBranch
    return {
        "name": clean,
        "branch_id": branch_id,
        "opens": opens,
        "most_uses": most_uses,
        "last_day": last_day,
    }


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """The same for the audit, which names a branch."""
    branch_id = values["branch_id"]
    branch = Branch.objects.filter(pk=branch_id).first() if branch_id is not None else None
    rest = {field: value for field, value in values.items() if field != "branch_id"}
    return {**rest, "branch": branch.name if branch else None}


def _random_code() -> str:
    return "".join(secrets.choice(DIGITS) for _ in range(_CODE_LETTERS))
