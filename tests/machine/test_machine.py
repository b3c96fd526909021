"""Everything that moves value, in any order, against plain purses: after every step the ledger
says what they say, and at the end of every run ``verify`` finds nothing.

Here a fixed choice of runs; ``make soak`` goes on with random ones (see ``soak.py``).
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from tests.machine.buying import Buying
from tests.machine.correcting import Correcting
from tests.machine.holding import Holding
from tests.machine.shop import PROMISES, Promise

pytestmark = pytest.mark.slow


class Machine(Buying, Holding, Correcting):
    """All of it, for people who have something to begin with."""

    @initialize(promise=st.sampled_from(PROMISES))
    def begin(self, promise: Promise) -> None:
        self.open(promise)
        for who in range(len(self.people)):
            self.adjust(who=who, unit=0, amount=90)
            self.adjust(who=who, unit=1, amount=6_000)
            self.buy(who=who, lines=[77_777], points=0, credit=0, voucher=None, reservation=None)


SHORT = settings(
    max_examples=30,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def test_the_ledger_keeps_step_with_plain_purses(database: None) -> None:
    run_state_machine_as_test(Machine, settings=SHORT)
    done = {operation for operation, what in Machine.told if what == "done"}
    refused = {what for _, what in Machine.told if what != "done"}
    print(Machine.steps, sorted(Machine.told.items()))
