"""One-time codes by which a member proves that a mobile is hers.

Codes are made and checked alike for members and for strangers, so that nobody can find out who is
a member. Only a keyed hash is stored.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from vafa.club.actions.login_limits import (
    count_code,
    minutes_until,
    refuse_many_codes,
    uncount_code,
)
from vafa.club.errors import (
    TooManyCodesToday,
    TooManyTries,
    TooManyTriesToday,
    WrongCode,
)
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.text import to_latin_digits

DIGITS = 6
LIFETIME = timedelta(minutes=2)
MAX_WRONG_TRIES = 5
# Ten guesses at six digits: who tries every day has found a code by chance after 270 years.
MAX_WRONG_A_DAY = 10
MAX_REQUESTS = 5
REQUEST_WINDOW = timedelta(hours=1)
# Each is a text message that somebody may not have asked for.
MAX_REQUESTS_A_DAY = 15
_DAY = timedelta(days=1)

_LATEST = (
    "SELECT id FROM club_logincode WHERE club_id = %s AND mobile = %s ORDER BY id DESC LIMIT 1"
)
# Older than any limit looks back; or made when the clock was ahead, which must lock nobody out.
_FORGET = (
    "DELETE FROM club_logincode WHERE club_id = %s AND mobile = %s"
    " AND (created_at < %s OR created_at > %s)"
)


def make_code(club_id: int, mobile: str, *, address: str = "") -> str:
    """A new code of six digits for an E.164 mobile, good for two minutes; older ones are void.

    ``address`` is the IP address that asks, "" where none does. Raises TooManyTries after five
    codes in an hour, or fifteen in a day, while a code that was guessed wrong five times has not run
    out, after ten wrong tries in a day, and where the address or the club has asked for too many.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    moment = now()
    with transaction.atomic(durable=True):
        # Two requests at the same moment must see each other, or both would count one too few.
        execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"login_code:{club_id}:{mobile}"],
        )
        execute(_FORGET, [club_id, mobile, moment - _DAY, moment + LIFETIME])
        _check_limits(club_id, mobile, moment)
        refuse_many_codes(club_id, address, moment)
        execute(
            "INSERT INTO club_logincode"
            " (club_id, mobile, code_hash, created_at, expires_at, wrong_tries)"
            " VALUES (%s, %s, %s, %s, %s, 0)",
            [club_id, mobile, _hash(club_id, mobile, code), moment, moment + LIFETIME],
        )
        count_code(club_id, address, moment)
    return code


def use_code(club_id: int, mobile: str, code: str, *, address: str = "") -> None:
    """Accept the mobile's code, once; digits of any script, spaces allowed.

    Raises WrongCode (wrong, used, too old, none), and TooManyTries from the fifth wrong try of a
    code on, and from the tenth of a day.
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
            " AND wrong_tries + (SELECT coalesce(sum(earlier.wrong_tries), 0)"
            "  FROM club_logincode earlier WHERE earlier.club_id = %s AND earlier.mobile = %s"
            "  AND earlier.created_at > %s AND earlier.id <> club_logincode.id) < %s"
            " RETURNING used_at IS NOT NULL, created_at",
            [
                *(digest, digest, moment),
                *(club_id, mobile, moment, MAX_WRONG_TRIES),
                *(club_id, mobile, moment - _DAY, MAX_WRONG_A_DAY),
            ],
        )
        if rows and rows[0][0]:
            uncount_code(club_id, address, rows[0][1])
            return
    _refuse_locked(club_id, mobile, moment)
    raise WrongCode


def _check_limits(club_id: int, mobile: str, moment: datetime) -> None:
    _refuse_locked(club_id, mobile, moment)
    recent = fetch(
        "SELECT created_at FROM club_logincode WHERE club_id = %s AND mobile = %s"
        " AND created_at > %s ORDER BY created_at DESC LIMIT %s",
        [club_id, mobile, moment - REQUEST_WINDOW, MAX_REQUESTS],
    )
    if len(recent) == MAX_REQUESTS:
        raise TooManyTries(minutes=minutes_until(recent[-1][0] + REQUEST_WINDOW, moment))
    today = fetch(
        "SELECT created_at FROM club_logincode WHERE club_id = %s AND mobile = %s"
        " AND created_at > %s ORDER BY created_at DESC OFFSET %s LIMIT 1",
        [club_id, mobile, moment - _DAY, MAX_REQUESTS_A_DAY - 1],
    )
    if today:
        raise TooManyCodesToday(hours=-(-minutes_until(today[0][0] + _DAY, moment) // 60))


def _refuse_locked(club_id: int, mobile: str, moment: datetime) -> None:
    """Raise TooManyTries while guesses have locked the mobile's latest code, or its day."""
    rows = fetch(
        "SELECT created_at, wrong_tries, used_at IS NULL AND expires_at > %s, expires_at"
        " FROM club_logincode WHERE club_id = %s AND mobile = %s AND created_at > %s"
        " ORDER BY created_at DESC, id DESC",
        [moment, club_id, mobile, moment - _DAY],
    )
    wrong = 0
    for created_at, tries, _, _ in rows:
        wrong += tries
        if wrong >= MAX_WRONG_A_DAY:
            raise TooManyTriesToday(hours=-(-minutes_until(created_at + _DAY, moment) // 60))
    if rows and rows[0][2] and rows[0][1] >= MAX_WRONG_TRIES:
        raise TooManyTries(minutes=minutes_until(rows[0][3], moment))


def _hash(club_id: int, mobile: str, code: str) -> str:
    value = f"{club_id}:{mobile}:{code}"
    return salted_hmac("vafa.club.login_code", value, algorithm="sha256").hexdigest()
