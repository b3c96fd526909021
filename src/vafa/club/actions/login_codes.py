"""One-time codes by which a member proves that a mobile is hers.

Codes are made and checked alike for members and for strangers, so that nobody can find out who is
a member. Only a keyed hash is stored.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from vafa.club.errors import TooManyTries, WrongCode
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.text import to_latin_digits

DIGITS = 6
LIFETIME = timedelta(minutes=5)
MAX_WRONG_TRIES = 5
MAX_REQUESTS = 5
REQUEST_WINDOW = timedelta(hours=1)
_KEEP = timedelta(days=1)

_LATEST = (
    "SELECT id FROM club_logincode WHERE club_id = %s AND mobile = %s"
    " ORDER BY created_at DESC, id DESC LIMIT 1"
)


def make_code(club_id: int, mobile: str) -> str:
    """A new code of six digits for an E.164 mobile, good for five minutes; older ones are void.

    Raises TooManyTries after five codes in an hour, and while a code that was guessed wrong five
    times has not run out.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    moment = now()
    with transaction.atomic(durable=True):
        # Two requests at the same moment must see each other, or both would count one too few.
        execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"login_code:{club_id}:{mobile}"],
        )
        _check_limits(club_id, mobile, moment)
        execute(
            "DELETE FROM club_logincode WHERE club_id = %s AND mobile = %s AND created_at < %s",
            [club_id, mobile, moment - _KEEP],
        )
        execute(
            "INSERT INTO club_logincode"
            " (club_id, mobile, code_hash, created_at, expires_at, wrong_tries)"
            " VALUES (%s, %s, %s, %s, %s, 0)",
            [club_id, mobile, _hash(club_id, mobile, code), moment, moment + LIFETIME],
        )
    return code


def use_code(club_id: int, mobile: str, code: str) -> None:
    """Accept the mobile's code, once; digits of any script, spaces allowed.

    Raises WrongCode (wrong, used, too old, none), and TooManyTries from the fifth wrong try on.
    """
    given = "".join(to_latin_digits(code).split())
    moment = now()
    digest = _hash(club_id, mobile, given)
    # One statement counts the try and compares: tries that arrive together queue for the row, and
    # each sees the count that the one before it left.
    with transaction.atomic(durable=True):
        rows = fetch(
            "UPDATE club_logincode SET"
            " wrong_tries = wrong_tries + CASE WHEN code_hash = %s THEN 0 ELSE 1 END,"
            " used_at = CASE WHEN code_hash = %s THEN %s::timestamptz END"
            f" WHERE id = ({_LATEST})"
            " AND used_at IS NULL AND expires_at > %s AND wrong_tries < %s"
            " RETURNING used_at IS NOT NULL",
            [digest, digest, moment, club_id, mobile, moment, MAX_WRONG_TRIES],
        )
    if rows and rows[0][0]:
        return
    locked = _locked_until(club_id, mobile, moment)
    if locked is not None:
        raise TooManyTries(minutes=_minutes(locked - moment))
    raise WrongCode


def _check_limits(club_id: int, mobile: str, moment: datetime) -> None:
    locked = _locked_until(club_id, mobile, moment)
    if locked is not None:
        raise TooManyTries(minutes=_minutes(locked - moment))
    recent = fetch(
        "SELECT created_at FROM club_logincode WHERE club_id = %s AND mobile = %s"
        " AND created_at > %s ORDER BY created_at DESC LIMIT %s",
        [club_id, mobile, moment - REQUEST_WINDOW, MAX_REQUESTS],
    )
    if len(recent) == MAX_REQUESTS:
        raise TooManyTries(minutes=_minutes(recent[-1][0] + REQUEST_WINDOW - moment))


def _locked_until(club_id: int, mobile: str, moment: datetime) -> datetime | None:
    rows = fetch(
        f"SELECT expires_at FROM club_logincode WHERE id = ({_LATEST})"
        " AND used_at IS NULL AND expires_at > %s AND wrong_tries >= %s",
        [club_id, mobile, moment, MAX_WRONG_TRIES],
    )
    return rows[0][0] if rows else None


def _minutes(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds()) // 60))


def _hash(club_id: int, mobile: str, code: str) -> str:
    value = f"{club_id}:{mobile}:{code}"
    return salted_hmac("vafa.club.login_code", value, algorithm="sha256").hexdigest()
