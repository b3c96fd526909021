"""Verification, beside the one GROUP BY that derives every balance from the same transfers."""

from __future__ import annotations

from time import perf_counter

from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.stages import Bench
from vafa.config.bench.value import Grant, give
from vafa.core.db import fetch
from vafa.core.verification import Difference, Examination, one_snapshot
from vafa.flows.verification import verify
from vafa.ledger.reads.account_sieve import fresh_numbers
from vafa.ledger.reads.verification import CHECKS

_BAR = Bar(at_most=4)
_LOTS_EACH = 10
# Every transfer has two sides, and a balance is the sum of an account's.
_BALANCES = """
    SELECT count(*), sum(balance) FROM (
        SELECT account_id, sum(n) AS balance FROM (
            SELECT credit_account_id AS account_id, amount AS n FROM ledger_transfer
            WHERE book_id = %(book)s
            UNION ALL
            SELECT debit_account_id, -amount FROM ledger_transfer WHERE book_id = %(book)s
        ) sides GROUP BY account_id
    ) balances
"""


def write_history(bench: Bench) -> None:
    """Transfers in great number, for what comes after to look through."""
    members = min(bench.scene.members, -(-bench.options.history // _LOTS_EACH))
    bench.progress.start(1, f"Writing {bench.options.history:,} transfers")
    give(bench.databases, bench.scene, Grant(0, members, -(-bench.options.history // members)))
    bench.progress.advance()
    bench.progress.finish()


def verifying(bench: Bench) -> tuple[list[Row], list[Difference]]:
    """(k) All checks of the ledger; and everything, with the seals. Also what they found."""
    params = {"book": bench.scene.book_id, "club": bench.scene.club_id}
    params |= {"points": bench.scene.unit_id}
    ((transfers,),) = fetch("SELECT count(*) FROM ledger_transfer")
    base: list[float] = []
    checks: list[float] = []
    bench.databases.settle()
    bench.progress.start(2 * bench.options.rounds, "Verifying")
    with one_snapshot():
        fetch(_BALANCES, params)  # Reads the table into memory, for both alike.
        for _ in range(bench.options.rounds):
            began = perf_counter()
            fetch(_BALANCES, params)
            base.append(perf_counter() - began)
            bench.progress.advance()
            examination = Examination({**params, **fresh_numbers()})
            began = perf_counter()
            for check in CHECKS:
                examination.run(check)
            checks.append(perf_counter() - began)
            bench.progress.advance()
    bench.progress.finish()
    began = perf_counter()
    found = verify(None, bench.progress)
    everything = perf_counter() - began
    group, ledger = Figure(tuple(base)), Figure(tuple(checks))
    share = Figure((everything / group.median,))
    return [
        Row("k", f"GROUP BY over {transfers:,} transfers", group, "s"),
        Row("k", "verify, the ledger", ledger, "s", ledger.over(group), "GROUP BY", _BAR),
        Row("k", "verify, with bills and seals", Figure((everything,)), "s", share, "GROUP BY"),
    ], found
