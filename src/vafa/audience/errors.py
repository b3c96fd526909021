"""What audience refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vafa.audience.rules.checking import Problem
from vafa.core.errors import DomainError


class UnknownSegment(DomainError):
    code = "unknown_segment"
    status = 404
    fa = "چنین گروهی پیدا نشد."
    en = "There is no such segment."


class InvalidSegment(DomainError):
    """A definition that cannot be; ``problems`` say what is wrong and where."""

    code = "invalid_segment"
    status = 422
    fa = "{said_fa}"
    en = "{said_en}"

    def __init__(self, problems: Sequence[Problem], **details: Any) -> None:
        self.problems = list(problems)
        first = problems[0]
        place = ".".join(str(n + 1) for n in first.path)
        details |= {"place": place, "field": first.field}
        super().__init__(said_fa=first.text.fa, said_en=first.text.en, **details)


class SegmentCircle(DomainError):
    """Segments that name each other in a circle."""

    code = "segment_circle"
    status = 422
    fa = "این گروه‌ها دور می‌زنند و هیچ‌کدام معنا پیدا نمی‌کنند: {circle}"
    en = "These segments name each other in a circle: {circle}"


class BrokenSegment(DomainError):
    """A stored segment speaks of a fact or a segment that is no longer there."""

    code = "broken_segment"
    status = 409
    fa = "گروه «{segment}» از چیزی می‌گوید که دیگر وجود ندارد؛ تعریفش را اصلاح کنید."
    en = (
        "The segment “{segment}” speaks of something that no longer exists; correct its definition."
    )


class SegmentInUse(DomainError):
    """Others are defined by it."""

    code = "segment_in_use"
    status = 409
    fa = "این گروه در {uses} به کار رفته است و پاک نمی‌شود؛ می‌توانید بایگانی‌اش کنید."
    en = "This segment is used in {uses_en} and cannot be deleted; you can archive it."
