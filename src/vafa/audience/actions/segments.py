"""Make, change, copy, archive and delete segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from vafa.audience.errors import InvalidSegment, SegmentCircle, SegmentInUse, UnknownSegment
from vafa.audience.models import Segment
from vafa.audience.reads.segments import refuse_for_others, uses_of
from vafa.audience.rules.checking import WRONG_VALUE, Problem, check
from vafa.audience.rules.definition import Definition
from vafa.club.actions.audit import SYSTEM, Thing, changes, record_audit
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize, sort_key

_FIELDS = ("name", "name_en", "definition")
_CHANGING = (*_FIELDS, "sort_key", "changed_at")


def parse_definition(document: Any) -> Definition:
    """A definition out of JSON. Raises InvalidSegment for what has not even its form."""
    try:
        return Definition.model_validate(document)
    except ValidationError as error:
        where = [str(part) for part in error.errors()[0]["loc"]]
        problem = Problem(tuple(int(p) for p in where if p.isdigit()), where[-1], WRONG_VALUE)
        raise InvalidSegment([problem]) from error


def create_segment(
    club: ClubContext, *, name: str, definition: Definition, name_en: str = "", by: str = SYSTEM
) -> Segment:
    """A new segment with a code of its own; ``by`` is the label of who makes it.

    Raises InvalidSegment, InvalidInput (the name).
    """
    with transaction.atomic():
        others = _locked(club.id)
        segment = Segment(club_id=club.id, code=_fresh_code(name_en, others))
        _store(club, segment, name, name_en, definition, others)
        _audit(segment, "segment.created", by, after=_values(segment))
    return segment


def update_segment(
    club: ClubContext,
    segment_id: int,
    *,
    name: str,
    definition: Definition,
    name_en: str = "",
    by: str = SYSTEM,
) -> Segment:
    """Change what a segment means or how it is called; its code stays.

    Raises UnknownSegment, InvalidSegment, SegmentCircle, InvalidInput (the name).
    """
    with transaction.atomic():
        others = _locked(club.id)
        segment = _one(others, segment_id)
        was = _values(segment)
        _store(club, segment, name, name_en, definition, others)
        before, after = changes(was, _values(segment))
        if after:
            _audit(segment, "segment.changed", by, before=before, after=after)
    return segment


def duplicate_segment(club: ClubContext, segment_id: int, *, by: str = SYSTEM) -> Segment:
    """The same definition under a name that says it is a copy. Raises UnknownSegment."""
    with transaction.atomic():
        others = _locked(club.id)
        old = _one(others, segment_id)
        name_en = f"{old.name_en[:110]} (copy)" if old.name_en else ""
        segment = Segment(
            club_id=club.id,
            code=_fresh_code(name_en, others),
            name=f"{old.name[:110]} (رونوشت)",
            name_en=name_en,
            definition=old.definition,
        )
        segment.sort_key = sort_key(segment.name)[:255]
        segment.save()
        _audit(segment, "segment.created", by, after=_values(segment))
    return segment


def archive_segment(
    club: ClubContext, segment_id: int, *, archived: bool, by: str = SYSTEM
) -> Segment:
    """Offer a segment no longer, or again; what names it goes on. Raises UnknownSegment."""
    with transaction.atomic():
        segment = _one(_locked(club.id), segment_id)
        if (segment.archived_at is not None) != archived:
            segment.archived_at = now() if archived else None
            segment.save(update_fields=["archived_at"])
            _audit(segment, "segment.archived" if archived else "segment.reopened", by)
    return segment


def delete_segment(club: ClubContext, segment_id: int, *, by: str = SYSTEM) -> None:
    """Delete a segment that nothing uses. Raises UnknownSegment, SegmentInUse."""
    with transaction.atomic():
        segment = _one(_locked(club.id), segment_id)
        uses = uses_of(segment)
        if uses:
            raise SegmentInUse(
                uses="، ".join(u.fa for u in uses), uses_en=", ".join(u.en for u in uses)
            )
        _audit(segment, "segment.deleted", by, before=_values(segment))
        segment.delete()


def _locked(club_id: int) -> list[Segment]:
    """All of the club's, so that two changes at once cannot close a circle between them."""
    rows = Segment.objects.select_for_update(of=("self",)).filter(club_id=club_id)
    return list(rows.order_by("id"))


def _one(segments: Sequence[Segment], segment_id: int) -> Segment:
    found = next((s for s in segments if s.pk == segment_id), None)
    if found is None:
        raise UnknownSegment
    return found


def _fresh_code(name_en: str, others: Sequence[Segment]) -> str:
    taken = {other.code for other in others}
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in name_en.lower()).split()
    base = "-".join(words)[:34].strip("-") or "segment"
    if base not in taken and base != "segment":
        return base
    return next(f"{base}-{n}" for n in range(1, len(taken) + 2) if f"{base}-{n}" not in taken)


def _store(
    club: ClubContext,
    segment: Segment,
    name: str,
    name_en: str,
    definition: Definition,
    others: Sequence[Segment],
) -> None:
    known = {o.code: Definition.model_validate(o.definition) for o in others}
    problems = check(club, definition, known.keys())
    if problems:
        raise InvalidSegment(problems)
    names = {o.code: o.name for o in others}
    _refuse_circle(segment.code, definition, known, names)
    refuse_for_others(club.id, {**known, segment.code: definition})
    segment.name, segment.name_en = normalize(name), normalize(name_en)
    if not 0 < len(segment.name) <= 120:
        raise InvalidInput(field="name")
    if len(segment.name_en) > 120:
        raise InvalidInput(field="name_en")
    segment.sort_key = sort_key(segment.name)[:255]
    segment.definition = definition.model_dump(mode="json")
    segment.changed_at = now()
    # Code and club are fixed once it is there.
    segment.save(update_fields=_CHANGING if segment.pk else None)


def _refuse_circle(
    code: str, definition: Definition, known: Mapping[str, Definition], names: Mapping[str, str]
) -> None:
    def walk(named: Sequence[str], trail: tuple[str, ...]) -> None:
        for other in named:
            if other == code:
                raise SegmentCircle(circle=" ← ".join(names[c] for c in (*trail, code)))
            walk(known[other].segments(), (*trail, other))

    walk(definition.segments(), (code,))


def _values(segment: Segment) -> dict[str, Any]:
    return {name: getattr(segment, name) for name in _FIELDS}


def _audit(segment: Segment, action: str, by: str, **values: Any) -> None:
    thing = Thing("segment", segment.pk, segment.name)
    record_audit(segment.club_id, by, action, thing, **values)
