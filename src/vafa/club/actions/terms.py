"""Write the terms of membership, publish them from a day on, and note who accepted which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.membership_errors import NothingToPublish, TermsTooEarly, UnknownTerms
from vafa.club.models import Member, Terms
from vafa.club.origin import current_origin
from vafa.club.reads.terms import draft_of, forget_terms, version_asked, version_in_force
from vafa.core.clock import now
from vafa.core.db import Table, fetch, insert_rows
from vafa.core.errors import InvalidInput

MOST_CHARACTERS = 40_000
_ACCEPTED = Table(
    "club_termsacceptance",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("version", "integer"),
        ("face", "text"),
        ("actor", "text"),
        ("at", "timestamptz"),
    ),
)


class Accepted(NamedTuple):
    """Who accepted which version."""

    member_id: int
    version: int


def save_draft(
    club_id: int,
    *,
    text: str,
    text_en: str = "",
    changes: str = "",
    changes_en: str = "",
    by: str,
) -> Terms:
    """Keep what is being written; nobody is asked for it yet. Raises InvalidInput (text)."""
    values = {
        "text": text.strip().replace("\r\n", "\n"),
        "text_en": text_en.strip().replace("\r\n", "\n"),
        "changes": changes.strip()[:300],
        "changes_en": changes_en.strip()[:300],
    }
    if not values["text"]:
        raise InvalidInput(field="text")
    for field in ("text", "text_en"):
        if len(values[field]) > MOST_CHARACTERS:
            raise InvalidInput(field=field)
    with transaction.atomic():
        _lock(club_id)
        draft = draft_of(club_id)
        if draft is None:
            draft = Terms(club_id=club_id)
        elif all(getattr(draft, field) == value for field, value in values.items()):
            return draft
        for field, value in values.items():
            setattr(draft, field, value)
        draft.changed_at, draft.actor = now(), by
        draft.save()
        _audit(draft, "terms.drafted", by, characters=len(draft.text))
    return draft


def discard_draft(club_id: int, *, by: str) -> None:
    """Throw away what is being written; without a draft nothing happens."""
    with transaction.atomic():
        _lock(club_id)
        draft = draft_of(club_id)
        if draft is not None:
            thing = Thing("terms", "draft", "")
            draft.delete()
            record_audit(club_id, by, "terms.discarded", thing)


def publish_terms(club_id: int, *, starts_at: datetime | None, asks_again: bool, by: str) -> Terms:
    """The draft becomes the next version, which holds from ``starts_at`` (None: now) on.

    ``asks_again``: members who accepted an earlier one are asked to accept this one too; of the
    first version everybody is. Raises NothingToPublish, TermsTooEarly (before now, or before a
    version that is published already).
    """
    moment = now()
    start = starts_at or moment
    with transaction.atomic():
        _lock(club_id)
        draft, newest = _publishable(club_id, start, moment)
        draft.version = newest.version + 1 if newest and newest.version else 1
        draft.starts_at, draft.asks_again = start, asks_again or newest is None
        draft.changed_at, draft.actor = moment, by
        draft.save()
        said = {"starts_at": start.isoformat(), "asks_again": draft.asks_again}
        _audit(draft, "terms.published", by, **said)
        forget_terms()
    return draft


def asked_by_publishing(club_id: int, *, starts_at: datetime | None, asks_again: bool) -> int:
    """How many members ``publish_terms`` would let be asked to accept; nothing is changed. Raises as
    that does."""
    moment = now()
    _draft, newest = _publishable(club_id, starts_at or moment, moment)
    members = Member.objects.filter(club_id=club_id, is_active=True, merged_into__isnull=True)
    if newest is not None and not asks_again:
        members = members.filter(terms_version__lt=version_asked(club_id))
    return members.count()


def withdraw_planned(club_id: int, version: int, *, by: str) -> None:
    """Terms whose day has not come are a draft again (or gone, where another is being written).

    Raises UnknownTerms where they hold already, or are not there.
    """
    with transaction.atomic():
        _lock(club_id)
        planned = Terms.objects.filter(
            club_id=club_id, version=version, starts_at__gt=now()
        ).first()
        if planned is None:
            raise UnknownTerms
        _audit(planned, "terms.withdrawn", by)
        if draft_of(club_id) is None:
            planned.version = planned.starts_at = None
            planned.save()
        else:
            planned.delete()
        forget_terms()


def accept_terms(club_id: int, member_id: int, version: int, *, by: str, face: str = "") -> None:
    """Note that a member accepts the version that holds; once more, nothing happens.

    Raises UnknownTerms for any other version (she was shown an older one).
    """
    if version != version_in_force(club_id):
        raise UnknownTerms
    with transaction.atomic():
        member = Member.objects.select_for_update(of=("self",)).get(pk=member_id, club_id=club_id)
        if member.terms_version >= version:
            return
        Member.objects.filter(pk=member_id).update(terms_version=version)
        note_acceptances(club_id, [Accepted(member_id, version)], now(), by=by, face=face)


def note_acceptances(
    club_id: int, accepted: Sequence[Accepted], at: datetime, *, by: str, face: str = ""
) -> None:
    """The record of acceptances whose versions were written with the members; one statement."""
    where = face or current_origin().face
    rows = [(club_id, *one, where, by, at) for one in accepted if one.version]
    if rows:
        insert_rows(_ACCEPTED, rows)


def _publishable(club_id: int, start: datetime, moment: datetime) -> tuple[Terms, Terms | None]:
    """The draft, and the newest version before it. Raises NothingToPublish, TermsTooEarly."""
    draft = draft_of(club_id)
    if draft is None:
        raise NothingToPublish
    last = Terms.objects.filter(club_id=club_id, version__isnull=False)
    newest = last.order_by("-version").first()
    if start < moment or (
        newest is not None and newest.starts_at is not None and start < newest.starts_at
    ):
        raise TermsTooEarly
    return draft, newest


def _lock(club_id: int) -> None:
    """Who writes the same club's terms come one after the other."""
    fetch("SELECT pg_advisory_xact_lock(hashtextextended('terms', %s))", [club_id])


def _audit(terms: Terms, action: str, by: str, **after: object) -> None:
    label = f"v{terms.version}" if terms.version else ""
    thing = Thing("terms", str(terms.version or "draft"), label)
    record_audit(terms.club_id, by, action, thing, after=after)
