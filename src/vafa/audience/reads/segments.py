"""The segments of a club."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vafa.audience.errors import UnknownSegment
from vafa.audience.models import Segment
from vafa.audience.rules.definition import Definition
from vafa.club.facet_types import Said
from vafa.core.looking import once

# Who else speaks of a segment: (club's number, code) to what is said of each use.
Uses = Callable[[int, str], Sequence[Said]]
_uses: list[Uses] = []


def register_uses(uses: Uses) -> None:
    """At wiring: where a room above keeps what it asks of segments, so that none is deleted."""
    if uses not in _uses:
        _uses.append(uses)


# Who must agree to what a segment comes to mean: (club's number, all definitions by code).
Guard = Callable[[int, Mapping[str, Definition]], None]
_guards: list[Guard] = []


def register_guard(guard: Guard) -> None:
    """At wiring: what a room above refuses, by raising, of segments that it uses."""
    if guard not in _guards:
        _guards.append(guard)


def refuse_for_others(club_id: int, known: Mapping[str, Definition]) -> None:
    """Raises what a room above refuses of these definitions."""
    for guard in _guards:
        guard(club_id, known)


def list_segments(club_id: int, *, with_archived: bool = False) -> list[Segment]:
    """The club's segments by name."""
    every = once(("segments", club_id), lambda: _every(club_id))
    return [s for s in every if with_archived or s.archived_at is None]


def find_segment(club_id: int, segment_id: int) -> Segment:
    """A segment of the club. Raises UnknownSegment."""
    for segment in list_segments(club_id, with_archived=True):
        if segment.pk == segment_id:
            return segment
    raise UnknownSegment


def segment_by_code(club_id: int, code: str) -> Segment:
    """A segment of the club by its code. Raises UnknownSegment."""
    found = Segment.objects.filter(club_id=club_id, code=code).first()
    if found is None:
        raise UnknownSegment
    return found


def definition_of(segment: Segment) -> Definition:
    """What a stored segment means."""
    return Definition.model_validate(segment.definition)


def definitions(club_id: int) -> dict[str, Definition]:
    """All of the club's segments by code."""
    every = list_segments(club_id, with_archived=True)
    return {segment.code: definition_of(segment) for segment in every}


def uses_of(segment: Segment) -> list[Said]:
    """What speaks of the segment: other segments, and what rooms above have registered."""
    found = [
        Said(f"گروه «{other.name}»", f"the segment “{other.said('en')}”")
        for other in list_segments(segment.club_id, with_archived=True)
        if segment.code in definition_of(other).segments()
    ]
    return found + [use for uses in _uses for use in uses(segment.club_id, segment.code)]


def _every(club_id: int) -> list[Segment]:
    return list(Segment.objects.filter(club_id=club_id).order_by("sort_key", "id"))
