"""The forms of requests and answers about products."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from vafa.web.api.schemas import STORABLE, Input, Short


class BrandsIn(Input):
    """Brands by SKU."""

    brands: Annotated[
        dict[Short, Annotated[str, StringConstraints(max_length=80), STORABLE]],
        Field(min_length=1, max_length=200),
    ]


class BrandsOut(Schema):
    changed: int
