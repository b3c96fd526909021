"""What the list of members may say of each, which of it a person wants to see, and as cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from vafa.club.models import MemberAttribute
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.choices import choice_of
from vafa.club.rules.attributes import value_words
from vafa.core.phones import display_mobile
from vafa.insight.reads.members import MemberRow
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.sheets import CellKind

CHOICE = "members.columns"
USUAL = ("mobile", "tier", "points", "spent", "purchases", "last", "joined")
# Attributes stand among the columns by their key behind this.
ATTRIBUTE = "a."


@dataclass(frozen=True, slots=True)
class Column:
    """``sort`` is the key of the order that it gives, "" for none, and ``figure`` the figure that
    must be made for it; ``attribute`` where it is one of the club's own."""

    key: str
    label: str
    kind: CellKind = "text"
    sort: str = ""
    figure: str = ""
    attribute: MemberAttribute | None = None

    @property
    def is_number(self) -> bool:
        """Whether its cells stand under each other by their unit place."""
        return self.kind in ("count", "points", "money")


def all_columns(club_id: int) -> list[Column]:
    """Every column that there is to choose from, in the order in which they stand."""
    return [
        Column("mobile", _("Mobile")),
        Column("external", _("Customer number")),
        Column("tier", _("Tier")),
        Column("points", _("Points"), "points", "points", "points"),
        Column("spent", _("Bought"), "money", "spent", "spent"),
        Column("purchases", _("Purchases"), "count", "purchases", "purchases"),
        Column("last", _("Last purchase"), "moment", "last", "last"),
        Column("joined", _("Joined"), "moment", "joined"),
        Column("branch", _("Joined at")),
        Column("gender", _("Gender")),
        Column("birth", _("Date of birth"), "date"),
        *(
            Column(f"{ATTRIBUTE}{one.key}", one.said(current_lang()), attribute=one)
            for one in list_attributes(club_id)
        ),
    ]


def chosen_columns(request: PageRequest, everything: Sequence[Column]) -> list[Column]:
    """Those that this person chose, or the usual ones."""
    wanted = choice_of(request.staff.pk, CHOICE) or USUAL
    return [column for column in everything if column.key in wanted]


def gender_words(gender: str) -> str:
    """A gender in words; "" where it is not known."""
    return {"female": _("Woman"), "male": _("Man")}.get(gender, "")


def value(column: Column, row: MemberRow) -> Any:
    """What a cell of a file has of a row."""
    if column.attribute is not None:
        known = row.attributes.get(column.attribute.key)
        return "" if known is None else value_words(column.attribute.kind, known, current_lang())
    return {
        "mobile": display_mobile(row.mobile) if row.mobile else "",
        "external": row.external_id or "",
        "tier": row.tier.name.said(current_lang()) if row.tier else "",
        "points": row.points,
        "spent": row.spent,
        "purchases": row.purchases,
        "last": row.last_at,
        "joined": row.joined_at,
        "branch": row.branch or "",
        "gender": gender_words(row.gender),
        "birth": row.birth_date,
    }[column.key]
