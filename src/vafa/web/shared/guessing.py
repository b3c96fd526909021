"""Codes of an agreed form that people can read out are short enough to be tried: whoever tries
too many that do not work has to wait. Codes of full length need no such counting.

What is tried is counted after the operation that tried it, outside its transaction: a refused
purchase rolls its own work back, not the count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from vafa.club.actor import Actor
from vafa.club.errors import TooManyTries
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members
from vafa.core.errors import DomainError
from vafa.core.idempotency import Key, find_answers
from vafa.flows.entries import Outcome, PurchaseEntry, entry_key, refused
from vafa.flows.gathering import record_one, reserve_one
from vafa.flows.purchases import record_purchases
from vafa.flows.reservation_work import ReserveEntry
from vafa.program.actions.vouchers import ALPHABET, LETTERS, read_vouchers
from vafa.program.errors import VoucherUnusable
from vafa.program.reads.series import human_forms
from vafa.web.shared.throttle import (
    MOST_FAILURES,
    count_failure,
    failures_of,
    refuse_after_failures,
    too_many_tries,
)

_KIND = "voucher"
KeyOf = Callable[[], Key | None]
_FULL_LENGTH = re.compile(rf"(.+-)?([{ALPHABET}]{{4}}-){{{LETTERS // 4 - 1}}}[{ALPHABET}]{{4}}")


@dataclass(frozen=True, slots=True)
class _Tries:
    """The codes of one entry that could be guessed, and under which name they are counted."""

    name: str
    codes: tuple[str, ...]
    key_of: KeyOf


def refuse_guessers(actor: Actor, member: MemberRef | None, codes: Sequence[str]) -> None:
    """Raise TooManyTries where this caller has tried too many codes for this member lately.

    However the caller names her, she is one member; nothing is asked where no code is short."""
    if _short(codes):
        refuse_after_failures(_KIND, _name(actor, member))


def count_guess(
    actor: Actor, member: MemberRef | None, codes: Sequence[str], refusal: DomainError | None
) -> None:
    """Remember a code that does not work, where it has the form of one that could be guessed."""
    if not isinstance(refusal, VoucherUnusable):
        return
    short = _short(codes)
    if short and _has_human_form(human_forms(actor.club_id), short):
        count_failure(_KIND, _name(actor, member))


def record_watched(club: ClubContext, entry: PurchaseEntry, *, source: str) -> Outcome:
    """``record_one`` for a caller who may be guessing codes: too many tries are a refusal."""
    key_of, act = _purchase_key(entry), partial(record_one, club, entry, source=source)
    return _watched(club, entry.actor, entry.member, entry.codes, key_of, act)


def reserve_watched(club: ClubContext, entry: ReserveEntry) -> Outcome:
    """``reserve_one`` in the same way."""
    codes = (entry.code,) if entry.code else ()
    act = partial(reserve_one, club, entry)
    return _watched(club, entry.actor, entry.member, codes, lambda: entry.once, act)


def record_batch_watched(club: ClubContext, entries: Sequence[PurchaseEntry]) -> list[Outcome]:
    """``record_purchases`` in the same way: within a batch, too, only so many codes that nobody
    has are tried for one member."""
    tries = {place: tried for place, e in enumerate(entries) if (tried := _tries(e)) is not None}
    late = _too_late(club, tries) if tries else frozenset()
    places = [place for place in range(len(entries)) if place not in late]
    done = record_purchases(club, [entries[place] for place in places])
    outcomes = dict(zip(places, done, strict=True))
    outcomes |= {place: refused(too_many_tries()) for place in late}
    for place in tries.keys() - late:
        entry = entries[place]
        count_guess(entry.actor, entry.member, entry.codes, outcomes[place].error)
    return [outcomes[place] for place in range(len(entries))]


def _watched(
    club: ClubContext,
    actor: Actor,
    member: MemberRef | None,
    codes: Sequence[str],
    key_of: KeyOf,
    act: Callable[[], Outcome],
) -> Outcome:
    try:
        refuse_guessers(actor, member, codes)
    except TooManyTries as refusal:
        # What was answered before is only said again: no code is tried.
        if not _answered(club.id, {0: key_of}):
            return refused(refusal)
    outcome = act()
    count_guess(actor, member, codes, outcome.error)
    return outcome


def _tries(entry: PurchaseEntry) -> _Tries | None:
    short = _short(entry.codes)
    if not short:
        return None
    return _Tries(_name(entry.actor, entry.member), short, _purchase_key(entry))


def _purchase_key(entry: PurchaseEntry) -> KeyOf:
    return partial(entry_key, entry, "purchase")


def _too_late(club: ClubContext, tries: dict[int, _Tries]) -> frozenset[int]:
    """The places of a batch that come after too many wrong codes, earlier or in the batch."""
    forms = human_forms(club.id)
    wanted = [code for tried in tries.values() for code in tried.codes]
    known = read_vouchers(club.id, wanted, lock=False)
    failed = Counter(failures_of(_KIND, {tried.name for tried in tries.values()}))
    late: set[int] = set()
    for place in sorted(tries):
        tried = tries[place]
        if failed[tried.name] >= MOST_FAILURES:
            late.add(place)
        elif _has_human_form(forms, [code for code in tried.codes if code not in known]):
            failed[tried.name] += 1
    return frozenset(late - _answered(club.id, {place: tries[place].key_of for place in late}))


def _answered(club_id: int, keys_of: dict[int, KeyOf]) -> set[int]:
    """The places whose keys have an answer already."""
    keys: dict[int, Key] = {}
    for place, key_of in keys_of.items():
        try:
            key = key_of()
        except TypeError:
            continue  # a number beyond 64 bits has no mark, and no answer but a refusal
        if key is not None:
            keys[place] = key
    found = find_answers(club_id, list(keys.values()))
    return {p for p, k in keys.items() if (one := found.get(k.name)) is not None and one.status}


def _short(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if not _FULL_LENGTH.fullmatch(code))


def _has_human_form(forms: Sequence[tuple[str, int]], codes: Sequence[str]) -> bool:
    patterns = [
        re.compile(
            f"{re.escape(prefix)}-[{ALPHABET}]{{{letters}}}"
            if prefix
            else f"[{ALPHABET}]{{{letters}}}"
        )
        for prefix, letters in forms
    ]
    return any(pattern.fullmatch(code) for pattern in patterns for code in codes)


def _name(actor: Actor, member: MemberRef | None) -> str:
    return f"{actor.label}/{actor.club_id}/{_number(actor.club_id, member)}"


def _number(club_id: int, member: MemberRef | None) -> str:
    """A member has a mobile, cards and more: tries are counted for all of her names together."""
    if member is None or member[0] == "id":
        return member[1] if member else ""
    found = find_members(club_id, [member]).get(member)
    return str(found.id) if found else ":".join(member)
