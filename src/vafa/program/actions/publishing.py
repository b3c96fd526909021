"""Drafts that go live at a time that was chosen before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.core.clock import now
from vafa.program.actions.revisions import parse_program, publish_draft
from vafa.program.errors import PublishingInPast
from vafa.program.models import Revision


def plan_publishing(club_id: int, at: datetime, *, actor: str, note: str = "") -> Revision:
    """Let the draft go live at ``at``, as it is now: a change of it before takes the plan back.

    Raises PublishingInPast, InvalidProgram, Revision.DoesNotExist.
    """
    if at <= now():
        raise PublishingInPast
    with transaction.atomic():
        draft = Revision.objects.select_for_update().get(club_id=club_id, status="draft")
        parse_program(draft.document)
        draft.publish_at, draft.publish_by, draft.note = at, actor, note
        draft.save(update_fields=["publish_at", "publish_by", "note"])
        thing = Thing("draft", draft.number)
        after = {"publish_at": at.isoformat()}
        record_audit(club_id, actor, "publishing.planned", thing, after=after, reason=note)
        return draft


def cancel_publishing(club_id: int, *, actor: str) -> None:
    """Take the plan back; the draft stays a draft. Nothing happens where there is no plan."""
    with transaction.atomic():
        drafts = Revision.objects.select_for_update().filter(club_id=club_id, status="draft")
        draft = drafts.filter(publish_at__isnull=False).first()
        if draft is not None:
            drafts.filter(pk=draft.pk).update(publish_at=None, publish_by="")
            record_audit(club_id, actor, "publishing.cancelled", Thing("draft", draft.number))


def clubs_with_due_drafts(at: datetime) -> list[int]:
    """The clubs whose draft is to be live by ``at``."""
    due = Revision.objects.filter(status="draft", publish_at__lte=at)
    return list(due.order_by("publish_at", "id").values_list("club_id", flat=True))


def publish_due(club_id: int, at: datetime) -> Revision | None:
    """Publish the club's draft whose time has come by ``at``; None where that was changed
    meanwhile. It is in force from the moment at which this is done: a purchase that was answered
    by the old revision stays so."""
    with transaction.atomic():
        drafts = Revision.objects.select_for_update().filter(club_id=club_id, status="draft")
        draft = drafts.filter(publish_at__lte=at).first()
        if draft is None:
            return None
        return publish_draft(club_id, actor=draft.publish_by, note=draft.note)
