"""What the manager of one branch changes: kept in the club's draft, published by itself."""

from __future__ import annotations

from django.db import transaction

from vafa.core.errors import NotFound
from vafa.program.actions.revisions import parse_program, publish_draft, save_draft
from vafa.program.models import Revision
from vafa.program.place_errors import BeyondYourLimits, NotOfYourBranch, PublishingNotYours
from vafa.program.rules.branch_part import Here, own_terms, same_promise, with_branch_part
from vafa.program.rules.document import Program
from vafa.program.rules.place_terms import beyond


def save_branch_draft(club_id: int, program: Program, here: Here, *, actor: str) -> Revision:
    """Make or replace the club's draft by ``program``, which changes the branch's part alone.

    Raises NotOfYourBranch where it changes anything else, BeyondYourLimits.
    """
    with transaction.atomic():
        stored = {one.status: one for one in _open(club_id)}
        live = _program(stored.get("live"))
        base = _program(stored.get("draft")) if "draft" in stored else live
        if not same_promise(with_branch_part(base, program, here), program):
            raise NotOfYourBranch
        if own_terms(base, here.branch_id) != own_terms(program, here.branch_id):
            _check_terms(live, program, here)
        return save_draft(club_id, program, actor=actor)


def publish_branch(club_id: int, here: Here, *, actor: str, note: str = "") -> Revision:
    """Let the branch's part of the draft go live on top of the live programme; everything else
    that is unfinished stays in a draft, with the time at which that is to be published.

    Raises PublishingNotYours, BeyondYourLimits, InvalidProgram (what the branch's part needs is not
    published yet), and NotFound where nothing waits.
    """
    with transaction.atomic():
        stored = {one.status: one for one in _open(club_id)}
        if stored.keys() != {"draft", "live"}:
            raise NotFound
        draft = stored["draft"]
        live, waiting = _program(stored["live"]), _program(draft)
        if not live.managers.publish_alone:
            raise PublishingNotYours
        mine = branch_change(live, waiting, here)
        if mine is None:
            raise NotFound
        if own_terms(live, here.branch_id) != own_terms(mine, here.branch_id):
            _check_terms(live, mine, here)
        rest = None if same_promise(mine, waiting) else _copy(draft)
        draft.document = mine.model_dump(mode="json")
        draft.save(update_fields=["document"])
        made = publish_draft(club_id, actor=actor, note=note)
        if rest is not None:
            rest.save(force_insert=True)
        return made


def branch_change(live: Program, waiting: Program, here: Here) -> Program | None:
    """The live programme with what waits of the branch's part; None where nothing does.

    Raises InvalidProgram where that part needs something which is not live yet.
    """
    mine = parse_program(with_branch_part(live, waiting, here).model_dump(mode="json"))
    return None if same_promise(mine, live) else mine


def _open(club_id: int) -> list[Revision]:
    revisions = Revision.objects.select_for_update().order_by("number")
    return list(revisions.filter(club_id=club_id, status__in=("draft", "live")))


def _program(revision: Revision | None) -> Program:
    return Program.model_validate(revision.document) if revision else Program()


def _copy(draft: Revision) -> Revision:
    """The same draft with the next number, not stored yet."""
    return Revision(
        club_id=draft.club_id,
        number=draft.number + 1,
        status="draft",
        document=draft.document,
        actor=draft.actor,
        note=draft.note,
        publish_at=draft.publish_at,
        publish_by=draft.publish_by,
    )


def _check_terms(live: Program, program: Program, here: Here) -> None:
    own = own_terms(program, here.branch_id)
    field = beyond(own, live.managers) if own else None
    if field is not None:
        raise BeyondYourLimits(field=field)
