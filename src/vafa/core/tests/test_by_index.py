"""Transactions of few entries look rows up by index, whatever the plans were made for."""

from __future__ import annotations

from django.db import transaction

from vafa.core.db import ask_together, by_index, execute, fetch


def _seqscan() -> str:
    answer: str = fetch("SHOW enable_seqscan")[0][0]
    return answer


def test_it_holds_for_one_transaction_of_few_entries(database: None) -> None:
    with transaction.atomic():
        ask_together(by_index(16))
        assert _seqscan() == "off"
    assert _seqscan() == "on"
    with transaction.atomic():
        ask_together(by_index(1000))
        assert _seqscan() == "on"


def test_what_was_planned_while_a_table_was_small_stays_quick(database: None) -> None:
    """Joined to few rows, an empty table would be read whole, and stay so when it has grown."""
    find = (
        "SELECT count(*) FROM jsonb_array_elements_text(%s::jsonb) AS w(id)"
        " JOIN by_index_test t ON t.id = w.id::bigint"
    )
    with transaction.atomic():
        execute("CREATE TEMP TABLE by_index_test (id bigint PRIMARY KEY) ON COMMIT DROP")
        execute("ALTER TABLE by_index_test SET (autovacuum_enabled = off)")
        ask_together(by_index(2))
        assert fetch(find, ["[1, 2]"]) == [(0,)]
        execute("INSERT INTO by_index_test SELECT generate_series(1, 10000)")
        assert fetch(find, ["[1, 2]"]) == [(2,)]
        read = fetch(
            "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables"
            " WHERE relname = 'by_index_test'"
        )
    assert read == [(0, 2)]
