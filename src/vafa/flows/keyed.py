"""Run a single operation once per key: the same key gets the same answer for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.db import together
from vafa.core.errors import DomainError
from vafa.core.idempotency import Key, find_answers, make_key, retry_lost_race, store_answers
from vafa.flows.entries import Outcome, refused
from vafa.flows.repeats import answer_to_keep, patiently, stored_outcomes


def operation_key(actor: Actor, operation: str, key: str, asked: Mapping[str, Any]) -> Key | None:
    """The key of one operation, or None when the caller gave none; ``asked`` are all fields that
    the caller gave, by the names that she knows them by."""
    return make_key(actor.label, operation, key, asked) if key else None


def run_once(
    club: ClubContext, key: Key | None, operation: Callable[[], dict[str, Any]]
) -> Outcome:
    """Run ``operation`` in one durable transaction unless ``key`` was answered before.

    A DomainError undoes the operation and becomes the outcome; a final one is stored under the
    key. The operation's answer must be a JSON value; its numbers and codes (``..._id``,
    ``..._code``) are kept with the key for ever, the answer itself for thirty days. While another
    works under the same key, waits for it up to two seconds, then refuses with KeyInFlight.
    """

    def once(keys: object) -> list[Outcome]:
        return [retry_lost_race(lambda: _once(club, key, operation))]

    return patiently(club.id, [key], once)[0]


def _once(club: ClubContext, key: Key | None, operation: Callable[[], dict[str, Any]]) -> Outcome:
    with transaction.atomic(durable=True):
        if key is not None:
            known = stored_outcomes(club.id, [key], find_answers(club.id, [key]))
            if known:
                return known[key.name]
        try:
            with transaction.atomic():
                outcome = Outcome("recorded", operation())
        except DomainError as error:
            outcome = refused(error)
        if key is not None:
            kept = answer_to_keep(key, outcome, _made(outcome.answer))
            with together(last=True):
                store_answers(club.id, [kept] if kept is not None else [])
    return outcome


def _made(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name.endswith(("_id", "_code"))}
