"""Drafts and publishing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from pydantic import ValidationError

from vafa.core.clock import now
from vafa.program.errors import InvalidProgram
from vafa.program.models import Revision
from vafa.program.rules.document import Program


def parse_program(document: Any) -> Program:
    """The program of a document. Raises InvalidProgram, naming the first place and why."""
    try:
        return Program.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "program"
        raise InvalidProgram(where=where, why=first["msg"]) from error


def save_draft(club_id: int, program: Program, *, actor: str) -> Revision:
    """Make or replace the club's one draft."""
    with transaction.atomic():
        draft = Revision.objects.select_for_update().filter(club_id=club_id, status="draft").first()
        if draft is None:
            last = Revision.objects.filter(club_id=club_id).order_by("-number").first()
            draft = Revision(club_id=club_id, number=last.number + 1 if last else 1)
        draft.document = program.model_dump(mode="json")
        draft.actor = actor
        draft.save()
        return draft


def publish_draft(club_id: int, *, actor: str, note: str = "") -> Revision:
    """Make the draft the live revision; the one before becomes past. Raises Revision.DoesNotExist."""
    with transaction.atomic():
        draft = Revision.objects.select_for_update().get(club_id=club_id, status="draft")
        parse_program(draft.document)
        Revision.objects.filter(club_id=club_id, status="live").update(status="past")
        draft.status, draft.published_at, draft.actor, draft.note = "live", now(), actor, note
        draft.save()
        return draft


def publish_program(club_id: int, program: Program, *, actor: str, note: str = "") -> Revision:
    """Save and publish in one step."""
    with transaction.atomic():
        save_draft(club_id, program, actor=actor)
        return publish_draft(club_id, actor=actor, note=note)


def discard_draft(club_id: int) -> None:
    """Throw the draft away, if there is one."""
    Revision.objects.filter(club_id=club_id, status="draft").delete()
