"""Everything that moves value, in any order, against plain purses: after every step the ledger
says what they say, and at the end of every run ``verify`` finds nothing.

Here a fixed choice of runs. ``make soak`` makes random ones until it has done a million steps;
of them VAFA_SOAK_STEPS are done here, some thousand under each seed. The seed is said when one
fails; VAFA_SOAK_SEED names the first, so that it fails again.
"""

from __future__ import annotations

import os
import random
import sys
from time import monotonic

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from tests.machine.buying import Buying
from tests.machine.correcting import Correcting
from tests.machine.holding import Holding
from tests.machine.shop import PROMISES, Promise
from vafa.ledger.rules import standing

SOAK = int(os.environ.get("VAFA_SOAK_STEPS", "0"))
FIRST_SEED = os.environ.get("VAFA_SOAK_SEED")
SHORT = settings(
    max_examples=40,
    stateful_step_count=50,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A failing run is long but plain; looking for a shorter one takes many minutes.
    phases=[Phase.generate],
)
LONG = settings(SHORT, derandomize=False, max_examples=50, stateful_step_count=60)


class Machine(Buying, Holding, Correcting):
    """All of it, for people who have something to begin with."""

    @initialize(promise=st.sampled_from(PROMISES))
    def begin(self, promise: Promise) -> None:
        self.open(promise)
        for who in range(len(self.people)):
            self.adjust(who=who, unit=0, amount=90)
            self.adjust(who=who, unit=1, amount=6_000)
            self.buy(who=who, lines=[77_777], points=0, credit=0, voucher=None, reservation=None)


@pytest.mark.slow
def test_the_ledger_keeps_step_with_plain_purses(database: None) -> None:
    run_state_machine_as_test(Machine, settings=SHORT)
    done = {operation for operation, what in Machine.told if what == "done"}
    usual = {"adjust", "bring_back", "buy", "give", "merge", "redeem", "reserve", "reverse"}
    assert usual <= done, "where everything is refused, nothing is proven"


@pytest.mark.slow
def test_a_ledger_that_pays_with_the_wrong_lots_is_found_out(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "expires_first", lambda lot: -lot.id)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=SHORT)


@pytest.mark.slow
@pytest.mark.skipif(not SOAK, reason="make soak")
def test_it_does_so_for_a_million_steps(database: None) -> None:
    number = int(FIRST_SEED) if FIRST_SEED else random.SystemRandom().randrange(10**9)
    began, before = monotonic(), Machine.steps
    while (done := Machine.steps - before) < SOAK:
        Machine.shops.clear()  # a run must not depend on those before it
        try:
            run_state_machine_as_test(seed(number)(Machine), settings=LONG)
        except BaseException:
            sys.stderr.write(f"\nfailed: make soak SEED={number}\n")
            raise
        done = Machine.steps - before
        rate = done / (monotonic() - began)
        sys.stderr.write(f"seed {number}: {done:,} of {SOAK:,} steps, {rate:.0f} a second\n")
        number += 1
