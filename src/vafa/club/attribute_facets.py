"""Facts about a member that her club itself wanted to know: its attributes.

One facet for each kind of attribute; which attribute is meant is a parameter, so that clubs need
no facets of their own. Where several are picked, the first that is known counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vafa.club.facet_types import Ask, Choice, Choices, Facet, Own, Param, Said, Sql
from vafa.club.models import MemberAttribute
from vafa.club.reads.context import ClubContext

_GROUP = Said("مشخصه‌های باشگاه", "Attributes")
_PARAM = "attribute"


def _of_kinds(*kinds: str) -> Choices:
    def choices(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
        rows = MemberAttribute.objects.filter(club_id=club.id, kind__in=kinds).order_by("id")
        rows = rows.filter(is_active=True) if among is None else rows.filter(key__in=among)
        return [Choice(a.key, Said(a.said("fa"), a.said("en"))) for a in rows]

    return choices


def _param(*kinds: str) -> Param:
    return Param(
        _PARAM,
        "choices",
        Said("کدام مشخصه", "Which attribute"),
        Said("{list}", "{list}"),
        is_required=True,
        choices=_of_kinds(*kinds),
    )


def _values(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    lists = MemberAttribute.objects.filter(club_id=club.id, kind="choice").order_by("id")
    several = dict.fromkeys(v for row in lists.values_list("choices", flat=True) for v in row)
    return [Choice(v, Said(v, v)) for v in several if among is None or v in among]


def _known(ask: Ask, made: str = "{v}", empty: str = "NULL") -> Own:
    keys = [str(key) for key in ask.params[_PARAM]]
    first = ", ".join(["m.attributes ->> %s"] * len(keys))
    return Own(Sql(made.replace("{v}", f"coalesce({first}, {empty})"), tuple(keys)))


ATTRIBUTE_FACETS = (
    Facet(
        "club.attribute_choice",
        _GROUP,
        Said("مشخصهٔ چندگزینه‌ای", "Attribute with choices"),
        "choice",
        lambda ask: _known(ask, empty="''"),
        Said("«{attribute}» آن‌ها {value} است", "have “{attribute}” {value}"),
        Said("«{attribute}» آن‌ها {value} نیست", "do not have “{attribute}” {value}"),
        choices=_values,
        params=(_param("choice"),),
    ),
    Facet(
        "club.attribute_number",
        _GROUP,
        Said("مشخصهٔ عددی", "Attribute that is a number"),
        "number",
        lambda ask: _known(ask, "({v})::bigint"),
        Said("«{attribute}» آن‌ها {value} است", "have “{attribute}” of {value}"),
        unknown=Said("یا معلوم نیست", "or for whom it is not known"),
        params=(_param("number"),),
    ),
    Facet(
        "club.attribute_yes",
        _GROUP,
        Said("مشخصهٔ بله/خیر", "Attribute that is yes or no"),
        "yes_no",
        lambda ask: _known(ask, "({v})::boolean", "'false'"),
        Said("«{attribute}» آن‌ها بله است", "have “{attribute}”"),
        Said("«{attribute}» آن‌ها بله نیست", "do not have “{attribute}”"),
        params=(_param("yes_no"),),
    ),
    Facet(
        "club.attribute_date",
        _GROUP,
        Said("مشخصهٔ تاریخی", "Attribute that is a date"),
        "date",
        lambda ask: _known(ask, "to_date({v}, 'YYYYMMDD')"),
        Said("«{attribute}» آن‌ها {value} است", "have “{attribute}” {value}"),
        unknown=Said("یا معلوم نیست", "or for whom it is not known"),
        params=(_param("date"),),
        of_moment=False,
    ),
    Facet(
        "club.attribute_known",
        _GROUP,
        Said("مشخصه‌ای که پر شده", "Attribute that is filled in"),
        "yes_no",
        lambda ask: _known(ask, "({v}) IS NOT NULL"),
        Said("«{attribute}» آن‌ها معلوم است", "have “{attribute}” filled in"),
        Said("«{attribute}» آن‌ها معلوم نیست", "do not have “{attribute}” filled in"),
        params=(_param("text", "number", "yes_no", "date", "choice"),),
    ),
)
