"""Segments: who is meant by which name, and in which of them a member is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vafa.audience.models import Segment
from vafa.audience.reads.members import compile_segment, count_of, page_of, segments_of
from vafa.audience.reads.segments import definition_of, find_segment, list_segments
from vafa.audience.rules.words import say
from vafa.club.access import access_member
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.web.api.auth import caller
from vafa.web.api.language import language_of
from vafa.web.api.rendering import json_answer
from vafa.web.api.schemas import REFUSED, ProblemOut, RowId
from vafa.web.api.segment_schemas import (
    After,
    MemberSegmentsOut,
    SegmentMembersOut,
    SegmentOut,
    SegmentsOut,
)

router = Router(tags=["segments"])
_MOST = 1_000


@router.get("/segments", response={200: SegmentsOut, REFUSED: ProblemOut})
def get_segments(request: HttpRequest) -> HttpResponse:
    """The club's segments by name, without those that are archived. Needs `members:read`."""
    _, club = caller(request, "members:read")
    return json_answer({"items": [_segment(s) for s in list_segments(club.id)]})


@router.get("/segments/{int:segment_id}", response={200: SegmentOut, REFUSED: ProblemOut})
def get_segment(request: HttpRequest, segment_id: RowId) -> HttpResponse:
    """A segment: its definition, the same in words, and how many members it has now. Needs
    `members:read`."""
    _, club = caller(request, "members:read")
    segment, at = find_segment(club.id, segment_id), now()
    return json_answer(
        {
            **_segment(segment),
            "definition": definition_of(segment).model_dump(mode="json"),
            "text": _sentence(club, segment, language_of(request)),
            "count": count_of(compile_segment(club, segment, at)),
            "at": at,
        }
    )


@router.get(
    "/segments/{int:segment_id}/members", response={200: SegmentMembersOut, REFUSED: ProblemOut}
)
def list_segment_members(
    request: HttpRequest, segment_id: RowId, after: After = 0, limit: int = 100
) -> HttpResponse:
    """The numbers of its members now, in order (`after` continues). Needs `members:read`."""
    _, club = caller(request, "members:read")
    segment = find_segment(club.id, segment_id)
    count = min(max(limit, 1), _MOST)
    found = page_of(compile_segment(club, segment, now()), after=after, limit=count)
    following = found[-1] if len(found) == count else None
    return json_answer({"member_ids": found, "next_after": following})


@router.get(
    "/members/{int:member_id}/segments", response={200: MemberSegmentsOut, REFUSED: ProblemOut}
)
def get_member_segments(request: HttpRequest, member_id: RowId) -> HttpResponse:
    """The segments in which a member is now. Needs `members:read`."""
    actor, club = caller(request, "members:read")
    member = access_member(actor, member_id)
    # Who became another is in no segment; whom she became is.
    asked = member.merged_into_id or member.id
    found = segments_of(club, asked, now())
    return json_answer({"member_id": asked, "items": [_segment(s) for s in found]})


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.pk,
        "code": segment.code,
        "name": segment.name,
        "name_en": segment.name_en,
        "is_archived": segment.archived_at is not None,
    }


def _sentence(club: ClubContext, segment: Segment, lang: str) -> str:
    names = {s.code: s.said(lang) for s in list_segments(club.id, with_archived=True)}
    return say(club, definition_of(segment), lang, names)
