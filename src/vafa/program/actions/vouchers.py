"""Vouchers: made with unguessable codes, locked for use, used as often as they allow."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.core.clock import now
from vafa.core.db import Query, Table, ask_together, insert_rows
from vafa.program.rules.offers import OfferTerms

# No letters or digits that look alike; 16 of 32 characters are 80 random bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LETTERS = 16
_GROUP = 4
_ENDS = ("cancelled", "expired")
_TRANSLATED = bytes(ord(ALPHABET[n % len(ALPHABET)]) for n in range(256))
_USES = Table(
    "program_voucheruse",
    (
        ("voucher_id", "bigint"),
        ("number", "integer"),
        ("purpose", "text"),
        ("purchase_id", "bigint"),
        ("used_at", "timestamptz"),
        ("actor", "text"),
        ("times", "smallint"),
        ("amount", "bigint"),
        ("shares", "jsonb"),
        ("member_id", "bigint"),
        ("times_after", "integer"),
        ("amount_after", "bigint"),
    ),
)
_LOCK = (
    "SELECT id FROM program_voucher WHERE club_id = %s AND code = ANY(%s) ORDER BY id FOR UPDATE"
)
_READ = (
    "SELECT v.id, v.code, v.kind, (SELECT coalesce(m.merged_into_id, m.id) FROM club_member m"
    " WHERE m.id = v.member_id), v.value, v.min_basket, v.max_uses, v.starts_at,"
    " least(v.expires_at, s.cancelled_at), coalesce(v.terms, s.terms), u.number, u.times_after,"
    " u.amount_after, u.purpose,"
    " (SELECT r.decision_id FROM program_redemption r WHERE r.voucher_id = v.id),"
    " (SELECT x.id FROM program_reservation x WHERE x.voucher_id = v.id"
    " AND x.status = 'open' AND x.expires_at > %s)"
    " FROM program_voucher v LEFT JOIN program_voucherseries s ON s.id = v.series_id"
    " LEFT JOIN LATERAL (SELECT w.number, w.times_after, w.amount_after, w.purpose"
    " FROM program_voucheruse w WHERE w.voucher_id = v.id ORDER BY w.number DESC LIMIT 1) u ON true"
    " WHERE v.club_id = %s AND v.code = ANY(%s)"
)
_BY_MEMBER = (
    "SELECT u.voucher_id, coalesce(m.merged_into_id, m.id), sum(u.times)::bigint"
    " FROM program_voucheruse u JOIN club_member m ON m.id = u.member_id"
    " WHERE u.voucher_id = ANY(%s) AND u.member_id IN (SELECT x.id FROM club_member x"
    " WHERE x.id = ANY(%s) OR x.merged_into_id = ANY(%s)) GROUP BY 1, 2"
)


class NewUse(NamedTuple):
    """A row of program_voucheruse; what it adds up to the database computes. ``shares`` are (line,
    amount)."""

    voucher_id: int
    number: int
    purpose: str
    purchase_id: int | None
    used_at: datetime
    actor: str
    times: int = 1
    amount: int = 0
    shares: Sequence[tuple[int, int]] | None = None
    member_id: int | None = None


@dataclass(slots=True)
class LockedVoucher:
    """A voucher as read: its terms, and what became of it so far.

    ``number`` of its last use, ``times`` and ``amount`` as they add up; ``ended``: cancelled or
    expired. ``decision_id`` is the redemption's decision for which points are held, None for a
    voucher that nobody paid for with points; ``reserved_by`` an open reservation for another bill.
    """

    id: int
    code: str
    kind: str
    member_id: int | None
    value: int
    min_basket: int
    max_uses: int | None
    starts_at: datetime | None
    expires_at: datetime
    terms: OfferTerms
    number: int
    times: int
    amount: int
    ended: bool
    decision_id: int | None
    reserved_by: int | None = None
    by_member: dict[int, int] = field(default_factory=dict)

    @property
    def used(self) -> bool:
        """Whether nothing of it is left."""
        return (
            self.ended
            or (self.max_uses is not None and self.times >= self.max_uses)
            or (self.kind == "gift" and self.left <= 0)
        )

    @property
    def is_exclusive(self) -> bool:
        """Whether one bill at a time may have it, so that it can be set aside for one."""
        return self.max_uses == 1 and self.kind != "gift"

    @property
    def left(self) -> int:
        """Money that it takes off, or that is left on a gift card."""
        return self.value - self.amount if self.kind == "gift" else self.value

    def used_by(self, member_id: int | None) -> int:
        """How often a member has used it, as far as ``count_by_member`` was asked."""
        return self.by_member.get(member_id or 0, 0)

    def use(
        self,
        purpose: str,
        purchase_id: int | None,
        at: datetime,
        actor: str,
        *,
        amount: int = 0,
        shares: Sequence[tuple[int, int]] | None = None,
        member_id: int | None = None,
        times: int | None = None,
    ) -> NewUse:
        """The row of what happens to it now; ``purpose`` as in the model. It counts at once."""
        ends = purpose in _ENDS
        once = (0 if ends else 1) if times is None else times
        self.number += 1
        self.times += once
        self.amount += amount
        self.ended = self.ended or ends
        if member_id is not None:
            self.by_member[member_id] = self.by_member.get(member_id, 0) + once
        return NewUse(
            self.id, self.number, purpose, purchase_id, at, actor, once, amount, shares, member_id
        )


def new_code() -> str:
    """A voucher code: 80 random bits in groups of four, easy to read out."""
    return new_codes(1)[0]


def new_codes(count: int, *, prefix: str = "", letters: int = LETTERS) -> list[str]:
    """So many codes of ``letters`` random letters, behind a prefix where there is one; of the
    full length they come in groups of four."""
    raw = secrets.token_bytes(count * letters).translate(_TRANSLATED).decode()
    codes = [raw[i : i + letters] for i in range(0, len(raw), letters)]
    if letters == LETTERS:
        codes = [
            "-".join(code[i : i + _GROUP] for i in range(0, LETTERS, _GROUP)) for code in codes
        ]
    return [f"{prefix}-{code}" for code in codes] if prefix else codes


def read_vouchers(club_id: int, codes: Sequence[str], *, lock: bool) -> dict[str, LockedVoucher]:
    """The club's vouchers of these codes, with ``lock`` locked in the order of their numbers."""
    found: dict[str, LockedVoucher] = ask_together(*voucher_queries(club_id, codes, lock=lock))[1]
    return found


def voucher_queries(
    club_id: int, codes: Iterable[str], *, lock: bool
) -> tuple[Query[None], Query[dict[str, LockedVoucher]]]:
    """Two questions to be asked in this order: they are read after they are locked, so that what
    another did meanwhile is seen."""
    where = [club_id, sorted(set(codes))]
    return (
        Query(_LOCK if lock and where[1] else "", where, lambda rows: None),
        Query(
            _READ if where[1] else "",
            [now(), *where],
            lambda rows: {row[1]: _voucher(*row) for row in rows},
        ),
    )


def count_by_member(vouchers: Iterable[LockedVoucher], member_ids: Iterable[int]) -> None:
    """Look up how often these members used the vouchers that say how often one may. Asks nothing
    where none does."""
    limited = {v.id: v for v in vouchers if v.terms.per_member is not None}
    members = sorted(set(member_ids))
    if limited and members:
        asked = [sorted(limited), members, members]
        for voucher_id, member_id, times in Query(_BY_MEMBER, asked, list).ask():
            limited[voucher_id].by_member[member_id] = times


def insert_uses(uses: Sequence[NewUse]) -> None:
    """Store uses in one statement; the database refuses one too many."""
    insert_rows(_USES, [(*use, 0, 0) for use in uses])


def _voucher(*row: Any) -> LockedVoucher:
    terms, number, times, amount, purpose, *rest = row[9:]
    if isinstance(terms, str):
        terms = orjson.loads(terms)
    so_far = (number or 0, times or 0, amount or 0, purpose in _ENDS)
    values: list[Any] = [*row[:9], OfferTerms.model_validate(terms or {}), *so_far, *rest]
    return LockedVoucher(*values)
