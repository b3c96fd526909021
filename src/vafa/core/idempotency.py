"""Keys made by callers: the same key and input get the same answer, for ever.

The unique constraint decides races. An operation looks its keys up first, does its work, and
writes the keys with the answers in the same transaction; when another transaction was faster,
the insert fails, everything is rolled back, and ``retry_lost_race`` runs the operation again,
which now finds the other's answer.

The look-up also takes an advisory lock on each key until the transaction ends. Whoever asks for
a key that somebody works on learns it there, before doing any work: ``wait_for_first`` then waits
for the first, but not for long. (docs/adr/0004 and 0006)
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple, TypeVar

import orjson
from django.db import IntegrityError, OperationalError, transaction

from vafa.core.db import Query, Row, Table, dumps, fetch, insert_rows, recordset
from vafa.core.errors import DomainError
from vafa.core.ids import next_ids

T = TypeVar("T")
Name = tuple[str, str, str]  # (client, operation, key), within a club

PATIENCE = 2.0  # seconds that a repeated request waits for the first
KEPT_DAYS = 30  # how long an answer is kept word for word
# A server's lock table has room for 64 locks a connection (max_locks_per_transaction), whatever
# happens; the tables need the others. A larger batch locks only its first key: a batch that is
# sent again is sent whole.
_LOCKED_KEYS = 50
_FORGET_AT_ONCE = 10_000
_ATTEMPTS = 4
# deadlock_detected, serialization_failure: nothing was written, and trying again is safe.
_TRANSIENT = {"40P01", "40001"}
_LOCK_TIMEOUT = "55P03"
_NAME = (("client", "text"), ("operation", "text"), ("key", "text"))
_LINKS = Table(
    "core_idempotencykey",
    (
        ("id", "bigint"),
        ("club_id", "bigint"),
        *_NAME,
        ("asked_hash", "text"),
        ("asked_marks", "text"),
        ("status", "smallint"),
        ("made", "jsonb"),
        ("refusal", "text"),
    ),
)
_ANSWERS = Table(
    "core_idempotencyanswer", (("key_id", "bigint"), ("club_id", "bigint"), ("answer", "text"))
)
_LOCK = "hashtextextended(concat_ws(' ', w.client, w.operation, w.key), %s)"


class LostRace(Exception):
    """What was looked up before a lock has changed when the lock was got: look again."""


class KeyReused(DomainError):
    """The key was used before with another input; ``fields`` are those that differ."""

    code = "idempotency_key_reused"
    status = 422
    fa = "این کلید پیش‌تر برای درخواست دیگری به کار رفته است. برای درخواست تازه کلید تازه بسازید."
    en = "This key was used before for another request. Make a new key for a new request."

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(fields=list(fields))

    def message(self, lang: str) -> str:
        """The sentence, with the names of the fields that differ."""
        named = self.details["fields"]
        if not named:
            return super().message(lang)
        if lang == "fa":
            return f"{self.fa} تفاوت در: {'، '.join(named)}."
        return f"{self.en} What differs: {', '.join(named)}."


class KeyMissing(DomainError):
    """The operation moves value and carries no key."""

    code = "idempotency_key_missing"
    status = 400
    fa = "سرآیند Idempotency-Key لازم است: برای هر درخواست یک کلید یکتا بسازید (تا ۱۲۸ نویسه)."
    en = "The Idempotency-Key header is required: make one unique key per request (up to 128 characters)."


@dataclass(frozen=True, slots=True)
class Key:
    """(client, operation, key) within a club, and marks of what was asked: see ``make_key``."""

    client: str
    operation: str
    key: str
    asked_hash: str
    asked_marks: str

    @property
    def name(self) -> Name:
        """What is unique within the club."""
        return (self.client, self.operation, self.key)

    def reused(self, hashed: str, marks: str) -> KeyReused | None:
        """The refusal when an earlier request (its hash and marks) asked something else."""
        if hashed == self.asked_hash:
            return None
        mine, theirs = _marks(self.asked_marks), _marks(marks)
        names = sorted(mine.keys() | theirs.keys())
        return KeyReused([n for n in names if mine.get(n) != theirs.get(n)])


class KeyInFlight(DomainError):
    """The same request is being worked on at this moment; nothing is known of it yet."""

    code = "idempotency_key_in_flight"
    status = 409
    fa = "همین درخواست هنوز در دست انجام است. کمی بعد با همان کلید دوباره بپرسید."
    en = "The same request is still being worked on. Ask again a little later with the same key."
    retry_after = 2

    def __init__(self, key: Key) -> None:
        self.key = key
        super().__init__()


class StoredAnswer(NamedTuple):
    """What is kept of a key: an HTTP-like status, what was made, the code of a refusal, and the
    answer word for word while it is kept (None later). ``status`` 0: nothing yet, in flight."""

    status: int
    asked_hash: str
    asked_marks: str
    made: dict[str, Any]
    refusal: str
    answer: Any


class NewAnswer(NamedTuple):
    """What to keep of a key: see ``StoredAnswer``."""

    key: Key
    status: int
    made: Mapping[str, Any]
    refusal: str
    answer: Any


def hash_input(value: Any) -> str:
    """SHA-256 of the input's canonical JSON (sorted keys)."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def make_key(client: str, operation: str, key: str, asked: Mapping[str, Any]) -> Key:
    """A key with marks of the fields that were asked for, by their names.

    A field that says nothing ("", 0, None, none of many) counts as absent, so that a new field
    of a later version does not make old requests differ. The hash over all decides whether two
    requests are the same; the marks, 16 bits for each field, only help to name what differs.
    """
    said, marks = [], []
    for name in sorted(asked):
        value = asked[name]
        if value:
            text = orjson.dumps(value, str, orjson.OPT_SORT_KEYS)
            said.append(text)
            marks.append(f"{name}:{zlib.crc32(text) & 0xFFFF:04x}")
    named = " ".join(marks)
    whole = hashlib.sha256(named.encode() + b"\0" + b"\0".join(said))
    return Key(client, operation, key, whole.hexdigest()[:32], named)


def _marks(text: str) -> dict[str, str]:
    return dict(mark.split(":", 1) for mark in text.split())


def answers_query(club_id: int, keys: Sequence[Key]) -> Query[dict[Name, StoredAnswer]]:
    """What is known of these keys, by name; of a key that nobody used, nothing.

    Locks the unused keys until the transaction ends (all of up to 50, else the first by name);
    of those that another transaction has locked, the answer says that they are in flight.
    """
    sql = (
        "SELECT w.client, w.operation, w.key, coalesce(k.status, 0), coalesce(k.asked_hash, ''),"
        " coalesce(k.asked_marks, ''), k.made, coalesce(k.refusal, ''), k.answer"
        f" FROM {recordset((*_NAME, ('lock', 'boolean')), 'w')} LEFT JOIN LATERAL ("
        "SELECT k.*, (SELECT a.answer FROM core_idempotencyanswer a WHERE a.key_id = k.id) AS answer"
        " FROM core_idempotencykey k WHERE k.club_id = %s AND k.client = w.client"
        # One at most; the limit makes every plan a look-up by index, however old the statistics.
        " AND k.operation = w.operation AND k.key = w.key LIMIT 1) k ON true"
        " WHERE CASE WHEN k.id IS NOT NULL THEN true"
        f" WHEN w.lock THEN NOT pg_try_advisory_xact_lock({_LOCK}) ELSE false END"
    )
    names = [key.name for key in keys]
    first = min(names) if len(names) > _LOCKED_KEYS else None
    asked = dumps([(*name, first is None or name == first) for name in names])
    return Query(
        sql if keys else "",
        [asked, club_id, club_id],
        lambda rows: {(c, o, k): _stored(rest) for c, o, k, *rest in rows},
    )


def find_answers(club_id: int, keys: Sequence[Key]) -> dict[Name, StoredAnswer]:
    """What ``answers_query`` finds, asked alone."""
    return answers_query(club_id, keys).ask()


def _stored(row: list[Any]) -> StoredAnswer:
    status, hashed, marks, made, refusal, answer = row
    return StoredAnswer(status, hashed, marks, _loads(made) or {}, refusal, _loads(answer))


def store_answers(club_id: int, answers: Sequence[NewAnswer]) -> None:
    """Write keys with their answers; raises IntegrityError when another transaction was faster."""
    numbers = next_ids("core_idempotencykey", len(answers))
    links: list[Row] = []
    said: list[Row] = []
    for number, (key, status, made, refusal, answer) in zip(numbers, answers, strict=True):
        marks = (key.asked_hash, key.asked_marks)
        links.append((number, club_id, *key.name, *marks, status, dumps(made), refusal))
        said.append((number, club_id, dumps(answer)))
    insert_rows(_LINKS, links)
    insert_rows(_ANSWERS, said)


def wait_for_first(club_id: int, key: Key, until: float) -> bool:
    """Wait, until the moment ``until`` of ``time.monotonic`` at most, for whoever works under
    ``key`` to end; False when the time is over and the other still works.

    To be called outside any transaction, so that nothing is held meanwhile.
    """
    left = int((until - monotonic()) * 1000)
    if left <= 0:
        return False
    try:
        with transaction.atomic(durable=True):
            fetch("SELECT set_config('lock_timeout', %s, true)", [f"{left}ms"])
            # Shared, so that those who wait for the same key do not wait for each other.
            fetch(
                f"SELECT 1 FROM {recordset(_NAME, 'w')}"
                f" WHERE pg_advisory_xact_lock_shared({_LOCK}) IS NOT NULL",
                [dumps([key.name]), club_id],
            )
    except OperationalError as error:
        if _sqlstate(error) != _LOCK_TIMEOUT:
            raise
        return False
    return True


def forget_answers(before: datetime) -> int:
    """Delete answers recorded before that moment, and keep their keys; how many went.

    They are read in the order of their numbers, which is nearly that of their age: it ends with
    the first ten thousand of which none is old enough.
    """
    total, last = 0, 0
    while True:
        rows = fetch(
            "WITH page AS (SELECT key_id, recorded_at FROM core_idempotencyanswer"
            " WHERE key_id > %s ORDER BY key_id LIMIT %s),"
            " gone AS (DELETE FROM core_idempotencyanswer a USING page p"
            " WHERE a.key_id = p.key_id AND p.recorded_at < %s RETURNING 1)"
            " SELECT coalesce((SELECT max(key_id) FROM page), 0), (SELECT count(*) FROM gone)",
            [last, _FORGET_AT_ONCE, before],
        )
        last, gone = rows[0][0], int(rows[0][1])
        total += gone
        if not gone:
            return total


def retry_lost_race(operation: Callable[[], T]) -> T:
    """Run ``operation`` (one durable transaction), again when a concurrent one won a key, or
    changed what had been looked up.

    The second run sees what the winner committed. Any other error, and a race lost four times
    in a row, is raised.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return operation()
        except LostRace:
            if attempt == _ATTEMPTS:
                raise
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
