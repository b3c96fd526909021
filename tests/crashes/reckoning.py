"""What the journals say against what is in the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crashes.client import Shop
from tests.crashes.journal import Account, Told
from vafa.config.database import connect, owner_settings

# Of each kind of request: the operation that its key belongs to, and what names what it made.
_MADE = {
    "purchases": ("purchase", "purchase_id"),
    "returns": ("return", "return_id"),
    "reservations": ("reserve", "reservation_id"),
    "capture": ("capture", "reservation_id"),
    "release": ("release", "reservation_id"),
    "redemptions": ("redeem", "redemption_id"),
    "cancel": ("cancel", "redemption_id"),
}
# Things, and the requests that alone make them.
_TABLES = {
    "purchases": "commerce_purchase",
    "returns": "commerce_return",
    "reservations": "program_reservation",
    "redemptions": "program_redemption",
}


@dataclass(frozen=True)
class Books:
    """What the database holds of one club: keys with what they made, and the things themselves."""

    keys: dict[tuple[str, str], tuple[int, dict[str, Any]]]
    things: dict[str, set[int]]


def read_books(home: Path, club: int) -> Books:
    """The club's books as they are now."""
    with connect(owner_settings(home)) as database:
        rows = database.execute(
            "SELECT operation, key, status, made FROM core_idempotencykey WHERE club_id = %s",
            [club],
        ).fetchall()
        keys = {(operation, key): (status, made or {}) for operation, key, status, made in rows}
        assert len(keys) == len(rows)
        things = {
            kind: {
                row[0]
                for row in database.execute(
                    f"SELECT id FROM {table} WHERE club_id = %s",  # type: ignore[arg-type]
                    [club],
                )
            }
            for kind, table in _TABLES.items()
        }
    return Books(keys, things)


def lost(account: Account, books: Books) -> list[str]:
    """What clients hold for done, and is not there, or not as they were told."""
    missing = []
    for told in account.recorded:
        operation, number = _MADE[told.asked.kind]
        status, made = books.keys.get((operation, told.asked.key), (0, {}))
        if status != 201 or made.get(number) != told.answer.get(number):
            missing.append(f"{told.asked.key}: told {told.answer.get(number)}, there is {made}")
    return missing


def never_asked_for(account: Account, books: Books, before: Books) -> list[str]:
    """What is in the books though nobody was told that it is, or asked for it."""
    found = [
        f"{operation} {key}"
        for operation, key in books.keys.keys() - before.keys.keys()
        if key not in account.asked
    ]
    for kind, numbers in books.things.items():
        number = _MADE[kind][1]
        told = [t.answer.get(number) for t in account.recorded if t.asked.kind == kind]
        found += [f"{kind} {each}" for each in numbers - before.things[kind] - set(told)]
        if len(set(told)) != len(told):
            found.append(f"{kind}: one of them was told to two who asked")
    return found


def told_otherwise(told: list[Told], shop: Shop) -> list[str]:
    """Those of whom a repeated request with the same key says something else, or works again."""
    changed = []
    for each in told:
        said = shop.surely(each.asked)
        if said != (each.status, each.answer, True):
            changed.append(f"{each.asked.key}: {each.answer}, and now {said}")
    return changed
