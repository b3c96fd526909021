"""Rewards in a programme's file: what they name by number here stands there by its code. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from vafa.program.rules.portable import Lookup, NotAProgramFile

_SEVERAL = {
    "products": "product",
    "get_products": "product",
    "categories": "category",
    "get_categories": "category",
    "branches": "branch",
}
_MOST = 1_000


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


def rewards_to_file(rewards: Sequence[PortableReward], codes: Lookup) -> list[dict[str, Any]]:
    """The rewards as the file has them (``codes``: by kind, the code of each number)."""
    return [
        _translated(reward.model_dump(mode="json", exclude_defaults=True), codes)
        for reward in rewards
    ]


def rewards_from_file(content: Any, numbers: Lookup) -> list[PortableReward]:
    """The rewards of a file, none where it has none; ``numbers``: by kind, the number of each code.

    Raises NotAProgramFile; UnknownInFile when the club lacks something that was looked up until now.
    """
    rows = content.get("rewards", []) if isinstance(content, dict) else None
    if not isinstance(rows, list) or len(rows) > _MOST:
        raise NotAProgramFile
    translated = [_translated(row, numbers) for row in rows]
    numbers.check()
    try:
        return [PortableReward.model_validate(row) for row in translated]
    except ValidationError as error:
        raise NotAProgramFile from error


def _translated(row: Any, lookup: Lookup) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise NotAProgramFile
    find = partial(lookup.find, by="reward", name=row.get("name", ""))
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


def _terms(terms: Mapping[str, Any], find: Callable[[str, Any], Any]) -> dict[str, Any]:
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
