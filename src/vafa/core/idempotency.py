"""Keys made by callers: the same key and input get the same answer, for ever.

The unique constraint decides races. An operation looks its keys up first, does its work, and
writes the keys with the answers in the same transaction; when another transaction was faster,
the insert fails, everything is rolled back, and ``retry_lost_race`` runs the operation again,
which now finds the other's answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from django.db import IntegrityError, OperationalError

from vafa.core.db import Query, Table, dumps, insert_rows, recordset
from vafa.core.errors import DomainError

T = TypeVar("T")
_ATTEMPTS = 4
# deadlock_detected, serialization_failure: nothing was written, and trying again is safe.
_TRANSIENT = {"40P01", "40001"}
_KEYS = (("client", "text"), ("operation", "text"), ("key", "text"))
_TABLE = Table(
    "core_idempotencykey",
    (
        ("club_id", "bigint"),
        *_KEYS,
        ("input_hash", "text"),
        ("status", "smallint"),
        ("answer", "jsonb"),
    ),
)


class KeyReused(DomainError):
    """The key was used before with another input."""

    code = "idempotency_key_reused"
    status = 422
    fa = "این کلید پیش‌تر برای درخواست دیگری به کار رفته است. برای درخواست تازه کلید تازه بسازید."
    en = "This key was used before for another request. Make a new key for a new request."


class KeyMissing(DomainError):
    """The operation moves value and carries no key."""

    code = "idempotency_key_missing"
    status = 400
    fa = "سرآیند Idempotency-Key لازم است: برای هر درخواست یک کلید یکتا بسازید (تا ۱۲۸ نویسه)."
    en = "The Idempotency-Key header is required: make one unique key per request (up to 128 characters)."


@dataclass(frozen=True, slots=True)
class Key:
    """(client, operation, key) within a club; ``input_hash`` of what was asked."""

    client: str
    operation: str
    key: str
    input_hash: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered the first time: an HTTP-like status and a JSON value."""

    input_hash: str
    status: int
    answer: Any


def hash_input(value: Any) -> str:
    """SHA-256 of the input's canonical JSON (sorted keys)."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def answers_query(
    club_id: int, keys: Sequence[Key]
) -> Query[dict[tuple[str, str, str], StoredAnswer]]:
    """Answers already stored for these keys, by (client, operation, key)."""
    sql = (
        "SELECT k.client, k.operation, k.key, k.input_hash, k.status, k.answer"
        f" FROM {recordset(_KEYS, 'w')}, LATERAL (SELECT * FROM core_idempotencykey k"
        " WHERE k.club_id = %s AND k.client = w.client AND k.operation = w.operation"
        # One at most; the limit makes every plan a look-up by index, however old the statistics.
        " AND k.key = w.key LIMIT 1) k"
    )
    asked = dumps([(k.client, k.operation, k.key) for k in keys])
    return Query(
        sql if keys else "",
        [asked, club_id],
        lambda rows: {(r[0], r[1], r[2]): StoredAnswer(r[3], r[4], _loads(r[5])) for r in rows},
    )


def find_answers(club_id: int, keys: Sequence[Key]) -> dict[tuple[str, str, str], StoredAnswer]:
    """Answers already stored for these keys, by (client, operation, key)."""
    return answers_query(club_id, keys).ask()


def store_answers(club_id: int, answers: Sequence[tuple[Key, int, Any]]) -> None:
    """Write keys with their answers; raises IntegrityError when another transaction was faster."""
    insert_rows(
        _TABLE,
        [
            (club_id, k.client, k.operation, k.key, k.input_hash, status, dumps(answer))
            for k, status, answer in answers
        ],
    )


def retry_lost_race(operation: Callable[[], T]) -> T:
    """Run ``operation`` (one durable transaction), again when a concurrent one won a key.

    The second run sees what the winner committed. Any other error, and a race lost four times
    in a row, is raised.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return operation()
        except IntegrityError as error:
            if not _is_unique_violation(error) or attempt == _ATTEMPTS:
                raise
        except OperationalError as error:
            if _sqlstate(error) not in _TRANSIENT or attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _sqlstate(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _is_unique_violation(error: IntegrityError) -> bool:
    return _sqlstate(error) == "23505"


def _loads(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
