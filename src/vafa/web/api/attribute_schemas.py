"""The forms of requests and answers about attributes of members."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StrictBool, StrictInt, StringConstraints

from vafa.web.api.schemas import STORABLE, Input

Given = StrictBool | StrictInt | Annotated[str, StringConstraints(max_length=120), STORABLE] | None


class AttributeOut(Schema):
    key: str
    name: str
    kind: Literal["text", "number", "yes_no", "date", "choice"]
    choices: list[str]


class AttributesOut(Schema):
    items: list[AttributeOut]


class ValuesIn(Input):
    """By key: a text or a choice, a whole number, true or false, an ISO date; null forgets."""

    values: Annotated[
        dict[Annotated[str, StringConstraints(max_length=40), STORABLE], Given],
        Field(min_length=1, max_length=100),
    ]


class ValuesOut(Schema):
    values: dict[str, str | int | bool]
