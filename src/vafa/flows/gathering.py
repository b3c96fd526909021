"""Requests that wait at the same moment become one batch: one commit for all of them.

A thread that brings an entry while nobody is recording leads: it records all entries of the same
kind that wait, its own included, on its own connection. Those that arrive meanwhile wait, and one
of them leads the next batch. Nobody waits for more to come.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, Generic, Protocol, TypeVar

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.idempotency import PATIENCE, Key, KeyInFlight
from vafa.core.outages import Unavailable
from vafa.flows.captures import end_without_waiting
from vafa.flows.entries import Outcome, PurchaseEntry, entry_key, refused
from vafa.flows.previews import preview_purchases
from vafa.flows.purchases import record_without_waiting
from vafa.flows.repeats import patiently
from vafa.flows.reservation_work import CaptureEntry, EndEntry, ReserveEntry
from vafa.flows.reservations import reserve_without_waiting

MOST_AT_ONCE = 200
WAIT_SECONDS = 30.0


class _Entry(Protocol):
    """Who asks, and under which key."""

    @property
    def actor(self) -> Actor: ...

    @property
    def key(self) -> str: ...


E = TypeVar("E", bound=_Entry)


@dataclass(frozen=True, slots=True, eq=False)
class _Kind(Generic[E]):
    """Entries of one operation, which are recorded together: how, and the key of one."""

    record: Callable[[ClubContext, Sequence[E]], list[Outcome]]
    key_of: Callable[[E], Key | None]


@dataclass(slots=True, eq=False)
class _Job(Generic[E]):
    kind: _Kind[E]
    entry: E
    wake: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    error: BaseException | None = None
    leads: bool = False


class _Gatherer:
    """The waiting entries of one club in this process, oldest first.

    One batch at a time: what waits for it makes the next one larger, which costs less than two
    that are recorded side by side.
    """

    def __init__(self, club: ClubContext) -> None:
        self.club = club
        self._lock = threading.Lock()
        self._waiting: deque[_Job[Any]] = deque()
        self._busy = False
        self._keys: Counter[tuple[_Kind[Any], str, str]] = Counter()

    def record(self, kind: _Kind[E], entry: E) -> Outcome:
        job, name = _Job(kind, entry), (kind, entry.actor.label, entry.key)
        with self._lock:
            self._keys[name] += 1
            repeats = bool(entry.key) and self._keys[name] > 1
            self._waiting.append(job)
            job.leads = not self._busy
            self._busy = True
        try:
            return self._outcome(job, repeats)
        finally:
            with self._lock:
                self._keys[name] -= 1
                if not self._keys[name]:
                    del self._keys[name]

    def _outcome(self, job: _Job[Any], repeats: bool) -> Outcome:
        if not job.leads and not job.wake.wait(PATIENCE if repeats else WAIT_SECONDS):
            if repeats and self._abandon(job):
                key = job.kind.key_of(job.entry)
                assert key is not None
                return refused(KeyInFlight(key))
            if not repeats:
                self._give_up(job)
        if job.leads:
            self._lead()
        if job.error is not None:
            raise job.error
        assert job.outcome is not None
        return job.outcome

    def _lead(self) -> None:
        with self._lock:
            kind = self._waiting[0].kind
            batch = [job for job in self._waiting if job.kind is kind][:MOST_AT_ONCE]
            taken = set(batch)
            self._waiting = deque([job for job in self._waiting if job not in taken])
        try:
            _record_batch(self.club, kind, batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
                if following is not None:
                    following.leads = True
            for job in batch:
                job.wake.set()
            if following is not None:
                following.wake.set()

    def _give_up(self, job: _Job[Any]) -> None:
        """Nobody took the entry in time: withdraw it, unless a leader has it in hand."""
        with self._lock:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise Unavailable
        job.wake.wait()

    def _abandon(self, job: _Job[Any]) -> bool:
        """Wait no longer for a repeated entry, even in a leader's hands: whether it or its twin is
        recorded, the same key finds it. False when it must lead itself."""
        with self._lock:
            if job.leads:
                return False
            if job in self._waiting:
                self._waiting.remove(job)
            return True


def _record_batch(club: ClubContext, kind: _Kind[E], jobs: Sequence[_Job[E]]) -> None:
    """Record all at once; when that crashes, one by one, so that none spoils the others."""
    try:
        outcomes = kind.record(club, [job.entry for job in jobs])
    except Exception as error:  # noqa: BLE001 - raised again in the thread that brought it
        if len(jobs) == 1:
            jobs[0].error = error
        else:
            for job in jobs:
                _record_batch(club, kind, [job])
        return
    for job, outcome in zip(jobs, outcomes, strict=True):
        job.outcome = outcome


@cache
def _purchases(source: str) -> _Kind[PurchaseEntry]:
    record = partial(record_without_waiting, source=source)
    return _Kind(record, partial(entry_key, operation="purchase"))


_RESERVATIONS: _Kind[ReserveEntry] = _Kind(reserve_without_waiting, lambda entry: entry.once)
_CAPTURES: _Kind[EndEntry] = _Kind(end_without_waiting, lambda entry: entry.once)
_RELEASES: _Kind[EndEntry] = _Kind(end_without_waiting, lambda entry: entry.once)

_PREVIEWS: _Kind[PurchaseEntry] = _Kind(preview_purchases, lambda entry: None)

# By the club, and whether they only ask: who asks need not wait for who records.
_gatherers: dict[tuple[int, bool], _Gatherer] = {}
_gatherers_lock = threading.Lock()


def record_one(club: ClubContext, entry: PurchaseEntry, *, source: str) -> Outcome:
    """Record one purchase together with those that other threads bring at this moment.

    The answer is the entry's own. While the same key is in flight, here or elsewhere, waits for it
    up to two seconds (then KeyInFlight), and lets the others go on. Raises what ``record_purchases`` raises for a batch
    (NoLiveProgram, database errors), and Unavailable when its turn does not come in time.
    """
    return _gather(club, _purchases(source), entry)


def preview_one(club: ClubContext, entry: PurchaseEntry) -> Outcome:
    """``preview_purchase`` of one entry, together with those that other threads ask for at this
    moment; each is answered as if it were alone. Raises NoLiveProgram, database errors, and
    Unavailable when its turn does not come in time."""
    return _gather(club, _PREVIEWS, replace(entry, key=""))


def reserve_one(club: ClubContext, entry: ReserveEntry) -> Outcome:
    """Set aside for one bill, together with what other threads set aside at this moment.

    Waits as ``record_one`` does. Raises database errors, and Unavailable when its turn does not
    come in time; every refusal is an outcome.
    """
    return _gather(club, _RESERVATIONS, entry)


def end_one(club: ClubContext, entry: EndEntry) -> Outcome:
    """Capture or release one reservation, together with those of other threads; as ``reserve_one``."""
    return _gather(club, _CAPTURES if isinstance(entry, CaptureEntry) else _RELEASES, entry)


def _gather(club: ClubContext, kind: _Kind[E], entry: E) -> Outcome:
    of = club.id, kind is _PREVIEWS
    with _gatherers_lock:
        gatherer = _gatherers.get(of)
        if gatherer is None:
            gatherer = _gatherers[of] = _Gatherer(club)
    gatherer.club = club
    return patiently(club.id, [entry], lambda _: [gatherer.record(kind, entry)])[0]
