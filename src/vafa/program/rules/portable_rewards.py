"""Rewards in a programme's file: what they name by number here stands there by its code. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from vafa.program.rules.portable import Codes, NotAProgramFile, UnknownInFile

_SEVERAL = {
    "products": "product",
    "get_products": "product",
    "categories": "category",
    "get_categories": "category",
    "branches": "branch",
}
_MOST = 1_000


class UnknownOfReward(UnknownInFile):
    """A reward of the file names something that this club does not have."""

    fa = "در جایزهٔ «{rule}» چیزی هست که این باشگاه ندارد: {what} «{code}»."
    en = "The reward “{rule}” names something that this club does not have: {what} “{code}”."


class PortableReward(BaseModel):
    """A reward without its club: see the model for the fields. ``product`` and ``series`` are
    numbers here and codes in the file, as what ``terms`` name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Annotated[str, Field(min_length=1, max_length=120)]
    name_en: Annotated[str, Field(max_length=120)] = ""
    kind: Annotated[str, Field(max_length=8)]
    points: int
    value: int = 0
    product: int | None = None
    series: int | None = None
    valid_days: int = 90
    min_basket: int = 0
    stock: int | None = None
    max_uses: int = 1
    per_member: int | None = None
    tiers: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = []
    segment: Annotated[str, Field(max_length=40)] = ""
    starts_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    ends_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    terms: dict[str, Any] = {}


def rewards_to_file(rewards: Sequence[PortableReward], codes: Codes) -> list[dict[str, Any]]:
    """The rewards as the file has them (``codes``: by kind, the code of each number)."""
    return [
        _translated(reward.model_dump(mode="json", exclude_defaults=True), codes)
        for reward in rewards
    ]


def rewards_from_file(content: Any, numbers: Codes) -> list[PortableReward]:
    """The rewards of a file, none where it has none; ``numbers``: by kind, the number of each code.

    Raises NotAProgramFile and UnknownOfReward.
    """
    rows = content.get("rewards", []) if isinstance(content, dict) else None
    if not isinstance(rows, list) or len(rows) > _MOST:
        raise NotAProgramFile
    try:
        return [PortableReward.model_validate(_translated(row, numbers)) for row in rows]
    except ValidationError as error:
        raise NotAProgramFile from error


def _translated(row: Any, table: Codes) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise NotAProgramFile
    said = str(row.get("name", ""))[:60]

    def find(what: str, value: Any) -> Any:
        try:
            return table[what][value]
        except (KeyError, TypeError) as error:
            raise UnknownOfReward(rule=said, what=what, code=str(value)[:64]) from error

    found = {**row}
    for what in ("product", "series"):
        if row.get(what) is not None:
            found[what] = find(what, row[what])
    if row.get("segment"):
        find("segment", row["segment"])
    terms = row.get("terms", {})
    if not isinstance(terms, Mapping):
        raise NotAProgramFile
    if terms:
        found["terms"] = _terms(terms, find)
    return found


def _terms(terms: Mapping[str, Any], find: Any) -> dict[str, Any]:
    found = {**terms}
    for name, what in _SEVERAL.items():
        values = terms.get(name) or []
        if not isinstance(values, list | tuple):
            raise NotAProgramFile
        if values:
            found[name] = [find(what, value) for value in values]
    if terms.get("draw") is not None:
        found["draw"] = find("draw", terms["draw"])
    return found
