"""Sealing, and what others can check with the stand-alone program."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import OperationalError, connection

from tests.world import SEAL_KEY, World
from vafa.commerce.models import Purchase
from vafa.config.database import connect
from vafa.core.db import fetch
from vafa.core.errors import DomainError
from vafa.flows.entries import PurchaseEntry
from vafa.flows.gifts import give_points
from vafa.flows.purchases import record_purchases
from vafa.flows.sealing import (
    club_head,
    head_to_head,
    member_statement,
    purchase_statement,
    seal_club,
)
from vafa.ledger.errors import NotSealedYet, SealKeyDiffers
from vafa.ledger.rules.notes import Head, opened, parse_verifier_key, public_bytes, sign
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import GiftTerms

CHECKER = Path(__file__).parents[2] / "scripts" / "check_statement.py"


def check(folder: Path, *values: dict[str, Any] | str) -> tuple[int, str]:
    """Exit code and output of the program, run with nothing but the standard library."""
    words = []
    for n, value in enumerate(values):
        if isinstance(value, str):
            words.append(value)
        else:
            path = folder / f"{n}.json"
            path.write_text(json.dumps(value), encoding="utf-8")
            words.append(str(path))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def buy_much(world: World, count: int) -> None:
    """Purchases of other members, so that the tree has several tiles."""
    others = [world.enrol() for _ in range(4)]
    entries = [
        PurchaseEntry(world.owner, "main", 1_000_000, ("id", str(others[n % 4].id)))
        for n in range(count)
    ]
    for outcome in record_purchases(world.club, entries):
        assert outcome.status == "recorded", outcome.error


def leaves_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the single values of a JSON value are."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from leaves_in(inner, (*path, key))
        else:
            yield (*path, key)


def changed(value: Any) -> Any:
    if value is None:
        return 1
    if isinstance(value, int):
        return value + 1
    if value.endswith("+00:00"):
        return f"{value[:-7]}{9 - int(value[-7])}{value[-6:]}"
    return ("B" if value[0] == "A" else "A") + value[1:]


def test_a_member_checks_her_own_points(world: World, tmp_path: Path) -> None:
    bought = world.buy(50_000_000).answer["purchase_id"]
    first = world.seal()
    before = member_statement(world.club, world.member.id)
    world.redeem("voucher")
    world.give_back(bought, amount=10_000_000)
    buy_much(world, 700)
    assert world.seal() > first + 700
    after = member_statement(world.club, world.member.id)
    link = head_to_head(world.club, first, world.sealed)

    assert check(tmp_path, before)[0] == 0
    code, said = check(tmp_path, before, link, after, after["key"])
    assert code == 0
    assert f"available: {world.balance().available} after" in said
    assert f"The head of {world.sealed} extends that of {first}" in said
    code, said = check(tmp_path, before, after)
    assert (code, "NOT SHOWN" in said) == (3, True)


def test_a_statement_holds_her_rows_only(world: World) -> None:
    world.buy(50_000_000)
    buy_much(world, 5)
    world.seal()
    statement = member_statement(world.club, world.member.id)
    holders = {
        side["holder"]
        for row in statement["rows"]
        for side in (row["debit"], row["credit"])
        if isinstance(side, dict)
    }
    assert holders == {0, world.member.id}
    assert len(statement["rows"]) == 2


def test_every_changed_value_of_a_statement_is_found(world: World, tmp_path: Path) -> None:
    world.buy(50_000_000)
    world.redeem("voucher")
    world.seal()
    statement = member_statement(world.club, world.member.id)
    assert check(tmp_path, statement)[0] == 0
    row = len(statement["rows"]) - 1
    for path in leaves_in(statement["rows"][row]):
        broken = deepcopy(statement)
        place = broken["rows"][row]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = changed(place[path[-1]])
        code, said = check(tmp_path, broken)
        assert code in (1, 2) and "All true" not in said, (path, said)


def test_lies_of_the_club_are_found(world: World, tmp_path: Path) -> None:
    world.buy(50_000_000)
    first = world.seal()
    old = member_statement(world.club, world.member.id)
    world.redeem("voucher")
    world.seal()
    new = member_statement(world.club, world.member.id)
    link = head_to_head(world.club, first, world.sealed)

    left_out = {**new, "rows": [row for row in new["rows"] if row["transfer"]["kind"] != "earn"]}
    assert check(tmp_path, left_out)[0] == 1
    other_key = old["key"].replace("+A", "+B")
    assert check(tmp_path, old, other_key)[0] == 1
    forged = {**old, "checkpoint": old["checkpoint"].replace(f"\n{first}\n", f"\n{first + 1}\n")}
    assert check(tmp_path, forged)[0] == 1
    wrong_link = {**link, "proof": link["proof"][::-1] + link["proof"][:1]}
    assert check(tmp_path, old, wrong_link, new)[0] == 1
    assert check(tmp_path, {"format": "nonsense"})[0] == 2
    assert check(tmp_path, "no-such-file.json")[0] == 2


def test_two_histories_are_told_apart(world: World, other_world: World, tmp_path: Path) -> None:
    """A club that shows two members different pasts is caught by their two files."""
    world.buy(50_000_000)
    world.seal()
    mine = member_statement(world.club, world.member.id)
    origin = parse_verifier_key(mine["key"])[0]
    root = opened(mine["checkpoint"], mine["key"]).root[::-1]
    theirs = {**mine, "rows": [], "checkpoint": sign(Head(origin, world.sealed, root), SEAL_KEY)}
    code, said = check(tmp_path, mine, theirs)
    assert (code, "TWO HISTORIES" in said) == (1, True)


def test_a_receipt_has_its_proof(world: World, tmp_path: Path) -> None:
    bought = world.buy(50_000_000, pay_points=10).answer["purchase_id"]
    purchase = Purchase.objects.get(pk=bought)
    with pytest.raises(NotSealedYet):
        purchase_statement(world.club, purchase)
    world.seal()
    proof = purchase_statement(world.club, purchase)
    assert {row["transfer"]["kind"] for row in proof["rows"]} == {"earn", "spend"}
    assert check(tmp_path, proof)[0] == 0
    world.buy(10_000_000)
    assert purchase_statement(world.club, purchase) == proof


def test_sealing_again_adds_nothing(world: World) -> None:
    world.buy(50_000_000)
    world.seal()
    head = club_head(world.club)
    assert seal_club(world.club, SEAL_KEY) == 0
    assert club_head(world.club) == head


def test_another_key_is_refused_until_it_is_asked_for(world: World, tmp_path: Path) -> None:
    world.buy(50_000_000)
    world.seal()
    world.buy(50_000_000)
    other = Ed25519PrivateKey.generate()
    with pytest.raises(SealKeyDiffers):
        while True:
            seal_club(world.club, other)
    seal_club(world.club, other, new_key=True)
    world.buy(50_000_000)
    with pytest.raises(DomainError):
        world.seal()
    while seal_club(world.club, other) == 0:
        pass
    statement = member_statement(world.club, world.member.id)
    assert check(tmp_path, statement)[0] == 0
    head = club_head(world.club)
    assert head is not None and opened(head.note, statement["key"]).size == head.size
    assert public_bytes(other) != public_bytes(SEAL_KEY)


def test_a_late_commit_is_not_lost(world: World) -> None:
    """A transaction that began first and ends last is sealed in its place, not skipped."""
    world.seal()
    columns = (
        "book_id, unit_id, debit_account_id, credit_account_id, amount, kind, source, source_id,"
        " effective_at"
    )
    pools = dict(
        fetch(
            "SELECT kind, id FROM ledger_account WHERE unit_id = %s AND holder = 0",
            [world.club.points_unit_id],
        )
    )
    values = [world.club.book_id, world.club.points_unit_id, pools["issuance"], pools["spent"]]
    with connect(connection.settings_dict) as slow:
        slow.execute("BEGIN")
        slow.execute(
            f"INSERT INTO ledger_transfer ({columns})"
            " VALUES (%s, %s, %s, %s, 7, 'earn', 'test', 1, now())",
            values,
        )
        world.buy(50_000_000)
        assert seal_club(world.club, SEAL_KEY) == 0, "the later one waits for the earlier"
        slow.execute("COMMIT")
    assert world.seal() == world.sealed
    sealed = fetch(
        "SELECT t.amount FROM ledger_sealtile s JOIN ledger_transfer t ON t.id = ANY(s.transfers)"
        " WHERE s.book_id = %s AND s.level = 0 ORDER BY t.transaction, t.id",
        [world.club.book_id],
    )
    assert [amount for (amount,) in sealed] == [20, 7, 500]


def test_many_sealers_make_one_chain(world: World) -> None:
    """Eight at once while purchases go on, cut off by the server again and again."""
    done = threading.Event()

    def sealer() -> int:
        total = 0
        try:
            while not done.is_set():
                try:
                    total += seal_club(world.club, SEAL_KEY)
                except OperationalError:
                    connection.close()
            return total
        finally:
            connection.close()

    def cut() -> int:
        cuts = 0
        with connect(connection.settings_dict) as other:
            while not done.wait(0.01):
                cuts += other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state <> 'idle'"
                    " AND datname = current_database() AND pid <> pg_backend_pid()"
                    " AND query LIKE ANY('{%ledger_sealtile%,%ledger_checkpoint%}')"
                ).rowcount
        return cuts

    with ThreadPoolExecutor(9) as pool:
        sealers = [pool.submit(sealer) for _ in range(8)]
        cutter = pool.submit(cut)
        for _ in range(15):
            buy_much(world, 40)
        done.set()
        for each in sealers:
            each.result()
        assert cutter.result() > 0
    world.seal()
    ((transfers, sealed),) = fetch(
        "SELECT (SELECT count(*) FROM ledger_transfer WHERE book_id = %s),"
        " (SELECT sum(cardinality(transfers)) FROM ledger_sealtile WHERE book_id = %s)",
        [world.club.book_id, world.club.book_id],
    )
    assert transfers == sealed == world.sealed


def test_a_gift_shows_nothing_of_the_other(world: World, tmp_path: Path) -> None:
    live = live_program(world.record.id).program
    world.publish(live.model_copy(update={"gifts": GiftTerms(is_on=True)}))
    world.buy(50_000_000)
    taker = world.enrol()
    gift = give_points(
        world.club, giver=world.ref, taker=("id", str(taker.id)), points=30, actor=world.owner
    )
    assert gift.error is None, gift.error
    world.seal()
    for member, theirs, mine in ((world.member, "credit", "debit"), (taker, "debit", "credit")):
        statement = member_statement(world.club, member.id)
        (row,) = [row for row in statement["rows"] if row["transfer"]["kind"] == "gift"]
        assert isinstance(row[theirs], str)
        assert row[mine]["holder"] == member.id
        code, said = check(tmp_path, statement)
        assert (code, "none of them left out" in said) == (0, True)
