"""Many members and balances of a file are taken back some hundred at a time, each as if it were alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World
from vafa.club.models import Audit, Member
from vafa.commerce.models import DataImport
from vafa.flows.imports import undoing
from vafa.flows.imports.tests.files import text_file
from vafa.flows.imports.tests.test_lists import bring, folder, undo
from vafa.flows.imports.undoing import undo_import
from vafa.ledger.reads.balances import Balance

JOINED = 20


def people(letter: str, count: int) -> str:
    rows = [f"{letter}{n},عضو {n},0935{ord(letter)}{n:05d}\n" for n in range(count)]
    return "کد مشتری,نام,موبایل\n" + "".join(rows)


def balances(letter: str, count: int) -> str:
    return "کد مشتری,امتیاز,اعتبار\n" + "".join(
        f"{letter}{n},{30 + n},5000\n" for n in range(count)
    )


def her(world: World, code: str) -> Member:
    return Member.objects.get(club=world.record, external_id=code)


def balances_now(world: World) -> list[Balance]:
    return [world.balance(her(world, f"B{n}")) for n in range(5)]


def reversals(world: World) -> list[tuple[str, int, int]]:
    """What the audit says of reversals: whose, and how much."""
    rows = Audit.objects.filter(club=world.record, action="transfer.reversed").order_by("id")
    return [(row.thing_id, row.after["points"], row.after["credit"]) for row in rows if row.after]


def test_many_members_are_closed_and_who_bought_stays(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "_BATCH", 3)
    path = text_file(folder(tmp_path), people("A", 8))
    brought, _ = bring(world, "members", path, grant_points=True)
    assert world.balance(her(world, "A1")).available == JOINED
    world.buy(1_000_000, member=("external", "A4"))
    had = world.balance(her(world, "A4")).available

    told: list[tuple[int, int, str]] = []
    done = undo_import(world.club, brought, world.owner, lambda *said: told.append(said))
    assert (done["members"], done["members_kept"], done["points"]) == (7, 1, 7 * JOINED)
    assert told == [(3, 8, "undo_members"), (6, 8, "undo_members"), (8, 8, "undo_members")]
    assert world.balance(her(world, "A4")).available == had and her(world, "A4").is_active
    gone = [her(world, f"A{n}") for n in range(8) if n != 4]
    assert not any(one.is_active for one in gone)
    assert {world.balance(one).available for one in gone} == {0}
    assert reversals(world) == [(str(one.id), -JOINED, 0) for one in gone]
    closed = Audit.objects.filter(club=world.record, action="member.closed")
    assert {row.thing_id for row in closed} == {str(one.id) for one in gone}
    world.verify()


def test_balances_that_were_spent_or_undone_before(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the first of them, it goes on and takes nothing twice."""
    monkeypatch.setattr(undoing, "_BATCH", 2)
    bring(world, "members", text_file(folder(tmp_path), people("B", 5)))
    brought, _ = bring(world, "balances", text_file(folder(tmp_path), balances("B", 5)))
    spent = world.buy(1_000_000, member=("external", "B2"), pay_points=10)
    assert spent.error is None
    before = balances_now(world)

    class Stopped(Exception):
        pass

    def stop(*_told: Any) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        undo_import(world.club, brought, world.owner, stop)
    first = reversals(world)
    assert len(first) == 2 and balances_now(world) != before
    done = undo(world, DataImport.objects.get(pk=brought.pk))
    assert done["balances"] == 3, "the others"
    after = balances_now(world)
    assert [one.available for n, one in enumerate(after) if n != 2] == [0, 0, 0, 0]
    assert after[2].available + after[2].debt == before[2].available - 32
    ids = [str(her(world, f"B{n}").id) for n in range(5)]
    assert sorted(reversals(world)) == sorted(
        (number, -30 - n, -50_000) for n, number in enumerate(ids)
    ), "each once, by name"
    world.verify()


def test_many_take_as_many_statements_as_few(
    world: World, other_world: World, tmp_path: Path
) -> None:
    counts = []
    for each, count in ((world, 3), (other_world, 60)):
        brought, _ = bring(
            each,
            "members",
            text_file(folder(tmp_path), people("C", count)),
            grant_points=True,
        )
        undo(each, bring(each, "members", text_file(folder(tmp_path), people("D", 1)))[0])
        with CaptureQueriesContext(connection) as asked:
            assert undo(each, brought)["members"] == count
        counts.append(len(asked))
        each.verify()
    few, many = counts
    # Numbers are taken from the database in blocks: now and then one more is fetched.
    assert abs(many - few) <= 6 and many < 60
