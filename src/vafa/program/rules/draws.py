"""Draws, as anybody can work them out again: chances, tags, the list, and who wins. Pure.

The same is written once more in ``scripts/check_draw.py`` and in the public page's script
(docs/draws.md says it in words).
"""

from __future__ import annotations

import hmac
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple, TypedDict

SEED_BYTES = 32
TAG_DIGITS = 32
# So that all chances together stay far below what the database and a browser count exactly.
MOST_CHANCES = 10**9
_SPACE = 2**64
_MASK = "***"
# Letters that do not join to the next one need no kashida before what hides it.
_DO_NOT_JOIN = frozenset("اآأإدذرزژوؤءة")


class Prize(TypedDict):
    """A prize of a draw: its names, and how many of it there are."""

    name: str
    name_en: str
    count: int


@dataclass(frozen=True, slots=True)
class ChanceTerms:
    """How chances come; money in the currency's smallest unit, None where that way is closed.

    One chance for each purchase of ``from_amount`` or more, one for each ``step_amount`` of all
    purchases together, one for each ``step_points`` points that they earned; ``free`` for who takes
    part without buying; ``cap`` is the most that one member has.
    """

    from_amount: int | None
    step_amount: int | None
    step_points: int | None
    free: int
    cap: int | None


class ChanceFacts(NamedTuple):
    """A member's purchases in the period, less what came back: how many reach the amount, what
    they come to, what they earned; whether she asked for the free chances; and how many rules
    and rewards gave her."""

    purchases: int
    spent: int
    points: int
    has_claimed: bool
    given: int = 0


def chances_of(terms: ChanceTerms, facts: ChanceFacts) -> int:
    """How many chances a member has: from 0 to the cap."""
    found = facts.given + (terms.free if facts.has_claimed else 0)
    if terms.from_amount is not None:
        found += facts.purchases
    if terms.step_amount and facts.spent > 0:
        found += facts.spent // terms.step_amount
    if terms.step_points and facts.points > 0:
        found += facts.points // terms.step_points
    return min(found, MOST_CHANCES if terms.cap is None else terms.cap)


def salt_of(key: bytes, member_id: int) -> bytes:
    """The member's own 32 bytes in a draw, which only she is told. ``key`` is the draw's secret."""
    return hmac.digest(key, member_id.to_bytes(8, "big"), "sha256")


def tag_of(salt: bytes, identity: str) -> str:
    """How the public list calls her: nobody can tell from it who she is, and with her salt she
    can show that it is her. ``identity`` is her mobile (E.164), or "customer:" and her number."""
    return hmac.digest(salt, identity.encode(), "sha256").hex()[:TAG_DIGITS]


def list_line(number: int, tag: str, chances: int) -> str:
    """One line of the published list. Numbers count from 1 in the order of the tags."""
    return f"{number}\t{tag}\t{chances}\n"


def hash_of_list(parts: Iterable[str]) -> str:
    """The hash (SHA-256, hex) by which a list is published; its text may come in parts."""
    digest = sha256()
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()


def commitment(seed: bytes) -> str:
    """What is published of the seed on the first day: its SHA-256, in hex."""
    return sha256(seed).hexdigest()


def stream(seed: bytes, public_value: str, list_hash: str, counter: int) -> int:
    """The number below 2^64 that comes out of seed, public value and list for this counter."""
    message = f"{public_value}|{list_hash}|{counter}".encode()
    return int.from_bytes(hmac.digest(seed, message, "sha256")[:8], "big")


def within(number: int, total: int, space: int = _SPACE) -> int | None:
    """``number`` (below ``space``) as one of 0 … total - 1, each equally likely; None for the few
    highest numbers that would favour some of them: the next counter is tried instead."""
    return None if number >= space - space % total else number % total


class Urn:
    """The chances of a list, from which winners are drawn."""

    def __init__(self, chances: Sequence[int]) -> None:
        """``chances`` of each line, in the order of the list, all above 0."""
        self._chances = chances
        self._ends = list(accumulate(chances))

    def draw(self, seed: bytes, public_value: str, list_hash: str, count: int) -> list[int]:
        """The lines (from 0) that win, first prize first; nobody twice.

        All lines in the order drawn where there are not more than ``count``.
        """
        left = self._ends[-1] if self._ends else 0
        taken: list[tuple[int, int]] = []
        winners: list[int] = []
        counter = 0
        while left and len(winners) < count:
            counter += 1
            place = within(stream(seed, public_value, list_hash, counter), left)
            if place is None:
                continue
            # Whoever was drawn is out with all her chances: count on beyond them.
            for start, width in taken:
                if place < start:
                    break
                place += width
            line = bisect_right(self._ends, place)
            winners.append(line)
            insort(taken, (self._ends[line] - self._chances[line], self._chances[line]))
            left -= self._chances[line]
        return winners


def prize_of(place: int, prizes: Sequence[Prize]) -> int | None:
    """Which of the prizes (from 0) the place (from 1) wins; None for a reserve."""
    for index, prize in enumerate(prizes):
        if place <= prize["count"]:
            return index
        place -= prize["count"]
    return None


def prize_count(prizes: Sequence[Prize]) -> int:
    """How many prizes there are in all."""
    return sum(prize["count"] for prize in prizes)


def holder_of(place: int, replaced: Mapping[int, int | None]) -> int | None:
    """Who has the prize of a place now: the place that came in its stead, and so on; None where
    no reserve was left. ``replaced`` maps each place that was replaced to its successor."""
    holder: int | None = place
    while holder is not None and holder in replaced:
        holder = replaced[holder]
    return holder


def masked_name(name: str) -> str:
    """A name as it may stand on a public page: «نـ*** ر***»."""
    return " ".join(_masked(word) for word in name.split())


def masked_mobile(e164: str | None) -> str:
    """A mobile as it may stand on a public page: "0912***6789"; "" for none."""
    if not e164 or len(e164) < 10:
        return ""
    local = "0" + e164[3:] if e164.startswith("+98") else e164
    return f"{local[:-7]}{_MASK}{local[-4:]}"


def _masked(word: str) -> str:
    first = word[0]
    joins = "\u0620" <= first <= "\u06ff" and first not in _DO_NOT_JOIN
    return f"{first}{'ـ' if joins else ''}{_MASK}"
