"""Which details a club asks its members for, and how much of them a member has told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

from vafa.club.models import MemberAttribute, ProfileField
from vafa.club.reads.attributes import list_attributes
from vafa.club.rules.profile import DEFAULTS, FIELDS, NEVER, OF_CLUB, Ask, field_words, is_known
from vafa.core.cache import TtlCache

_SECONDS = 5.0


class AskedField(NamedTuple):
    """A detail: when it is asked, whether one must answer, and the attribute where it is one."""

    code: str
    ask: Ask
    is_required: bool
    attribute: MemberAttribute | None = None

    def said(self, lang: str) -> str:
        """What it is called."""
        return self.attribute.said(lang) if self.attribute else field_words(self.code, lang)


class Fields(NamedTuple):
    """All details that the club could ask for, in order; ``is_chosen``: it has said which."""

    all: tuple[AskedField, ...]
    is_chosen: bool

    def asked(self, *when: Ask) -> list[AskedField]:
        """Those that are asked then."""
        return [field for field in self.all if field.ask in when]

    @property
    def codes(self) -> tuple[str, ...]:
        """What members are asked for at all."""
        return tuple(field.code for field in self.asked("joining", "profile"))


_fields: TtlCache[int, Fields] = TtlCache(_SECONDS)


def profile_fields(club_id: int) -> Fields:
    """The club's details, at most five seconds old."""
    return _fields.get(club_id, lambda: _load(club_id))


def forget_fields() -> None:
    """After a change in this process."""
    _fields.clear()


class Completeness(NamedTuple):
    """How much of what is asked a member has told; ``percent`` is 100 only when nothing is left."""

    known: int
    total: int
    missing: list[AskedField]

    @property
    def percent(self) -> int:
        """Rounded down, of 100."""
        return 100 if not self.total else self.known * 100 // self.total


def completeness(fields: Fields, codes: Iterable[str], details: Any) -> Completeness:
    """What a member has told of ``codes`` (beside her mobile, which everybody has)."""
    wanted = set(codes)
    asked = [field for field in fields.all if field.code in wanted]
    missing = [field for field in asked if not is_known(details, field.code)]
    return Completeness(len(asked) - len(missing), len(asked), missing)


def _load(club_id: int) -> Fields:
    rows: dict[str, tuple[Ask, bool]] = {
        code: (cast(Ask, ask), required)
        for code, ask, required in ProfileField.objects.filter(club_id=club_id).values_list(
            "code", "ask", "is_required"
        )
    }
    found: Sequence[AskedField] = [
        *(AskedField(code, *rows.get(code, DEFAULTS.get(code, NEVER))) for code in FIELDS),
        *(
            AskedField(OF_CLUB + a.key, *rows.get(OF_CLUB + a.key, NEVER), attribute=a)
            for a in list_attributes(club_id)
        ),
    ]
    return Fields(tuple(found), bool(rows))
