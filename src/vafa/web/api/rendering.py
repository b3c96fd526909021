"""Answers as JSON, with explanations in the caller's language."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse

from vafa.club.reads.context import ClubContext
from vafa.core.errors import DomainError
from vafa.flows.entries import Outcome
from vafa.program.reads.missed import missed_words
from vafa.program.reads.revisions import published_program
from vafa.program.rules.explain import explain_parts
from vafa.web.api.errors import HIT_HEADER


def json_answer(value: Any, status: int = 200) -> HttpResponse:
    """A JSON answer; the form is declared by the route's response schema."""
    return sized(HttpResponse(orjson.dumps(value), status=status, content_type="application/json"))


def sized(response: HttpResponse) -> HttpResponse:
    """The response with its length, so that the server need not send it in chunks."""
    response.headers["Content-Length"] = str(len(response.content))
    return response


def outcome_answer(outcome: Outcome, body: dict[str, Any]) -> HttpResponse:
    """201 for what was recorded now, and again for its key, then with ``Idempotency-Hit``; 200
    with that header for another key's receipt that was recorded before.

    Raises the refusal.
    """
    if outcome.error is not None:
        raise outcome.error
    response = json_answer(body, 201 if outcome.status == "recorded" or outcome.by_key else 200)
    if outcome.status == "repeated":
        response.headers[HIT_HEADER] = "true"
    return response


def purchase_body(club: ClubContext, answer: dict[str, Any], lang: str) -> dict[str, Any]:
    """A purchase's stored answer with its parts explained."""
    body = {name: value for name, value in answer.items() if name != "parts"}
    parts = answer.get("parts", [])
    texts: list[str] = []
    if parts:
        program = published_program(answer["revision_id"])
        texts = explain_parts(program, parts, club.display_unit, lang)
    if met := answer.get("challenges"):
        body["challenges"] = [{"code": code, "points": points} for code, points in met]
    if raised := answer.get("events"):
        body["events"] = [{"code": code, "points": points} for code, points in raised]
    if given := answer.get("given_vouchers"):
        body["given_vouchers"] = [
            {"rule": rule, "code": code, "expires_at": until} for rule, code, until in given
        ]
    body["explanation"] = [
        {
            "rule": rule,
            "kind": kind,
            "points": points,
            "unit": unit[0] if unit else "points",
            "saw": saw,
            "text": text,
        }
        for (rule, kind, points, saw, *unit), text in zip(parts, texts, strict=True)
    ]
    return body


def preview_body(club: ClubContext, answer: dict[str, Any], lang: str) -> dict[str, Any]:
    """A preview's answer with its parts explained, and the rules that it misses in words."""
    missed = missed_words(club, answer["revision_id"], answer.get("missed", ()), lang)
    return {
        **purchase_body(club, answer, lang),
        "missed": [one._asdict() for one in missed],
        "purchase_id": 0,
        "receipt_no": "",
    }


def raise_refusal(outcome: Outcome) -> None:
    """Raise the outcome's error, if it was refused."""
    error: DomainError | None = outcome.error
    if error is not None:
        raise error
