"""The transaction clock: nothing appears behind the horizon, and it runs on after a restore."""

from __future__ import annotations

from django.db import connection, transaction

from tests.world import World
from vafa.config.database import connect
from vafa.config.owner import as_owner
from vafa.core.db import execute, fetch
from vafa.core.transactions import continue_clock, horizon


def test_an_open_transaction_holds_the_horizon(world: World) -> None:
    with connect(connection.settings_dict) as other:
        other.execute("BEGIN")
        row = other.execute("SELECT vafa_transaction()").fetchone()
        assert row is not None
        (early,) = row
        ((late,),) = fetch("SELECT vafa_transaction()")
        assert early < late
        assert horizon() <= early
        other.execute("COMMIT")
    assert horizon() > 0


def test_the_clock_runs_on_above_what_was_loaded(world: World) -> None:
    with as_owner(), transaction.atomic():
        before = continue_clock()
        ((now,),) = fetch("SELECT vafa_transaction()")
        loaded = now + 10**12
        execute(
            "INSERT INTO core_event (club_id, name, payload, happened_at, transaction)"
            " VALUES (%s, 'loaded', '{}', now(), %s)",
            [world.record.id, loaded],
        )
        raised = continue_clock()
        ((after,),) = fetch("SELECT vafa_transaction()")
        execute(
            "INSERT INTO core_event (club_id, name, payload, happened_at)"
            " VALUES (%s, 'new', '{}', now())",
            [world.record.id],
        )
        rows = fetch("SELECT name FROM core_event WHERE club_id = %s ORDER BY transaction DESC, id"
                     " LIMIT 2", [world.record.id])  # fmt: skip
        assert raised > before
        assert after == loaded + 1
        assert [name for (name,) in rows] == ["new", "loaded"]
        assert continue_clock() == raised, "it never falls, and does nothing twice"
        execute(
            "INSERT INTO insight_eventreading (name, transaction, event, read_at)"
            " VALUES ('loaded', %s, 0, now())",
            [loaded + 10],
        )
        continue_clock()
        ((after,),) = fetch("SELECT vafa_transaction()")
        assert after == loaded + 11, "a reader that came far misses nothing that is written now"
        transaction.set_rollback(True)
