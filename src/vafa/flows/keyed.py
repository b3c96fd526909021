"""Run operations once per key, one alone or a batch of them: the same key gets the same answer
for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.db import together
from vafa.core.errors import DomainError
from vafa.core.idempotency import (
    Key,
    Name,
    NewAnswer,
    StoredAnswer,
    find_answers,
    make_key,
    retry_lost_race,
    store_answers,
)
from vafa.flows.entries import Outcome, refused
from vafa.flows.repeats import answer_to_keep, patiently, same_again, stored_outcomes

_OPEN = Outcome("open")


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


@dataclass(slots=True, eq=False)
class KeyedItem:
    """One entry of a batch, open until it is recorded, refused, or found to be a repeat."""

    key: Key | None
    outcome: Outcome = field(default_factory=lambda: _OPEN, kw_only=True)
    same_as: KeyedItem | None = field(default=None, kw_only=True)

    @property
    def is_open(self) -> bool:
        """Whether nothing speaks against it so far, and it is to be done here."""
        return self.outcome is _OPEN and self.same_as is None

    def refuse(self, error: DomainError) -> None:
        self.outcome = refused(error)


def keys_of(items: Sequence[KeyedItem]) -> list[Key]:
    """Each key once; later entries of a key repeat the first, or are refused for misusing it."""
    first: dict[Name, KeyedItem] = {}
    for item in items:
        if item.key is None:
            continue
        earlier = first.setdefault(item.key.name, item)
        if earlier is item:
            continue
        assert earlier.key is not None
        reused = item.key.reused(earlier.key.asked_hash, earlier.key.asked_marks)
        if reused is None:
            item.same_as = earlier
        else:
            item.refuse(reused)
    return [item.key for item in first.values() if item.key is not None]


def answer_known(
    club_id: int, items: Sequence[KeyedItem], stored: dict[Name, StoredAnswer]
) -> None:
    """Give the open entries whose keys are known already their outcomes; ``stored`` as looked up."""
    waiting = {item.key.name: item for item in items if item.is_open and item.key is not None}
    keys = [item.key for item in waiting.values() if item.key is not None]
    for name, outcome in stored_outcomes(club_id, keys, stored).items():
        waiting[name].outcome = outcome


def answers_to_keep(items: Sequence[KeyedItem]) -> list[NewAnswer]:
    """What to store: what was recorded, and refusals that are final."""
    kept = [
        answer_to_keep(item.key, item.outcome, _made(item.outcome.answer))
        for item in items
        if item.key is not None and item.same_as is None
    ]
    return [answer for answer in kept if answer is not None]


def refuse_unanswered(items: Sequence[KeyedItem], error: DomainError) -> None:
    """Refuse what was to be recorded, when the transaction came to nothing."""
    for item in items:
        if item.is_open or item.outcome.status == "recorded":
            item.refuse(error)


def all_outcomes(items: Sequence[KeyedItem]) -> list[Outcome]:
    """The outcomes in order; those that repeat another of the batch get its answer."""
    for item in items:
        if item.same_as is not None:
            item.outcome = same_again(item.same_as.outcome, by_key=True)
    return [item.outcome for item in items]
