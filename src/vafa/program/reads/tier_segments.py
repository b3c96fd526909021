"""Tiers for a segment alone: to whom they are closed. As an attribute, a segment is what it is now,
whatever date a tier is asked of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextvars import ContextVar

from vafa.audience.errors import BrokenSegment
from vafa.audience.reads.compiling import Compiled
from vafa.audience.reads.members import compile_known, who_query
from vafa.audience.reads.segments import list_segments
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import ask_together, by_index
from vafa.program.errors import TierOfNobody
from vafa.program.models import Revision
from vafa.program.rules.document import Program, Tier

# A segment of a tier that asks for tiers would never come to an end.
TIER_FACET = "program.tier"
_within: ContextVar[bool] = ContextVar("within a tier's segment", default=False)


def segments_of_tiers(program: Program) -> frozenset[str]:
    """The codes of the segments that tiers are for."""
    return frozenset(tier.segment for tier in program.tiers if tier.segment)


def names_of_segments(club_id: int, tiers: Iterable[Tier], lang: str) -> dict[str, str]:
    """What the segments that these tiers are for are called, by code."""
    codes = {tier.segment for tier in tiers if tier.segment}
    found = list_segments(club_id, with_archived=True) if codes else []
    return {segment.code: segment.said(lang) for segment in found if segment.code in codes}


def closed_in(program: Program, segments: Collection[str]) -> frozenset[str]:
    """The codes of the tiers that are closed to who is in these segments alone."""
    return frozenset(
        tier.code for tier in program.tiers if tier.segment and tier.segment not in segments
    )


def closed_tiers(
    club: ClubContext, program: Program, member_ids: Collection[int]
) -> dict[int, frozenset[str]]:
    """The codes of the tiers that are closed to each member now, whenever her tier is asked of;
    nothing is asked where no tier is for a segment."""
    if not segments_of_tiers(program):
        return dict.fromkeys(member_ids, frozenset())
    compiled = segments_as_sql(club, program)
    asked = [who_query(each, member_ids) for each in compiled.values()]
    _, *found = ask_together(by_index(len(member_ids)), *asked)
    who = dict(zip(compiled, found, strict=True))
    return {
        number: closed_in(program, {code for code, members in who.items() if number in members})
        for number in member_ids
    }


def segments_as_sql(club: ClubContext, program: Program) -> dict[str, Compiled]:
    """The segments that tiers are for, by code, without those that cannot be understood."""
    token = _within.set(True)
    try:
        return compile_known(club, segments_of_tiers(program), now())
    finally:
        _within.reset(token)


def refuse_tiers_in_tiers(
    program: Program, known: Mapping[str, Definition], *, but: Collection[str] = ()
) -> None:
    """Raises TierOfNobody for a tier whose segment is not in ``known``, or asks for tiers itself,
    by what it names too. ``but``: tiers, by code, that stood so before."""
    for tier in program.tiers:
        if not tier.segment or tier.code in but:
            continue
        said = {"name_fa": tier.name.said("fa"), "name_en": tier.name.said("en")}
        if tier.segment not in known:
            why = {"why_fa": "چنین گروهی نیست.", "why_en": "there is no such segment."}
            raise TierOfNobody(**said, **why)
        if asks_for_tiers(tier.segment, known):
            why = {
                "why_fa": "خودِ گروه سطح را می‌پرسد.",
                "why_en": "it asks for tiers itself.",
            }
            raise TierOfNobody(**said, **why)


def guard_segments(club_id: int, known: Mapping[str, Definition]) -> None:
    """Raises TierOfNobody where a segment that a tier of the live programme or the draft is for
    would come to ask for tiers."""
    stored = Revision.objects.filter(club_id=club_id, status__in=("live", "draft"))
    for document in stored.values_list("document", flat=True):
        program = Program.model_validate(document)
        gone = {tier.code for tier in program.tiers if tier.segment not in known}
        refuse_tiers_in_tiers(program, known, but=gone)


def asks_for_tiers(code: str, known: Mapping[str, Definition]) -> bool:
    """Whether the segment, or one that it names, asks in which tier members are."""
    seen, ahead = set[str](), [code]
    while ahead:
        one = ahead.pop()
        if one in seen or one not in known:
            continue
        seen.add(one)
        leaves = [leaf for _, leaf in known[one].leaves()]
        if any(isinstance(leaf, Condition) and leaf.facet == TIER_FACET for leaf in leaves):
            return True
        ahead += known[one].segments()
    return False


def refuse_within() -> None:
    """Raises BrokenSegment where a tier's own segment asks for tiers."""
    if _within.get():
        raise BrokenSegment(segment=TIER_FACET)
