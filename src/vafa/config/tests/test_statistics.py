from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from vafa.config import database
from vafa.config.statistics import analyze_changed

TABLE = "statistics_of_a_test"


@pytest.fixture
def owner(
    django_db_setup: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[object]]:
    settings = connections["owner"].settings_dict
    monkeypatch.setenv("DATABASE_OWNER_URL", database.url_of(settings))
    with database.connect(settings) as connection:
        connection.execute(f"create table {TABLE} (n integer) with (autovacuum_enabled = false)")
        yield connection
        connection.execute(f"drop table {TABLE}")


def test_a_table_that_was_filled_is_counted(
    owner: psycopg.Connection[object], tmp_path: Path
) -> None:
    owner.execute(f"insert into {TABLE} select generate_series(1, 900)")
    owner.execute("select pg_stat_force_next_flush()")
    assert TABLE not in analyze_changed(tmp_path)

    owner.execute(f"insert into {TABLE} select generate_series(1, 900)")
    owner.execute("select pg_stat_force_next_flush()")
    assert TABLE in analyze_changed(tmp_path)
    row = owner.execute("select reltuples from pg_class where relname = %s", [TABLE]).fetchone()
    assert row == (1800,)
    assert TABLE not in analyze_changed(tmp_path)


def test_who_does_not_own_the_tables_leaves_them(
    owner: psycopg.Connection[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.execute(f"insert into {TABLE} select generate_series(1, 1800)")
    owner.execute("select pg_stat_force_next_flush()")
    monkeypatch.setenv("DATABASE_OWNER_URL", database.url_of(connections["default"].settings_dict))
    assert analyze_changed(tmp_path) == []
