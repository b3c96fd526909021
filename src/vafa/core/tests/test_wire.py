"""Statements on the wire: values both ways, errors in the middle, commits, interruptions."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from vafa.core import wire
from vafa.core.db import Query, ask_together, execute, fetch, together
from vafa.core.verification import one_snapshot
from vafa.core.wire import exchange


@pytest.fixture
def notes(database: None) -> Iterator[None]:
    """A table of our own."""
    execute("CREATE TEMPORARY TABLE wire_note (id int PRIMARY KEY, text text)")
    yield
    execute("DROP TABLE wire_note")


def _ids() -> list[int]:
    return [number for (number,) in fetch("SELECT id FROM wire_note ORDER BY id")]


def test_values_go_both_ways(database: None) -> None:
    moment = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
    values = [
        1,
        -(2**40),
        10**15,
        "نوروز %",
        None,
        True,
        date(2026, 3, 21),
        moment,
        [3, 1],
        ["آ", ""],
    ]
    row = fetch(
        "SELECT %s::int, %s::bigint, %s::bigint, %s::text, %s::text, %s::bool, %s::date,"
        " %s::timestamptz, %s::int[], %s::text[], '100%%'",
        values,
    )[0]
    assert list(row) == [*values, "100%"]
    assert fetch("SELECT %(a)s::int - %(b)s::int, %(a)s::int", {"b": 1, "a": 5}) == [(4, 5)]
    with pytest.raises(AssertionError, match="1 values for 2 places"):
        fetch("SELECT %s, %s", [1])


def test_a_long_question_and_a_long_answer(database: None) -> None:
    long = "x" * 5_000_000
    asked = [Query("SELECT %s::text", [long], lambda rows: rows[0][0])] * 4
    assert ask_together(*asked) == (long,) * 4


def test_nothing_runs_behind_an_error(notes: None) -> None:
    insert = "INSERT INTO wire_note VALUES (%s, %s)"
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.ensure_connection()
        with connection.wrap_database_errors:
            repeated = [(insert, [1, "a"]), (insert, [1, "b"]), (insert, [2, "c"])]
            exchange(connection.connection, repeated, commit=True)
    assert _ids() == []
    execute(insert, [3, "d"])
    assert _ids() == [3]


def test_the_last_writes_are_committed_with_the_outermost_block_only(notes: None) -> None:
    insert = "INSERT INTO wire_note VALUES (%s, %s)"

    def write(number: int) -> None:
        with together(last=True):
            execute(insert, [number, ""], expect=1)

    with transaction.atomic():
        write(1)
        transaction.set_rollback(False)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with transaction.atomic():
            write(2)
        raise ZeroDivisionError
    assert _ids() == [1]


def test_an_unexpected_number_of_rows_undoes_the_transaction(notes: None) -> None:
    execute("INSERT INTO wire_note VALUES (1, 'a')")
    with pytest.raises(DataError, match="w1: 0 rows"), transaction.atomic(), together(last=True):
        execute("INSERT INTO wire_note VALUES (%s, %s)", [2, "b"])
        execute("UPDATE wire_note SET text = %s WHERE id = %s", ["c", 9], expect=1)
    assert _ids() == [1]


def test_statements_that_the_server_forgot_are_prepared_again(database: None) -> None:
    fetch("SELECT 7")
    execute("DEALLOCATE ALL")
    with pytest.raises(ProgrammingError):
        fetch("SELECT 7")
    assert fetch("SELECT 7") == [(7,)]


def test_many_different_statements_do_not_pile_up(database: None) -> None:
    for number in range(450):
        assert fetch(f"SELECT {number}") == [(number,)]
    ((kept,),) = fetch("SELECT count(*) FROM pg_prepared_statements")
    assert kept <= 202


def test_who_is_interrupted_leaves_no_half_read_connection(database: None) -> None:
    fetch("SELECT 1")
    with pytest.raises(KeyboardInterrupt), _interrupted_after(0.2):
        fetch("SELECT pg_sleep(30)")
    assert connection.connection.closed
    connection.close()
    assert fetch("SELECT 1") == [(1,)]


@contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_writers_and_look_ups_plan_for_any_values(database: None) -> None:
    """Alone, a statement is planned for its own values, as reports want it."""
    mode = "SHOW plan_cache_mode"

    def look_up() -> str:
        answer: str = Query(mode, (), lambda rows: rows[0][0]).ask()
        return answer

    assert fetch(mode) == [("auto",)]
    assert look_up() == "force_generic_plan"
    assert fetch(mode) == [("auto",)]
    with transaction.atomic():
        assert fetch(mode) == [("force_generic_plan",)]
        assert look_up() == "force_generic_plan"
    assert fetch(mode) == [("auto",)]


def test_a_server_that_goes_in_the_middle_is_an_outage(database: None) -> None:
    """Its last word and the end of the connection come as two results of one statement."""
    with pytest.raises(OperationalError):
        ask_together(
            Query("SELECT 1", (), list),
            Query("SELECT pg_terminate_backend(pg_backend_pid())", (), list),
            Query("SELECT pg_sleep(1)", (), list),
            Query("SELECT 2", (), list),
        )
    connection.close()
    assert fetch("SELECT 1") == [(1,)]


def test_a_transaction_may_begin_with_a_setting_however_much_is_prepared(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clearing prepared statements away must not be a transaction's first query."""
    monkeypatch.setattr(wire, "_MOST_PREPARED", 3)
    for _ in range(2):
        for number in range(9):
            assert fetch(f"SELECT {number}, %s::int", [number]) == [(number, number)]
            with one_snapshot():
                assert fetch("SELECT current_setting('transaction_isolation')") == [
                    ("repeatable read",)
                ]
    assert fetch("SELECT count(*) <= 5 FROM pg_prepared_statements") == [(True,)]
