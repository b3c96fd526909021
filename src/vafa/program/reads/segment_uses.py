"""Which rules and tiers ask for a segment, so that none is deleted under them."""

from __future__ import annotations

from vafa.club.facet_types import Said
from vafa.program.models import Revision
from vafa.program.rules.document import Program
from vafa.program.rules.needs import needs_of

_WHERE = {"live": ("برنامهٔ جاری", "the live programme"), "draft": ("پیش‌نویس", "the draft")}


def rules_of_segment(club_id: int, code: str) -> list[Said]:
    """The rules and tiers of the live programme and of the draft that ask for the segment."""
    found: list[Said] = []
    revisions = Revision.objects.filter(club_id=club_id, status__in=_WHERE).order_by("number")
    for status, document in revisions.values_list("status", "document"):
        (fa, en), program = _WHERE[status], Program.model_validate(document)
        found += [
            Said(f"قانون «{rule.name.fa}» در {fa}", f"the rule “{rule.name.said('en')}” in {en}")
            for rule in program.rules
            if code in needs_of([rule]).segments
        ]
        found += [
            Said(f"سطح «{tier.name.fa}» در {fa}", f"the tier “{tier.name.said('en')}” in {en}")
            for tier in program.tiers
            if tier.segment == code
        ]
    return found
