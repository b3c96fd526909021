"""The base of everything that a revision's document is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Never changes once it is read, and knows no other fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
