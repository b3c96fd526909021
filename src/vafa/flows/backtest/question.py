"""What a back-test is asked: which draft, over which purchases. Plain data that crosses processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vafa.program.rules.document import Program


@dataclass(frozen=True, slots=True)
class Question:
    """``draft`` over the club's purchases of the days from ``first`` to ``last``, of what was
    recorded before ``known_until``.

    ``live`` is the programme whose tiers members really stand in, ``segments`` are codes. ``undone``
    are the imports that count no more; whoever runs the back-test looks them up.
    """

    club_id: int
    draft: Program
    live: Program
    first: date
    last: date
    known_until: datetime
    segments: tuple[str, ...] = ()
    undone: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The question as a JSON value."""
        return {
            "club_id": self.club_id,
            "draft": self.draft.model_dump(mode="json"),
            "live": self.live.model_dump(mode="json"),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "known_until": self.known_until.isoformat(),
            "segments": list(self.segments),
            "undone": list(self.undone),
        }

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Question:
        """The question that ``as_json`` was made of."""
        return cls(
            club_id=value["club_id"],
            draft=Program.model_validate(value["draft"]),
            live=Program.model_validate(value["live"]),
            first=date.fromisoformat(value["first"]),
            last=date.fromisoformat(value["last"]),
            known_until=datetime.fromisoformat(value["known_until"]),
            segments=tuple(value["segments"]),
            undone=tuple(value["undone"]),
        )
