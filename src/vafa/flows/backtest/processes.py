"""Slices judged by several processes at once: threads would share one interpreter."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress

import orjson
from django.db import connection

from vafa.flows.backtest.question import Question
from vafa.program.rules.backtest import Tally

PROCESSES = 2
_LOOK_EVERY = 0.5  # seconds
_PATIENCE = 5.0
Slices = Sequence[tuple[int, int]]
# The connection's settings that are this process's own (a test's database, the application's role).
_OWN_SETTINGS = ("NAME", "USER", "PASSWORD")


class ChildFailed(Exception):
    """A process that judged slices ended before its work was done."""


def judge_elsewhere(
    question: Question, slices: Slices, look: Callable[[Tally | None], None]
) -> None:
    """Judge ``slices`` in processes of their own.

    ``look`` gets each tally as it comes, and None now and then between them; what it raises ends
    everything. Raises ChildFailed.
    """
    waiting: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
    for one in slices:
        waiting.put(one)
    done: queue.SimpleQueue[Tally] = queue.SimpleQueue()
    count = min(PROCESSES, os.cpu_count() or 1, len(slices))
    with _children(question, count) as children, ThreadPoolExecutor(count) as pool:
        running = {pool.submit(_keep_busy, child, waiting, done) for child in children}
        try:
            while running:
                finished, running = wait(running, _LOOK_EVERY, FIRST_COMPLETED)
                look(None)
                while not done.empty():
                    look(done.get())
                for each in finished:
                    each.result()
        finally:
            _empty(waiting)
            for child in children:
                child.kill()


@contextmanager
def _children(question: Question, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    settings = {name: connection.settings_dict[name] for name in _OWN_SETTINGS}
    first = orjson.dumps({"question": question.as_json(), "database": settings}) + b"\n"
    children: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            child = subprocess.Popen(
                [sys.executable, "-m", "vafa.flows.backtest.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            children.append(child)
            _send(child, first)
        yield children
    finally:
        for child in children:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            child.wait(_PATIENCE)


def _keep_busy(
    child: subprocess.Popen[bytes],
    waiting: queue.SimpleQueue[tuple[int, int]],
    done: queue.SimpleQueue[Tally],
) -> None:
    while True:
        try:
            one = waiting.get_nowait()
        except queue.Empty:
            return
        _send(child, orjson.dumps(one) + b"\n")
        assert child.stdout is not None
        answer = child.stdout.readline()
        if not answer:
            raise ChildFailed(f"ended with code {child.wait(_PATIENCE)}")
        done.put(Tally.of_json(orjson.loads(answer)))


def _send(child: subprocess.Popen[bytes], line: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(line)
        child.stdin.flush()
    except BrokenPipeError as error:
        raise ChildFailed(f"ended with code {child.wait(_PATIENCE)}") from error


def _empty(waiting: queue.SimpleQueue[tuple[int, int]]) -> None:
    with suppress(queue.Empty):
        while True:
            waiting.get_nowait()
