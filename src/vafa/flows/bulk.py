"""One deed for many members: what staff ticked in their list, done one by one by the worker.

Each member is a small flow of its own, so that one who is refused keeps nobody else from hers, and
work that is stopped has done exactly what it says. What can be undone notes what it has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet

from vafa.club.access import staff_actor
from vafa.club.actions.attributes import set_attributes
from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.members import set_member_active
from vafa.club.actions.tasks import NewFile, TaskRun, ask_for, file_pieces
from vafa.club.actor import Actor
from vafa.club.errors import MergedMember, NothingToUndo
from vafa.club.models import Member, Staff, Task, TaskFile
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.flows.adjustments import decide_adjustment, request_adjustment
from vafa.flows.entries import MAX_AMOUNT, checked_reason
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.voucher_series import give_code
from vafa.program.errors import AdjustmentDecided, SamePerson, UnknownAdjustment
from vafa.program.models import BulkAdjustment
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Program

KIND = "members_bulk"
ACTS = ("points", "voucher", "tag", "untag", "close", "reopen")
# What another run can put back as it was.
UNDOABLE = frozenset({"tag", "untag", "close", "reopen"})
MOST_MEMBERS = 50_000
# The files are what it works with, and not for download.
_FILES, _MEMBERS, _CHANGED = "input", "members.json", "changed.json"
_JSON = "application/json"


def needs_second(program: Program, points: int, members: int) -> bool:
    """Whether ``points`` for each of so many members are more than one person may give alone."""
    return points * members > program.adjustments.points_alone


def ask_for_bulk(
    club: ClubContext,
    actor: Actor,
    act: str,
    members: Sequence[int],
    *,
    key: str = "",
    **params: Any,
) -> Task | BulkAdjustment:
    """Let the worker do ``act`` (one of ``ACTS``) for each of these members of the club; asked again
    with the same ``key``, it is the same work.

    ``params``: of points ``amount`` and ``reason``, of a voucher ``series``, of a tag the key of
    an ``attribute`` of yes and no. Points above the limit of one person wait instead, as a
    BulkAdjustment, until ``decide_bulk``. Raises InvalidInput, ReasonMissing, and what a key that was
    used for something else raises.
    """
    asked = {"act": act, "members": sorted(members), **params}
    once = operation_key(actor, "bulk", key, asked)
    outcome = run_once(club, once, lambda: _ask(club, actor, act, members, params))
    if outcome.error is not None:
        raise outcome.error
    if "task_id" in outcome.answer:
        return Task.objects.get(pk=outcome.answer["task_id"], club_id=club.id)
    return BulkAdjustment.objects.get(pk=outcome.answer["bulk_id"], club_id=club.id)


def _ask(
    club: ClubContext, actor: Actor, act: str, members: Sequence[int], asked: Mapping[str, Any]
) -> dict[str, Any]:
    params = dict(asked)
    if act not in ACTS:
        raise InvalidInput(field="act")
    if not 0 < len(members) <= MOST_MEMBERS:
        raise InvalidInput(field="members")
    if act == "points":
        params["reason"] = checked_reason(params["reason"])
        if not 0 < params["amount"] <= MAX_AMOUNT:
            raise InvalidInput(field="amount")
        if needs_second(live_program(club.id).program, params["amount"], len(members)):
            waits = _let_wait(club, actor, members, params["amount"], params["reason"])
            return {"bulk_id": waits.pk}
    _audit(club, actor, "asked", act, len(members), params)
    return {"task_id": _start(club, actor, {"act": act, **params}, list(members)).pk}


def decide_bulk(club: ClubContext, bulk_id: int, *, approve: bool, actor: Actor) -> Task | None:
    """The second person lets the worker give the points, or refuses; final.

    Raises UnknownAdjustment, AdjustmentDecided, SamePerson.
    """
    with transaction.atomic(durable=True):
        found = (
            BulkAdjustment.objects.select_for_update(of=("self",))
            .filter(pk=bulk_id, club_id=club.id)
            .first()
        )
        if found is None:
            raise UnknownAdjustment
        if found.status != "waiting":
            raise AdjustmentDecided
        if found.requested_by == actor.label:
            raise SamePerson
        found.status = "approved" if approve else "refused"
        found.decided_by, found.decided_at = actor.label, now()
        found.save(update_fields=["status", "decided_by", "decided_at"])
        said = {"amount": found.points, "reason": found.reason}
        _audit(club, actor, found.status, "points", len(found.members), said)
        if not approve:
            return None
        params = {"act": "points", "amount": found.points, "reason": found.reason}
        return _start(club, actor, params | {"asked_by": found.requested_by}, found.members)


def undo_bulk(club: ClubContext, task: Task, actor: Actor) -> Task:
    """Let the worker put everybody back as she was before ``task``; whoever was changed again since
    stays as she is. Raises NothingToUndo where it cannot be undone, or was."""
    with transaction.atomic(durable=True):
        locked = Task.objects.select_for_update(of=("self",)).get(pk=task.pk, club_id=club.id)
        if not can_undo(locked):
            raise NothingToUndo
        changed = orjson.loads(b"".join(file_pieces(_changed_file(locked).get().pk)))
        params = {"act": "undo", "undone": locked.params["act"], "undoes": locked.pk}
        params |= {k: v for k, v in locked.params.items() if k == "attribute"}
        _audit(club, actor, "undone", locked.params["act"], len(changed), params)
        return _start(club, actor, params, changed)


def can_undo(task: Task) -> bool:
    """Whether there is something that ``undo_bulk`` would put back, and it was not done yet."""
    if task.kind != KIND or task.finished_at is None or task.params["act"] not in UNDOABLE:
        return False
    again = Task.objects.filter(club_id=task.club_id, kind=KIND, params__undoes=task.pk)
    return _changed_file(task).exists() and not again.exists()


def _changed_file(task: Task) -> QuerySet[TaskFile]:
    return TaskFile.objects.filter(task=task, role=_FILES, name=_CHANGED)


def _start(club: ClubContext, actor: Actor, params: dict[str, Any], rows: list[Any]) -> Task:
    file = NewFile(_FILES, _MEMBERS, _JSON, orjson.dumps(rows))
    return ask_for(club, actor, KIND, {**params, "members": len(rows)}, [file])


def _let_wait(
    club: ClubContext, actor: Actor, members: Sequence[int], points: int, reason: str
) -> BulkAdjustment:
    said = {"amount": points, "reason": reason}
    _audit(club, actor, "requested", "points", len(members), said)
    return BulkAdjustment.objects.create(
        club_id=club.id,
        members=list(members),
        points=points,
        reason=reason,
        requested_by=actor.label,
        requested_at=now(),
    )


def _audit(
    club: ClubContext, actor: Actor, what: str, act: str, people: int, params: dict[str, Any]
) -> None:
    said = {"each": params.get("amount"), "tag": params.get("attribute")}
    said |= {"series": params.get("series"), "deed": act, "people": people}
    record_audit(
        club.id,
        actor.label,
        f"bulk.{what}",
        Thing("list", "members"),
        after={name: value for name, value in said.items() if value is not None},
        reason=params.get("reason", ""),
    )


@dataclass(slots=True)
class _Tally:
    """What a run has come to so far. ``changed``: (member, what it was before)."""

    done: int = 0
    same: int = 0
    points: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    words: dict[str, DomainError] = field(default_factory=dict)
    changed: list[tuple[int, Any]] = field(default_factory=list)


def carry_out(run: TaskRun) -> dict[str, Any]:
    """The handler of ``KIND``: ``params`` name the act and what it needs, the file the members.

    The result counts who was ``done``, who was ``same`` before, and who was ``refused`` and why;
    ``points`` are those that were given. What was changed is kept for ``undo_bulk``.
    """
    wanted: list[Any] = orjson.loads(run.file(_FILES).read_bytes())
    deed, tally = _DEEDS[run.params["act"]], _Tally()
    try:
        for number, one in enumerate(wanted):
            run.tell(number, len(wanted))
            try:
                _refuse_merged(run, one)
                deed(run, one, tally)
            except DomainError as error:
                tally.refused[error.code] += 1
                tally.words[error.code] = error
    finally:
        if tally.changed and run.params["act"] in UNDOABLE:
            run.attach(_FILES, _CHANGED, _JSON, orjson.dumps(tally.changed))
    return {
        "done": tally.done,
        "same": tally.same,
        "points": tally.points,
        "refused": [
            {"n": n, "fa": tally.words[code].message("fa"), "en": tally.words[code].message("en")}
            for code, n in tally.refused.most_common()
        ],
        "can_undo": run.params["act"] in UNDOABLE and bool(tally.changed),
    }


def _refuse_merged(run: TaskRun, one: Any) -> None:
    """Whoever became another since has no membership of her own any more."""
    number = one[0] if isinstance(one, list) else one
    if Member.objects.filter(pk=number, club_id=run.club.id, merged_into__isnull=False).exists():
        raise MergedMember


def _give_points(run: TaskRun, member_id: int, tally: _Tally) -> None:
    amount, club = int(run.params["amount"]), run.club
    key = f"bulk-{run.id}-{member_id}"
    outcome = request_adjustment(
        club,
        member_id=member_id,
        amount=amount,
        reason=run.params["reason"],
        actor=_asker(run),
        key=key,
    )
    if outcome.error is None and outcome.answer["status"] == "waiting" and _is_approved(run):
        number = outcome.answer["adjustment_id"]
        outcome = decide_adjustment(
            club, adjustment_id=number, approve=True, actor=run.actor, key=key
        )
    if outcome.error is not None:
        raise outcome.error
    tally.done += 1
    tally.points += amount if outcome.answer["status"] == "applied" else 0


def _is_approved(run: TaskRun) -> bool:
    return "asked_by" in run.params


def _asker(run: TaskRun) -> Actor:
    """Who wants it: where a second person approved, the first."""
    if not _is_approved(run):
        return run.actor
    number = int(run.params["asked_by"].partition(":")[2])
    return staff_actor(Staff.objects.select_related("user").get(pk=number, club_id=run.club.id))


def _give_voucher(run: TaskRun, member_id: int, tally: _Tally) -> None:
    outcome = give_code(
        run.club,
        series_id=run.params["series"],
        member_id=member_id,
        actor=run.actor,
        key=f"bulk-{run.id}-{member_id}",
    )
    if outcome.error is not None:
        raise outcome.error
    tally.done += 1


def _tag(run: TaskRun, member_id: int, tally: _Tally) -> None:
    key = run.params["attribute"]
    before = Member.objects.values_list("attributes", flat=True).get(pk=member_id).get(key)
    value = True if run.params["act"] == "tag" else None
    has = set_attributes(run.club.id, member_id, {key: value}, by=run.actor.label)
    _note(tally, member_id, before, before != has.get(key))


def _set_active(run: TaskRun, member_id: int, tally: _Tally) -> None:
    active = run.params["act"] == "reopen"
    before = Member.objects.values_list("is_active", flat=True).get(pk=member_id)
    set_member_active(member_id, active, by=run.actor.label)
    _note(tally, member_id, before, before != active)


def _undo(run: TaskRun, changed: tuple[int, Any], tally: _Tally) -> None:
    """Put one member back as she was; whoever was changed again since stays as she is."""
    member_id, before = changed
    undone = run.params["undone"]
    member = Member.objects.get(pk=member_id, club_id=run.club.id)
    if undone in ("close", "reopen"):
        is_as_left = member.is_active == (undone == "reopen")
        if is_as_left:
            set_member_active(member_id, bool(before), by=run.actor.label)
    else:
        key = run.params["attribute"]
        is_as_left = member.attributes.get(key) is (True if undone == "tag" else None)
        if is_as_left:
            set_attributes(run.club.id, member_id, {key: before}, by=run.actor.label)
    _note(tally, member_id, None, is_as_left)


def _note(tally: _Tally, member_id: int, before: Any, is_changed: bool) -> None:
    if is_changed:
        tally.done += 1
        tally.changed.append((member_id, before))
    else:
        tally.same += 1


_DEEDS: dict[str, Callable[[TaskRun, Any, _Tally], None]] = {
    "points": _give_points,
    "voucher": _give_voucher,
    "tag": _tag,
    "untag": _tag,
    "close": _set_active,
    "reopen": _set_active,
    "undo": _undo,
}
