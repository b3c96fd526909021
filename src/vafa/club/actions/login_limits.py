"""How many one-time codes may be asked for from one address, and in one club.

Only codes that were not used count: those who log in use theirs, so a shop full of customers, or a
mobile operator's thousands of phones behind one address, stay far below limits that stop a machine.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from vafa.club.errors import TooManyTries
from vafa.core.db import execute, fetch

WINDOW = timedelta(hours=1)
# A family at home asks for some, a script for hundreds.
MAX_PER_ADDRESS = 30
MAX_PER_ADDRESS_A_DAY = 100
# Each is a text message that the club pays for. About one code in ten is never typed in: a club may
# have ten thousand logins an hour, and an attack from everywhere costs it a thousand messages.
MAX_PER_CLUB = 1_000

_DAY = timedelta(days=1)
_ADDRESS, _CLUB = "code_to", "code_of"
_IPV6_HOME = 64
_logger = logging.getLogger("vafa.logins")


def refuse_many_codes(club_id: int, address: str, moment: datetime) -> None:
    """Raise TooManyTries where the address or the club has too many unused codes in this hour."""
    name = limited_address(address)
    if name:
        # Requests of one address queue here, or each would count without the others.
        execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"login_from:{name}"])
        _refuse_beyond(_ADDRESS, name, MAX_PER_ADDRESS, moment)
        _refuse_beyond(_ADDRESS, name, MAX_PER_ADDRESS_A_DAY, moment, within=_DAY)
    # Not locked: a few more in the same instant cost little, one queue for a whole club much.
    _refuse_beyond(_CLUB, str(club_id), MAX_PER_CLUB, moment)


def count_code(club_id: int, address: str, moment: datetime) -> None:
    """A code was made at ``moment``."""
    names = [(_CLUB, str(club_id)), (_ADDRESS, limited_address(address))]
    for kind, name in names:
        if name:
            execute(
                "INSERT INTO club_loginfailure (kind, name, at) VALUES (%s, %s, %s)",
                [kind, name, moment],
            )


def uncount_code(club_id: int, address: str, moment: datetime) -> None:
    """The code made at ``moment`` was used (from the same address, or the address keeps it)."""
    execute(
        "DELETE FROM club_loginfailure WHERE (kind, name) IN ((%s, %s), (%s, %s)) AND at = %s",
        [_CLUB, str(club_id), _ADDRESS, limited_address(address), moment],
    )


def limited_address(address: str) -> str:
    """What is counted for an IP address; "" for what does not tell visitors apart.

    A home has a whole IPv6 network of 64 bits. A private address is the shop's own network, or a
    proxy that VAFA_PROXIES does not name, behind which is everybody.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if not parsed.is_global:
        return ""
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, _IPV6_HOME), strict=False))
    return str(parsed)


def _refuse_beyond(
    kind: str, name: str, limit: int, moment: datetime, *, within: timedelta = WINDOW
) -> None:
    rows = fetch(
        "SELECT at FROM club_loginfailure WHERE kind = %s AND name = %s AND at > %s AND at < %s"
        " ORDER BY at DESC OFFSET %s LIMIT 1",
        # What lies further ahead was counted by a clock that was wrong.
        [kind, name, moment - within, moment + WINDOW, limit - 1],
    )
    if rows:
        if kind == _CLUB:
            _logger.warning("club %s: %s unused login codes in an hour, no more sent", name, limit)
        raise TooManyTries(minutes=minutes_until(rows[0][0] + within, moment))


def minutes_until(until: datetime, moment: datetime) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, -(-int((until - moment).total_seconds()) // 60))
