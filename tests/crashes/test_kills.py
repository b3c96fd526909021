"""Shoppers go on while the processes that serve them are killed: what was acknowledged stays, once.

VAFA_KILLS is the number of kills (60; ``make soak`` kills 1,000 times), VAFA_SOAK_SEED chooses the
same victims again.
A careless client that takes silence for an answer shops along: that its losses are found proves that
the test can fail.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.crashes.client import Shop
from tests.crashes.house import ROOT, House, environment, prepare, vafa
from tests.crashes.journal import Account, Asked, Told, read_journals
from tests.crashes.reckoning import Books, lost, never_asked_for, read_books, told_otherwise
from vafa.config.tests.test_supervisor import free_port

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("VAFA_KILLS", "60"))
SEED = int(os.environ.get("VAFA_SOAK_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
# A session of the database, a process that helps all of them, the whole server, a process that
# answers, their parent, the worker.
VICTIMS = ("backend", "helper", "postmaster", "web child", "web", "worker")
WEIGHTS = (4, 1, 3, 4, 2, 2)
HONEST, REPEATED = 3, 1_500
_TOLD_EVERY = 100


@dataclass
class Shopping:
    """The clients, their journals, and the house in which they shop."""

    home: Path
    made: dict[str, Any]
    house: House
    before: Books
    killed: Counter[str] = field(default_factory=Counter)

    def journals(self, *names: str) -> Account:
        found = sorted(self.home.glob("*.journal"))
        return read_journals([f for f in found if not names or f.stem in names])

    @property
    def honest(self) -> Account:
        return self.journals(*(f"client{n}" for n in range(HONEST)))

    @property
    def hasty(self) -> Account:
        return self.journals("hasty")

    @property
    def shop(self) -> Shop:
        return Shop(self.house.port, self.made["secret"])

    def books(self) -> Books:
        return read_books(self.home, self.made["club"])


@contextmanager
def clients(shopping: Shopping) -> Iterator[None]:
    """They shop while inside; each finishes what it has begun."""
    stop, running = shopping.home / "stop", []
    for n, name in enumerate([*(f"client{n}" for n in range(HONEST)), "hasty"]):
        work = {
            "name": name,
            "hasty": name == "hasty",
            "seed": SEED * 10 + n,
            "port": shopping.house.port,
            "journal": str(shopping.home / f"{name}.journal"),
            "stop": str(stop),
            **{k: shopping.made[k] for k in ("secret", "members", "reward")},
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.client"],
            env=environment(shopping.home),
            cwd=ROOT,
            stdin=subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(work).encode() + b"\n")
        process.stdin.close()
        running.append(process)
    try:
        yield
        stop.touch()
        assert [process.wait(180) for process in running] == [0] * len(running)
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()


def kill_and_kill(shopping: Shopping, kills: int, say: Callable[[str], None]) -> None:
    """Now and then the next comes before the last is mended."""
    dice, house, begin = random.Random(SEED), shopping.house, time.monotonic()
    while shopping.killed.total() < kills:
        what = dice.choices(VICTIMS, WEIGHTS)[0]
        # A recovery once stood still, most likely for a helper that died in it: test_faults has that.
        if what == "helper" or dice.random() < 0.8:
            house.wait()
        time.sleep(dice.uniform(0.1, 1.2))
        if house.kill(what, dice):
            shopping.killed[what] += 1
            if shopping.killed.total() % _TOLD_EVERY == 0:
                say(f"{shopping.killed.total()} kills, {time.monotonic() - begin:.0f} s")
        assert house.process.poll() is None, house.said()


@pytest.fixture(scope="module")
def shopping(
    request: pytest.FixtureRequest, embedded_only: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shopping]:
    """After all kills, with the service up again."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stderr.write(text + "\n")

    say(f"\nVAFA_SOAK_SEED={SEED} VAFA_KILLS={KILLS}")
    home = tmp_path_factory.mktemp("crashes")
    made = prepare(home)
    house = House(home, free_port())
    try:
        house.wait()
        shopping = Shopping(home, made, house, read_books(home, made["club"]))
        begin = time.monotonic()
        with clients(shopping):
            time.sleep(1)
            kill_and_kill(shopping, KILLS, say)
            house.wait()
        seconds, told = time.monotonic() - begin, shopping.honest
        again = sum(each.tries > 1 for each in told.told.values())
        say(
            f"{dict(shopping.killed)} killed in {seconds:.0f} s;"
            f" {len(told.recorded)} acknowledged, {len(told.told) - len(told.recorded)} refused,"
            f" {again} of them asked for more than once"
        )
        yield shopping
    finally:
        house.stop()


def test_what_was_acknowledged_is_there_once_and_nothing_else(shopping: Shopping) -> None:
    told, books = shopping.honest, shopping.books()
    assert len(told.recorded) > KILLS, f"too little to lose (seed {SEED})"
    assert told.asked.keys() == told.told.keys(), "everybody was answered in the end"
    assert lost(told, books) == [], f"seed {SEED}"
    assert never_asked_for(with_what_hasty_did(shopping, books), books, shopping.before) == []


def test_nobody_was_told_of_a_failure_that_has_no_name(shopping: Shopping) -> None:
    assert shopping.honest.trouble == [], f"seed {SEED}"


def test_asking_again_gives_the_same_answer_and_does_nothing(shopping: Shopping) -> None:
    told, before = shopping.honest.recorded, shopping.books()
    some = random.Random(SEED).sample(told, min(REPEATED, len(told)))
    assert told_otherwise(some, shopping.shop) == [], f"seed {SEED}"
    assert shopping.books() == before


def test_every_balance_and_seal_is_right_and_the_service_goes_on(shopping: Shopping) -> None:
    vafa(shopping.home, "seal")
    assert "0 differences" in vafa(shopping.home, "verify")
    body = {"total": 10**6, "member": {"id": shopping.made["members"][0]}}
    assert shopping.shop.surely(Asked("/purchases", "after", body))[0] == 201


def test_silence_taken_for_an_answer_is_found(shopping: Shopping) -> None:
    """The control: a client that counts what was sent as done has lost something."""
    assert lost(shopping.hasty, shopping.books()), f"seed {SEED}"


def test_an_answer_that_was_never_given_is_found(shopping: Shopping) -> None:
    """The control: one line too many in a journal, and one too few."""
    account, books = shopping.honest, shopping.books()
    invented = Asked("/purchases", "invented", {})
    told = {**account.told, "invented": Told(invented, 201, {"purchase_id": 1}, 1)}
    assert len(lost(Account(account.asked, told, []), books)) == 1
    forgotten = next(each.asked.key for each in account.recorded if each.asked.kind == "purchases")
    told = {key: each for key, each in account.told.items() if key != forgotten}
    found = never_asked_for(Account(account.asked, told, []), books, shopping.before)
    assert found != never_asked_for(account, books, shopping.before)


def with_what_hasty_did(shopping: Shopping, books: Books) -> Account:
    """All that was asked for; of the hasty one, what the books say that became of it."""
    account, hasty = shopping.honest, shopping.hasty
    kinds = {"purchase": "purchases", "return": "returns"}
    kinds |= {"reserve": "reservations", "redeem": "redemptions"}
    told = dict(account.told)
    for (operation, key), (status, made) in books.keys.items():
        asked = hasty.asked.get(key)
        if asked is not None and status == 201 and kinds.get(operation) == asked.kind:
            told[key] = Told(asked, status, made, 1)
    return Account({**account.asked, **hasty.asked}, told, [])
