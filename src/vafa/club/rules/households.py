"""Invitations into a household: how long they last, and how many. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

OPEN: Final = "open"
ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"
WITHDRAWN: Final = "withdrawn"
# So long an invitation can be accepted.
LASTS: Final = timedelta(days=7)
# So many of a household are open at once, and so many are made in a day.
OPEN_AT_MOST: Final = 5
MADE_A_DAY: Final = 10
DAY: Final = timedelta(days=1)
# Whoever declined is not asked by the same household again so soon.
DECLINED_FOR: Final = timedelta(days=30)
# A number is told of so many invitations in a day, of all households.
TOLD_A_DAY: Final = 3
# By her own act a member comes into a household once in so long, and so long a place that a household
# gave away is not given away again, whoever has left it meanwhile.
SETTLES: Final = timedelta(days=30)
SPENDERS: Final = ("all", "head")
