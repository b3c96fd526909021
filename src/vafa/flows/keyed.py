"""Run a single operation once per key: the same key gets the same answer for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.errors import DomainError, StoredRefusal
from vafa.core.idempotency import Key, find_answers, hash_input, retry_lost_race, store_answers
from vafa.flows.entries import Outcome, refused
from vafa.flows.purchase_work import stored_outcome


def operation_key(actor: Actor, operation: str, key: str, asked: Any) -> Key | None:
    """The key of one operation, or None when the caller gave none."""
    return Key(actor.label, operation, key, hash_input(asked)) if key else None


def run_once(
    club: ClubContext, key: Key | None, operation: Callable[[], dict[str, Any]]
) -> Outcome:
    """Run ``operation`` in one durable transaction unless ``key`` was answered before.

    A DomainError undoes the operation and becomes the outcome; a final one is stored under the
    key. The operation's answer must be a JSON value.
    """
    return retry_lost_race(lambda: _once(club, key, operation))


def _once(club: ClubContext, key: Key | None, operation: Callable[[], dict[str, Any]]) -> Outcome:
    with transaction.atomic(durable=True):
        if key is not None:
            stored = find_answers(club.id, [key]).get((key.client, key.operation, key.key))
            if stored is not None:
                return stored_outcome(key, stored)
        try:
            with transaction.atomic():
                answer = operation()
        except DomainError as error:
            if key is not None and error.final:
                form = StoredRefusal.stored_form(error)
                store_answers(club.id, [(key, error.status, form)])
            return refused(error)
        if key is not None:
            store_answers(club.id, [(key, 201, answer)])
    return Outcome("recorded", answer)
