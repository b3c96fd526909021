"""The changing code on a member's card page: whoever shows it at the till is there herself.

Six digits of an HMAC over the time's step of half a minute, as RFC 6238 has it, under a key of the
member's own that is drawn from the installation's secret. Each is accepted once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from vafa.club.errors import WrongCode
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.text import to_latin_digits

STEP_SECONDS = 30
DIGITS = 6
# A code that was shown in the last moment of its half minute is still typed or scanned.
_STEPS_BACK = 2
_KEPT = timedelta(days=1)


def card_code(club_id: int, member_id: int, at: datetime) -> tuple[str, int]:
    """The member's code at a moment, and for how many seconds more it is shown."""
    seconds = int(at.timestamp())
    return _code(club_id, member_id, seconds // STEP_SECONDS), (
        STEP_SECONDS - seconds % STEP_SECONDS
    )


def use_card_code(club_id: int, member_id: int, typed: str) -> None:
    """Accept a code of the last minute, once; digits of any script, spaces allowed.

    Raises WrongCode (wrong, too old, used). The caller counts wrong tries.
    """
    given = "".join(to_latin_digits(typed).split())
    moment = now()
    latest = int(moment.timestamp()) // STEP_SECONDS
    steps = [
        step
        for step in range(latest, latest - _STEPS_BACK - 1, -1)
        if constant_time_compare(_code(club_id, member_id, step), given)
    ]
    if not steps:
        raise WrongCode
    name, mark = f"c{member_id}", f"step {steps[0]}"
    with transaction.atomic(durable=True):
        # Two tills at the same moment must see each other.
        execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"card_code:{name}"])
        used = "SELECT 1 FROM club_logincode WHERE club_id = %s AND mobile = %s AND code_hash = %s"
        if fetch(used, [club_id, name, mark]):
            raise WrongCode
        execute(
            "DELETE FROM club_logincode WHERE club_id = %s AND mobile = %s AND created_at < %s",
            [club_id, name, moment - _KEPT],
        )
        execute(
            "INSERT INTO club_logincode"
            " (club_id, mobile, code_hash, created_at, expires_at, wrong_tries, used_at)"
            " VALUES (%s, %s, %s, %s, %s, 0, %s)",
            [club_id, name, mark, moment, moment, moment],
        )


def _code(club_id: int, member_id: int, step: int) -> str:
    text = f"{club_id}:{member_id}:{step}"
    digest = salted_hmac("vafa.club.card_code", text, algorithm="sha256").digest()
    # RFC 4226, 5.3: where to begin is said by the last four bits.
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"
