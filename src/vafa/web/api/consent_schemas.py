"""The forms of requests and answers about consents and terms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StrictBool, StringConstraints

from vafa.web.api.schemas import MAX_LINE, STORABLE, Input

ConsentKey = Annotated[str, StringConstraints(max_length=29), STORABLE]
TermsVersion = Annotated[int, Field(ge=0, le=MAX_LINE)]


class AskedConsentOut(Schema):
    key: str
    purpose: str
    channel: str
    name: str
    text: str
    version: int


class TermsInForceOut(Schema):
    version: int
    starts_at: datetime
    text: str


class AskedConsentsOut(Schema):
    """What who joins is asked: consents with the words to show, and the terms (null for none)."""

    items: list[AskedConsentOut]
    terms: TermsInForceOut | None


class ConsentsIn(Input):
    """By key ("offers:sms"): true gives it, false takes it back; what is not named stays."""

    consents: Annotated[dict[ConsentKey, StrictBool], Field(max_length=100)] = {}
    terms_version: TermsVersion = Field(0, description="The terms that she accepts; 0 for none")


class ConsentsOut(Schema):
    consents: list[str]
    terms_version: int
