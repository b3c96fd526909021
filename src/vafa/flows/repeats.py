"""What a key that was used before gets: the stored answer, a refusal, or patience."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, TypeVar

from vafa.core.errors import StoredRefusal
from vafa.core.idempotency import (
    PATIENCE,
    Key,
    KeyInFlight,
    Name,
    NewAnswer,
    StoredAnswer,
    wait_for_first,
)
from vafa.flows.entries import Outcome, refused
from vafa.program.reads.made import made_again

E = TypeVar("E")


def stored_outcomes(
    club_id: int, keys: Iterable[Key], stored: dict[Name, StoredAnswer]
) -> dict[Name, Outcome]:
    """The outcomes of those keys that are known already; ``stored`` as the look-up found them.

    Answers whose words are forgotten are made again from what they made, all in few statements.
    """
    if not stored:
        return {}
    outcomes: dict[Name, Outcome] = {}
    forgotten: list[Name] = []
    for key in keys:
        found = stored.get(key.name)
        if found is None:
            continue
        if found.status and found.answer is None and not found.refusal:
            forgotten.append(key.name)
        outcomes[key.name] = _outcome(key, found)
    again = made_again(club_id, [(name[1], stored[name].made) for name in forgotten])
    for name, answer in zip(forgotten, again, strict=True):
        if outcomes[name].error is None:
            outcomes[name].answer = answer
    return outcomes


def _outcome(key: Key, found: StoredAnswer) -> Outcome:
    if not found.status:
        return refused(KeyInFlight(key))
    reused = key.reused(found.asked_hash, found.asked_marks)
    if reused is not None:
        return refused(reused)
    if not found.refusal:
        return Outcome("repeated", found.answer or {}, by_key=True)
    if found.answer is None:
        return refused(StoredRefusal.without_words(found.refusal, found.status))
    return refused(StoredRefusal(**found.answer))


def same_again(first: Outcome, *, by_key: bool) -> Outcome:
    """The outcome of an entry that repeats another of its own batch, under the same key or only
    with the same receipt number."""
    if first.error is None:
        return Outcome("repeated", first.answer, by_key=by_key)
    if by_key and first.error.final:
        return refused(StoredRefusal(**StoredRefusal.stored_form(first.error)))
    return first


def answer_to_keep(key: Key, outcome: Outcome, made: dict[str, Any]) -> NewAnswer | None:
    """What to store under the key: what was recorded (``made`` names it) or a final refusal.

    None for what is not to be stored: repeats, and refusals that can be corrected.
    """
    error = outcome.error
    if outcome.status == "recorded":
        return NewAnswer(key, 201, made, "", outcome.answer)
    if error is None or not error.final or isinstance(error, StoredRefusal):
        return None
    return NewAnswer(key, error.status, {}, error.code, StoredRefusal.stored_form(error))


def patiently(
    club_id: int, entries: Sequence[E], record: Callable[[Sequence[E]], list[Outcome]]
) -> list[Outcome]:
    """Record the entries; those whose key is in flight elsewhere wait up to two seconds for the
    other to end and are tried again, all other entries being done by then.

    Call it outside any transaction. What is still in flight then is refused with KeyInFlight.
    """
    until = monotonic() + PATIENCE
    outcomes = record(entries)
    while waiting := _in_flight(outcomes):
        free = [n for n, key in waiting if wait_for_first(club_id, key, until)]
        if not free:
            break
        again = record([entries[n] for n in free])
        for n, outcome in zip(free, again, strict=True):
            outcomes[n] = outcome
    return outcomes


def _in_flight(outcomes: Sequence[Outcome]) -> list[tuple[int, Key]]:
    errors = [(n, outcome.error) for n, outcome in enumerate(outcomes)]
    return [(n, error.key) for n, error in errors if isinstance(error, KeyInFlight)]
