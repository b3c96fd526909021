"""Everything that ever happened with a member, the newest first, a page at a time: one statement.

Each kind of happening is an arm of its own, which reads by the index of the member and stops after
a page; the arms are put together, and what the page shows is looked up for its rows alone. A page
ends at a place (moment, kind, number), from which the next one goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.core.db import fetch

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# What a filter shows, by its name; a kind's place here is its place where moments are equal.
GROUPS: dict[str, tuple[str, ...]] = {
    "trade": ("purchase", "return"),
    "points": ("points", "expiry"),
    "tier": ("tier",),
    "vouchers": ("voucher", "use"),
    "messages": ("message",),
    "consents": ("consent", "terms"),
    "staff": ("staff",),
}
KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)
# Of these the audit repeats what other arms tell with its reason.
_TOLD_ELSEWHERE = ("adjustment.applied", "transfer.reversed", "points.revived")


class Place(NamedTuple):
    """Where a page ends: the moment, the kind's place and the number of its last row."""

    at: datetime
    kind: int
    id: int

    @property
    def text(self) -> str:
        """For an address; ``parse_place`` reads it."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.kind}-{self.id}"


class Event(NamedTuple):
    """One thing that happened: ``kind`` is one of ``KINDS``, ``data`` what there is to say."""

    at: datetime
    kind: str
    id: int
    data: dict[str, Any]

    @property
    def place(self) -> Place:
        """Where a page that ends with this one ends."""
        return Place(self.at, KINDS.index(self.kind), self.id)


def parse_place(text: str) -> Place | None:
    """The place that an address names; None for anything else."""
    parts = text.split("-")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) <= 17 for p in parts):
        return None
    moment, kind, number = map(int, parts)
    return Place(_EPOCH + moment * _MICROSECOND, kind, number) if kind < len(KINDS) else None


# Which movement of the ledger a decision made, and whether it was undone since.
_CORRECTED = (
    "'transfer', (SELECT min(t.id) FROM ledger_transfer t WHERE t.source_id = d.id"
    " AND t.source = 'decision'), 'is_corrected', EXISTS (SELECT FROM program_decision y"
    " WHERE y.undoes_id = d.id AND y.trigger IN ('reverse', 'gift_in_back'))"
)
# Of each kind: the moment, the number, where the rows are, and what is said of them.
_ARMS: dict[str, tuple[str, str, str, str]] = {
    "purchase": (
        "p.purchased_at",
        "p.id",
        "commerce_purchase p WHERE p.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('receipt', p.receipt_no, 'total', p.total, 'branch', b.name,"
        " 'channel', p.channel, 'points', d.points, 'credit', d.credit, 'parts', d.parts,"
        " 'revision', d.revision_id, 'trigger', 'purchase', {corrected})"
        " FROM commerce_purchase p JOIN club_branch b ON b.id = p.branch_id"
        " LEFT JOIN LATERAL (SELECT * FROM program_decision x WHERE x.purchase_id = p.id"
        " AND x.trigger = 'purchase' ORDER BY x.id LIMIT 1) d ON TRUE WHERE p.id = e.id",
    ),
    "return": (
        "r.returned_at",
        "r.id",
        "commerce_return r WHERE r.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('receipt', r.receipt_no, 'total', r.total, 'branch', b.name,"
        " 'purchase', r.purchase_id, 'reason', r.reason)"
        " FROM commerce_return r JOIN club_branch b ON b.id = r.branch_id WHERE r.id = e.id",
    ),
    "points": (
        "d.effective_at",
        "d.id",
        "program_decision d WHERE d.member_id = ANY(%(members)s) AND d.trigger <> 'purchase'"
        " AND (d.points <> 0 OR d.credit <> 0 OR d.tier_points = 0"
        " AND d.trigger IN ('join', 'happening', 'return', 'redeem', 'unredeem'))",
        "SELECT jsonb_build_object('trigger', d.trigger, 'points', d.points, 'credit', d.credit,"
        " 'parts', d.parts, 'revision', d.revision_id, 'purchase', d.purchase_id,"
        " 'receipt', p.receipt_no, 'reward', w.name, 'reward_en', w.name_en, {corrected})"
        " FROM program_decision d LEFT JOIN commerce_purchase p ON p.id = d.purchase_id"
        " LEFT JOIN program_redemption n ON n.decision_id = d.id"
        " LEFT JOIN program_reward w ON w.id = n.reward_id WHERE d.id = e.id",
    ),
    "expiry": (
        "t.effective_at",
        "t.id",
        "ledger_account a JOIN ledger_transfer t ON t.debit_account_id = a.id"
        " WHERE a.unit_id IN (%(unit)s, %(credit)s) AND a.holder = ANY(%(holders)s)"
        " AND a.kind = 'available' AND t.kind = 'expire' AND t.debit_version IS NOT NULL",
        "SELECT jsonb_build_object('trigger', 'expire', 'transfer', t.id, 'is_corrected', EXISTS ("
        "SELECT FROM ledger_transfer y WHERE y.reverses_id = t.id AND y.kind = 'revive'),"
        " 'points', CASE WHEN t.unit_id = %(unit)s THEN -t.amount ELSE 0 END,"
        " 'credit', CASE WHEN t.unit_id = %(credit)s THEN -t.amount ELSE 0 END)"
        " FROM ledger_transfer t WHERE t.id = e.id",
    ),
    "tier": (
        "r.ran_at",
        "c.id",
        "program_tierchange c JOIN program_tierrun r ON r.id = c.run_id"
        " WHERE c.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('before', c.before, 'after', c.after, 'why', c.why)"
        " FROM program_tierchange c WHERE c.id = e.id",
    ),
    "voucher": (
        "coalesce(v.given_at, v.created_at)",
        "v.id",
        "program_voucher v WHERE v.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('code', v.code, 'kind', v.kind, 'value', v.value,"
        " 'reward', w.name, 'reward_en', w.name_en, 'series', s.name)"
        " FROM program_voucher v LEFT JOIN program_reward w ON w.id = v.reward_id"
        " LEFT JOIN program_voucherseries s ON s.id = v.series_id WHERE v.id = e.id",
    ),
    "use": (
        "u.used_at",
        "u.id",
        "program_voucher v JOIN program_voucheruse u ON u.voucher_id = v.id"
        " WHERE v.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('code', v.code, 'purpose', u.purpose, 'amount', u.amount,"
        " 'times', u.times, 'purchase', u.purchase_id, 'receipt', p.receipt_no)"
        " FROM program_voucheruse u JOIN program_voucher v ON v.id = u.voucher_id"
        " LEFT JOIN commerce_purchase p ON p.id = u.purchase_id WHERE u.id = e.id",
    ),
    "message": (
        "m.created_at",
        "m.id",
        "engage_message m WHERE m.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('kind', m.kind, 'channel', m.channel, 'state', m.state,"
        " 'why', m.why, 'text', m.text) FROM engage_message m WHERE m.id = e.id",
    ),
    "consent": (
        "c.at",
        "c.id",
        "club_consent c WHERE c.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('purpose', c.purpose, 'channel', c.channel,"
        " 'is_given', c.is_given, 'face', c.face, 'name', (SELECT jsonb_build_array(q.name,"
        " q.name_en) FROM club_consentpurpose q WHERE q.club_id = c.club_id"
        " AND q.code = c.purpose ORDER BY q.version DESC LIMIT 1))"
        " FROM club_consent c WHERE c.id = e.id",
    ),
    "terms": (
        "c.at",
        "c.id",
        "club_termsacceptance c WHERE c.member_id = ANY(%(members)s)",
        "SELECT jsonb_build_object('version', c.version, 'face', c.face)"
        " FROM club_termsacceptance c WHERE c.id = e.id",
    ),
    "staff": (
        "a.at",
        "a.id",
        "club_audit a WHERE a.club_id = %(club)s AND a.thing_kind = 'member'"
        " AND a.thing_id = ANY(%(numbers)s) AND a.action <> ALL(%(elsewhere)s)",
        "SELECT to_jsonb(a) - 'search_text' FROM club_audit a WHERE a.id = e.id",
    ),
}


def timeline(
    club: ClubContext,
    member_id: int,
    *,
    people: Sequence[int] = (),
    holder: int | None = None,
    kinds: Sequence[str] = KINDS,
    after: Place | None = None,
    limit: int = 50,
) -> list[Event]:
    """What happened, the newest first or from behind ``after``, at most ``limit``; with what was of
    ``people``, who were merged into her (looked up where they are not given). ``holder`` is the
    wallet's that she shares; None for one of her own. ``kinds`` are of ``KINDS``."""
    people = list(people) or with_merged(member_id)
    # Before they shared a household's, they used their own wallets.
    holders = {*people, *([holder] if holder is not None else [])}
    params: dict[str, Any] = {
        "members": people,
        "numbers": [str(number) for number in people],
        "holders": sorted(holders),
        "club": club.id,
        "unit": club.points_unit_id,
        "credit": club.credit_unit_id,
        "elsewhere": list(_TOLD_ELSEWHERE),
        "limit": limit,
    }
    if after is not None:
        params |= {"at": after.at, "number": after.id}
    wanted = [kind for kind in KINDS if kind in kinds]
    arms = " UNION ALL ".join(_arm(kind, after) for kind in wanted)
    said = " ".join(f"WHEN {KINDS.index(kind)} THEN ({_said(kind)})" for kind in wanted)
    rows = fetch(
        f"SELECT e.at, e.kind, e.id, (CASE e.kind {said} END)::text FROM (SELECT * FROM ({arms}) u"
        " ORDER BY u.at DESC, u.kind DESC, u.id DESC LIMIT %(limit)s) e"
        " ORDER BY e.at DESC, e.kind DESC, e.id DESC",
        params,
    )
    return [Event(at, KINDS[kind], pk, orjson.loads(data)) for at, kind, pk, data in rows]


def _said(kind: str) -> str:
    return _ARMS[kind][3].replace("{corrected}", _CORRECTED)


def _arm(kind: str, after: Place | None) -> str:
    moment, number, source, _said = _ARMS[kind]
    place = KINDS.index(kind)
    older = ""
    if after is not None and place < after.kind:
        older = f" AND {moment} <= %(at)s"
    elif after is not None and place == after.kind:
        older = f" AND ({moment}, {number}) < (%(at)s, %(number)s)"
    elif after is not None:
        older = f" AND {moment} < %(at)s"
    return (
        f"(SELECT {moment} AS at, {place} AS kind, {number} AS id FROM {source}{older}"
        f" ORDER BY {moment} DESC, {number} DESC LIMIT %(limit)s)"
    )
