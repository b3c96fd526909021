"""Vouchers: made with unguessable codes, locked for use, used once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from vafa.core.clock import now
from vafa.core.db import Query, Table, ask_together, dumps, fetch, insert_rows, recordset

# No letters or digits that look alike; 16 of 32 characters are 80 random bits.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 16
_USES = Table(
    "program_voucheruse",
    (
        ("voucher_id", "bigint"),
        ("number", "smallint"),
        ("purpose", "text"),
        ("purchase_id", "bigint"),
        ("used_at", "timestamptz"),
        ("actor", "text"),
    ),
)
_LOCK = (
    "SELECT id FROM program_voucher WHERE club_id = %s AND code = ANY(%s) ORDER BY id FOR UPDATE"
)
_READ = (
    "SELECT v.id, v.code, v.kind, (SELECT coalesce(m.merged_into_id, m.id) FROM club_member m"
    " WHERE m.id = v.member_id), v.value, v.min_basket, v.expires_at,"
    " EXISTS (SELECT 1 FROM program_voucheruse u WHERE u.voucher_id = v.id),"
    " (SELECT r.decision_id FROM program_redemption r WHERE r.voucher_id = v.id),"
    " (SELECT x.id FROM program_reservation x WHERE x.voucher_id = v.id"
    " AND x.status = 'open' AND x.expires_at > %s)"
    " FROM program_voucher v WHERE v.club_id = %s AND v.code = ANY(%s)"
)
_VOUCHERS = Table(
    "program_voucher",
    (
        ("club_id", "bigint"),
        ("code", "text"),
        ("member_id", "bigint"),
        ("reward_id", "bigint"),
        ("kind", "text"),
        ("value", "bigint"),
        ("min_basket", "bigint"),
        ("expires_at", "timestamptz"),
    ),
)


class NewUse(NamedTuple):
    """A row of program_voucheruse."""

    voucher_id: int
    number: int
    purpose: str
    purchase_id: int | None
    used_at: datetime
    actor: str


@dataclass(slots=True)
class LockedVoucher:
    """A voucher as read, with whether it was used (or given up).

    ``decision_id`` is the redemption's decision for which points are held, None for a voucher
    that nobody paid for with points; ``reserved_by`` an open reservation for another bill.
    """

    id: int
    code: str
    kind: str
    member_id: int | None
    value: int
    min_basket: int
    expires_at: datetime
    used: bool
    decision_id: int | None
    reserved_by: int | None = None

    def use(self, purpose: str, purchase_id: int | None, at: datetime, actor: str) -> NewUse:
        """The row that spends it, or ends it; ``purpose`` as in the model."""
        return NewUse(self.id, 1, purpose, purchase_id, at, actor)


def new_code() -> str:
    """A voucher code: 80 random bits in groups of four, easy to read out."""
    raw = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(raw[i : i + 4] for i in range(0, _LENGTH, 4))


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
            lambda rows: {row[1]: LockedVoucher(*row) for row in rows},
        ),
    )


def insert_uses(uses: Sequence[NewUse]) -> None:
    """Store uses in one statement; the unique constraint refuses a second use."""
    insert_rows(_USES, [tuple(use) for use in uses])


def reissue_vouchers(club_id: int, returned: Mapping[int, datetime]) -> dict[int, str]:
    """A fresh voucher for each that was used on these purchases, which came back whole.

    ``returned`` says until when, at least, the voucher of each purchase shall last; otherwise it
    lasts as long as the old one, with the same worth and owner. Returns the new code by purchase.
    Two statements for any number.
    """
    if not returned:
        return {}
    columns = (("purchase_id", "bigint"), ("not_before", "timestamptz"))
    rows = fetch(
        "SELECT u.purchase_id, v.member_id, v.reward_id, v.kind, v.value, v.min_basket,"
        f" greatest(v.expires_at, w.not_before) FROM {recordset(columns, 'w')}"
        " JOIN program_voucheruse u ON u.purchase_id = w.purchase_id"
        " JOIN program_voucher v ON v.id = u.voucher_id",
        [dumps(list(returned.items()))],
    )
    codes = {row[0]: new_code() for row in rows}
    insert_rows(_VOUCHERS, [(club_id, codes[row[0]], *row[1:]) for row in rows])
    return codes
