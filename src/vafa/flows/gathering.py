"""Requests that wait at the same moment become one batch: one commit for all of them.

A thread that brings an entry while nobody is recording leads: it records everything that waits,
its own entry included, on its own connection. Those that arrive meanwhile wait, and one of them
leads the next batch. Nobody waits for more to come.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass, field

from vafa.club.reads.context import ClubContext
from vafa.core.idempotency import PATIENCE, KeyInFlight
from vafa.core.outages import Unavailable
from vafa.flows.entries import Outcome, PurchaseEntry, entry_key, refused
from vafa.flows.purchases import record_without_waiting
from vafa.flows.repeats import patiently

MOST_AT_ONCE = 200
WAIT_SECONDS = 30.0


@dataclass(slots=True, eq=False)
class _Job:
    entry: PurchaseEntry
    source: str
    wake: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    error: BaseException | None = None
    leads: bool = False


class _Gatherer:
    """The waiting entries of one club in this process."""

    def __init__(self, club: ClubContext) -> None:
        self.club = club
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._busy = False
        self._keys: Counter[tuple[str, str]] = Counter()

    def record(self, entry: PurchaseEntry, source: str) -> Outcome:
        job, name = _Job(entry, source), (entry.actor.label, entry.key)
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

    def _outcome(self, job: _Job, repeats: bool) -> Outcome:
        if not job.leads and not job.wake.wait(PATIENCE if repeats else WAIT_SECONDS):
            if repeats and self._abandon(job):
                key = entry_key(job.entry, "purchase")
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
            count = min(len(self._waiting), MOST_AT_ONCE)
            batch = [self._waiting.popleft() for _ in range(count)]
        try:
            _record_batch(self.club, batch)
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

    def _give_up(self, job: _Job) -> None:
        """Nobody took the entry in time: withdraw it, unless a leader has it in hand."""
        with self._lock:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise Unavailable
        job.wake.wait()

    def _abandon(self, job: _Job) -> bool:
        """Wait no longer for a repeated entry, even in a leader's hands: whether it or its twin is
        recorded, the same key finds it. False when it must lead itself."""
        with self._lock:
            if job.leads:
                return False
            if job in self._waiting:
                self._waiting.remove(job)
            return True


def _record_batch(club: ClubContext, batch: list[_Job]) -> None:
    """Record all at once; when that crashes, one by one, so that none spoils the others."""
    for source in {job.source for job in batch}:
        jobs = [job for job in batch if job.source == source]
        try:
            entries = [job.entry for job in jobs]
            outcomes = record_without_waiting(club, entries, source=source)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that brought it
            if len(jobs) == 1:
                jobs[0].error = error
            else:
                for job in jobs:
                    _record_batch(club, [job])
            continue
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.outcome = outcome


_gatherers: dict[int, _Gatherer] = {}
_gatherers_lock = threading.Lock()


def record_one(club: ClubContext, entry: PurchaseEntry, *, source: str) -> Outcome:
    """Record one purchase together with those that other threads bring at this moment.

    The answer is the entry's own. While the same key is in flight, here or elsewhere, waits for it
    up to two seconds (then KeyInFlight), and lets the others go on. Raises what ``record_purchases`` raises for a batch
    (NoLiveProgram, database errors), and Unavailable when its turn does not come in time.
    """
    with _gatherers_lock:
        gatherer = _gatherers.get(club.id)
        if gatherer is None:
            gatherer = _gatherers[club.id] = _Gatherer(club)
    gatherer.club = club
    return patiently(club.id, [entry], lambda _: [gatherer.record(entry, source)])[0]
