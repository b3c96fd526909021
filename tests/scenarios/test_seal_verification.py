"""Whatever is changed behind the database's back is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from tests.world import SEAL_KEY, World
from vafa.config.owner import as_owner
from vafa.core.db import execute, fetch
from vafa.core.progress import SilentProgress
from vafa.core.verification import Difference
from vafa.flows.verification import verify
from vafa.ledger.reads.seal_verification import seal_differences
from vafa.ledger.rules.leaves import CONSUMPTION, CREDIT, DEBIT, LOT, TRANSFER
from vafa.ledger.rules.notes import public_bytes

# Beside what is in the leaf: what names the leaf, and a cache that is re-derived elsewhere.
NOT_IN_LEAF = {
    "ledger_transfer": set(),
    "ledger_lot": {"transfer_id", "remaining"},
    "ledger_consumption": {"transfer_id"},
}
IN_LEAF = {
    "ledger_transfer": {
        field.column
        for field in (*TRANSFER, *DEBIT, *CREDIT)
        if not field.column.endswith(("_holder", "_state"))
    },
    "ledger_lot": {field.column for field in LOT},
    "ledger_consumption": {field.column for field in CONSUMPTION},
}
OTHER = {
    "bigint": "coalesce({0}, 0) + 1000000000",
    "smallint": "coalesce({0}, 0) + 1",
    "character varying": "left(reverse({0}) || 'x', 12)",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 microsecond'",
}


def columns(table: str) -> dict[str, str]:
    return dict(
        fetch(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s",
            [table],
        )
    )


@contextmanager
def behind_its_back() -> Iterator[None]:
    """As the superuser, without triggers, foreign keys and checks; undone at the end."""
    with as_owner(), transaction.atomic():
        for table in IN_LEAF:
            for (name,) in fetch(
                "SELECT quote_ident(conname) FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND contype = 'c'",
                [table],
            ):
                run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        run("SET LOCAL session_replication_role = replica")
        yield
        transaction.set_rollback(True)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def differences(world: World, trusted: bytes | None = None) -> list[Difference]:
    return seal_differences(world.club.book_id, SilentProgress(), trusted=trusted)


@pytest.fixture
def sealed(world: World) -> World:
    """Earned, spent, given back, and sealed in two pieces."""
    bought = world.buy(50_000_000).answer["purchase_id"]
    world.buy(20_000_000, pay_points=15)
    world.seal()
    world.redeem("voucher")
    world.give_back(bought, amount=1_000_000)
    world.seal()
    assert differences(world) == []
    return world


def spending(world: World) -> int:
    """A transfer in the middle with a consumption."""
    ((number,),) = fetch(
        "SELECT t.id FROM ledger_transfer t JOIN ledger_consumption c ON c.transfer_id = t.id"
        " WHERE t.book_id = %s ORDER BY t.transaction, t.id LIMIT 1",
        [world.club.book_id],
    )
    return int(number)


def earning(world: World) -> int:
    """The first transfer, which opened a lot."""
    ((number,),) = fetch(
        "SELECT t.id FROM ledger_transfer t JOIN ledger_lot l ON l.transfer_id = t.id"
        " WHERE t.book_id = %s ORDER BY t.transaction, t.id LIMIT 1",
        [world.club.book_id],
    )
    return int(number)


def names(found: list[Difference], transfer: int) -> bool:
    return any(each.subject.split(" (")[0] == f"transfer {transfer}" for each in found)


def test_every_column_is_sealed_or_derived(world: World) -> None:
    for table, sealed_columns in IN_LEAF.items():
        assert set(columns(table)) == sealed_columns | NOT_IN_LEAF[table], table


@pytest.mark.parametrize("table", IN_LEAF)
def test_every_changed_column_is_found_and_its_row_named(sealed: World, table: str) -> None:
    transfer = earning(sealed) if table == "ledger_lot" else spending(sealed)
    key = "id" if table == "ledger_transfer" else "transfer_id"
    for column, kind in columns(table).items():
        if column == "remaining":
            continue
        with behind_its_back():
            count = execute(
                f"UPDATE {table} SET {column} = {OTHER[kind].format(column)} WHERE {key} = %s",
                [transfer],
            )
            assert count, column
            assert names(differences(sealed), transfer), column
    assert differences(sealed) == []


@pytest.mark.parametrize("change", ["holder = holder + 1000000", "kind = 'pending'"])
def test_whose_account_it_is_is_sealed_too(sealed: World, change: str) -> None:
    with behind_its_back():
        run(
            f"UPDATE ledger_account SET {change} WHERE holder = {sealed.member.id}"
            f" AND kind = 'available' AND book_id = {sealed.club.book_id}"
        )
        assert names(differences(sealed), earning(sealed))


@pytest.mark.parametrize("table", IN_LEAF)
def test_deleted_rows_are_named(sealed: World, table: str) -> None:
    transfer = earning(sealed) if table == "ledger_lot" else spending(sealed)
    key = "id" if table == "ledger_transfer" else "transfer_id"
    with behind_its_back():
        run(f"DELETE FROM {table} WHERE {key} = {transfer}")
        found = differences(sealed)
        assert names(found, transfer)
        assert len(found) == 1, "and no other row is accused"


def test_inserted_rows_are_named(sealed: World) -> None:
    template, book = spending(sealed), sealed.club.book_id
    copied = ", ".join(set(columns("ledger_transfer")) - {"id", "debit_version", "credit_version"})
    with behind_its_back():
        run(
            f"INSERT INTO ledger_transfer (id, {copied})"
            f" SELECT -5, {copied} FROM ledger_transfer WHERE id = {template}"
        )
        found = differences(sealed)
        assert [(each.subject, each.found) for each in found] == [("transfer -5", "inserted")]
    with behind_its_back():
        run(
            "INSERT INTO ledger_consumption (lot_id, transfer_id, amount)"
            f" SELECT lot_id + 1, transfer_id, 1 FROM ledger_consumption"
            f" WHERE transfer_id = {template}"
        )
        assert names(differences(sealed), template)
    with behind_its_back():
        run(f"UPDATE ledger_transfer SET transaction = 1 WHERE book_id = {book}")
        assert len(differences(sealed)) == sealed.sealed


def test_reordered_rows_are_named(sealed: World) -> None:
    one, two = earning(sealed), spending(sealed)
    book = sealed.club.book_id
    with behind_its_back():
        run(
            "UPDATE ledger_transfer t SET transaction = o.transaction FROM ledger_transfer o"
            f" WHERE (t.id, o.id) IN (({one}, {two}), ({two}, {one}))"
        )
        found = differences(sealed)
        assert names(found, one) and names(found, two)
    with behind_its_back():
        run(
            "UPDATE ledger_sealtile SET transfers = transfers[2:2] || transfers[1:1] || transfers[3:],"
            " hashes = substr(hashes, 33, 32) || substr(hashes, 1, 32) || substr(hashes, 65)"
            f" WHERE book_id = {book} AND level = 0"
        )
        checks = {each.check for each in differences(sealed)}
        assert len(checks) == 2, "the rows out of order, and the heads that are not theirs"


def test_seals_that_were_changed_are_named(sealed: World) -> None:
    book = sealed.club.book_id
    for change, subject in (
        ("UPDATE ledger_checkpoint SET root = sha256(root)", "head of"),
        ("UPDATE ledger_checkpoint SET note = replace(note, '=', '')", "head of"),
        ("UPDATE ledger_checkpoint SET size = size + 1000", "hashes of level 0"),
        ("UPDATE ledger_sealtile SET hashes = overlay(hashes placing '\\x00' from 5)", "head of"),
        ("DELETE FROM ledger_sealtile", "hashes of level 0"),
    ):
        with behind_its_back():
            run(f"{change} WHERE book_id = {book}")
            found = differences(sealed)
            assert any(subject in each.subject for each in found), (change, found)


def test_a_forger_with_a_key_of_her_own_is_told_apart(sealed: World) -> None:
    """She may sign everything anew; without our key it shows, here and at everyone who kept a head."""
    assert differences(sealed, public_bytes(SEAL_KEY)) == []
    stranger = public_bytes(Ed25519PrivateKey.generate())
    assert len(differences(sealed, stranger)) == 1


def test_verify_includes_the_seals(sealed: World) -> None:
    transfer = spending(sealed)
    with behind_its_back():
        run(f"UPDATE ledger_transfer SET source_id = source_id + 1 WHERE id = {transfer}")
        assert names(verify(sealed.record.id), transfer)
