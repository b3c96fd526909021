"""Store who invited whom and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Table, dumps, execute, insert_rows, recordset
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


def mark_taken_back(decision_id: int) -> None:
    """The reward of a referral was taken back, whichever side's decision this is."""
    execute(
        "UPDATE program_referral r SET status = 'taken_back' FROM program_happening h"
        " WHERE h.decision_id = %s AND h.kind = 'referral' AND r.status = 'paid'"
        " AND r.id = (h.data ->> 'referral')::bigint",
        [decision_id],
    )


def remember_device(member_id: int, device: str) -> None:
    """The member logged in with the browser of this digest."""
    MemberDevice.objects.bulk_create(
        [MemberDevice(member_id=member_id, device=device)], ignore_conflicts=True
    )
