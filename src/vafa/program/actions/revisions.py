"""Drafts and publishing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from pydantic import ValidationError

from vafa.club.actions.audit import SYSTEM
from vafa.core.clock import now
from vafa.ledger.actions.aging import set_warning_days
from vafa.program.actions.audit import audit_discarding, audit_draft, audit_publishing
from vafa.program.errors import InvalidProgram
from vafa.program.models import Revision
from vafa.program.rules.document import Program
from vafa.program.rules.loops import refuse_circles


def parse_program(document: Any) -> Program:
    """The program of a document. Raises InvalidProgram, naming the first place and why, and
    RulesInCircle."""
    try:
        program = Program.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "program"
        raise InvalidProgram(where=where, why=first["msg"]) from error
    refuse_circles(program)
    return program


def save_draft(club_id: int, program: Program, *, actor: str) -> Revision:
    """Make or replace the club's one draft. Raises RulesInCircle."""
    refuse_circles(program)
    with transaction.atomic():
        draft, old = _write_draft(club_id, program, actor)
        audit_draft(draft, old)
        return draft


def publish_draft(club_id: int, *, actor: str, note: str = "") -> Revision:
    """Make the draft the live revision; the one before becomes past. Raises Revision.DoesNotExist,
    InvalidProgram, RulesInCircle."""
    with transaction.atomic():
        draft = Revision.objects.select_for_update().get(club_id=club_id, status="draft")
        parse_program(draft.document)
        live = Revision.objects.filter(club_id=club_id, status="live")
        replaced = live.values_list("number", flat=True).first()
        live.update(status="past")
        draft.status, draft.published_at, draft.actor, draft.note = "live", now(), actor, note
        draft.publish_at, draft.publish_by = None, ""
        draft.save()
        program = Program.model_validate(draft.document)
        set_warning_days(draft.club.points_unit_id, program.terms.warn_days)
        set_warning_days(draft.club.credit_unit_id, program.credit.warn_days)
        audit_publishing(draft, replaced)
        return draft


def publish_program(club_id: int, program: Program, *, actor: str, note: str = "") -> Revision:
    """Save and publish in one step."""
    with transaction.atomic():
        _write_draft(club_id, program, actor)
        return publish_draft(club_id, actor=actor, note=note)


def discard_draft(club_id: int, *, actor: str = SYSTEM) -> None:
    """Throw the draft away, if there is one."""
    with transaction.atomic():
        draft = Revision.objects.select_for_update().filter(club_id=club_id, status="draft").first()
        if draft is not None:
            draft.delete()
            audit_discarding(club_id, draft.number, actor)


def _write_draft(club_id: int, program: Program, actor: str) -> tuple[Revision, dict[str, Any]]:
    """The saved draft, and the document that it was made from: the draft before, else what is live."""
    revisions = Revision.objects.filter(club_id=club_id)
    draft = revisions.select_for_update().filter(status="draft").first()
    if draft is None:
        last = revisions.order_by("-number").first()
        draft = Revision(club_id=club_id, number=last.number + 1 if last else 1)
        live = revisions.filter(status="live").values_list("document", flat=True).first()
        old = live or Program().model_dump(mode="json")
    else:
        old = draft.document
    draft.document = program.model_dump(mode="json")
    if draft.document != old:
        # What was to be published at a time is not what this is any more.
        draft.publish_at, draft.publish_by = None, ""
    draft.actor = actor
    draft.save()
    return draft, old
