"""Store who invited whom and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Table, dumps, execute, fetch, insert_rows, recordset
from vafa.core.idempotency import LostRace
from vafa.program.models import MemberDevice

_TABLE = Table(
    "program_referral",
    (
        ("club_id", "bigint"),
        ("inviter_id", "bigint"),
        ("friend_id", "bigint"),
        ("actor", "text"),
        ("device", "text"),
        ("status", "text"),
        ("reason", "text"),
        ("made_at", "timestamptz"),
        ("judged_at", "timestamptz"),
    ),
)
_JUDGED = (
    ("id", "bigint"),
    ("status", "text"),
    ("reason", "text"),
    ("judged_at", "timestamptz"),
    ("purchase_id", "bigint"),
)


class NewReferral(NamedTuple):
    """An invitation that somebody took; refused at once where ``reason`` is given."""

    club_id: int
    inviter_id: int
    friend_id: int
    actor: str
    device: str
    reason: str
    made_at: datetime


class Judged(NamedTuple):
    """What became of a referral; see the model."""

    id: int
    status: str
    reason: str
    judged_at: datetime
    purchase_id: int | None = None


def insert_referrals(referrals: Sequence[NewReferral]) -> None:
    """Store all in one statement."""
    insert_rows(
        _TABLE,
        [
            (
                *(one.club_id, one.inviter_id, one.friend_id, one.actor, one.device),
                *("refused" if one.reason else "waiting", one.reason, one.made_at),
                one.made_at if one.reason else None,
            )
            for one in referrals
        ],
    )


def judge_referrals(judged: Sequence[Judged]) -> None:
    """Store what became of waiting ones."""
    if judged:
        execute(
            "UPDATE program_referral r SET status = j.status, reason = j.reason,"
            " judged_at = j.judged_at, purchase_id = j.purchase_id"
            f" FROM {recordset(_JUDGED, 'j')} WHERE r.id = j.id AND r.status = 'waiting'",
            [dumps(list(judged))],
            expect=len(judged),
        )


def reopen_referrals(decision_ids: Sequence[int]) -> list[tuple[int, str]]:
    """The purchase of these rewards (either side's decisions) came back in time: its referrals wait
    for another one, or end as taken back where the staff had undone a side by hand. Returns the
    number of each and what it is now."""
    rows = fetch(
        "UPDATE program_referral r SET"
        " status = CASE WHEN w.by_hand THEN 'taken_back' ELSE 'waiting' END,"
        " judged_at = CASE WHEN w.by_hand THEN r.judged_at END, reason = 'returned'"
        " FROM (SELECT DISTINCT (h.data ->> 'referral')::bigint AS id, EXISTS (SELECT 1"
        " FROM program_happening o JOIN program_decision u ON u.undoes_id = o.decision_id"
        " WHERE o.kind = 'referral' AND o.purchases && h.purchases"
        " AND o.data ->> 'referral' = h.data ->> 'referral' AND u.trigger = 'reverse'"
        " AND u.parts -> 0 ->> 1 = 'reverse') AS by_hand"
        " FROM program_happening h WHERE h.decision_id = ANY(%s) AND h.kind = 'referral') w"
        " WHERE r.id = w.id AND r.status = 'paid' RETURNING r.id, r.status",
        [list(decision_ids)],
    )
    return sorted(rows)


def refuse_rewarded(referral_id: int, reason: str, at: datetime) -> None:
    """The reward of a referral was taken back because it should not have been given. Raises LostRace
    where something else has become of it meanwhile."""
    found = fetch(
        "UPDATE program_referral SET status = 'refused', reason = %s, judged_at = %s"
        " WHERE id = %s AND status = 'paid' RETURNING id",
        [reason, at, referral_id],
    )
    if not found:
        raise LostRace


def remember_device(member_id: int, device: str) -> None:
    """The member logged in with the browser of this digest."""
    MemberDevice.objects.bulk_create(
        [MemberDevice(member_id=member_id, device=device)], ignore_conflicts=True
    )
