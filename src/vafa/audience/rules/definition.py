"""A segment's definition: conditions on facets, all or any of them, with one level of groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

MOST_CONDITIONS = 30
MOST_VALUE = 10**15
Op = Literal["eq", "ne", "ge", "le", "between", "in", "not_in", "yes", "no", "has", "starts"]
Match = Literal["all", "any"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Number = Annotated[StrictInt, Field(ge=-MOST_VALUE, le=MOST_VALUE)]
Text = Annotated[str, Field(max_length=120)]
Several = Annotated[tuple[Number, ...] | tuple[Text, ...], Field(max_length=500)]
Value = Number | Text | Several | None
Path = tuple[int, ...]


class _Frozen(BaseModel):
    """Never changes once it is read, and knows no other fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Frozen):
    """What must hold of a facet; ``negated``: must not.

    ``value`` is a number (money in smallest units), a day as ISO text, a text, the two ends of
    "between", the choices of "in" and "not_in", or nothing for "yes" and "no".
    """

    kind: Literal["fact"] = "fact"
    facet: Annotated[str, Field(max_length=60)]
    params: dict[str, Number | tuple[Text, ...]] = {}
    op: Op
    value: Value = None
    negated: bool = False


class InSegment(_Frozen):
    """Belonging to another segment, by its code; ``negated``: not belonging."""

    kind: Literal["segment"] = "segment"
    segment: Slug
    negated: bool = False


class Group(_Frozen):
    """Conditions within a definition, of which all or any must hold."""

    kind: Literal["group"] = "group"
    match: Match = "all"
    items: tuple[Annotated[Condition | InSegment, Field(discriminator="kind")], ...] = ()


class Definition(_Frozen):
    """Who is meant: all or any of these must hold."""

    match: Match = "all"
    items: tuple[Annotated[Condition | InSegment | Group, Field(discriminator="kind")], ...] = ()

    def leaves(self) -> Iterator[tuple[Path, Condition | InSegment]]:
        """Every condition with its place: (2,) or, within a group, (2, 0)."""
        for n, item in enumerate(self.items):
            if isinstance(item, Group):
                yield from (((n, k), inner) for k, inner in enumerate(item.items))
            else:
                yield (n,), item

    def segments(self) -> list[str]:
        """The codes of the segments that this one names, each once."""
        codes = [leaf.segment for _, leaf in self.leaves() if isinstance(leaf, InSegment)]
        return list(dict.fromkeys(codes))
