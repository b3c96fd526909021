"""What a club has of each thing that it needs, in one statement."""

from __future__ import annotations

from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch

# Counted no further: "many" is all that one wants to know.
_MOST = 10_000


class Stands(NamedTuple):
    """How many of each, at most ten thousand; the last four only whether there is any."""

    merchants: int
    branches: int
    categories: int
    products: int
    staff: int
    keys: int
    rewards: int
    segments: int
    joining_codes: int
    has_purchases: bool
    has_members: bool
    has_sms: bool
    has_terms: bool


_STANDS = """
SELECT (SELECT count(*) FROM club_merchant WHERE club_id = %(club)s),
    (SELECT count(*) FROM club_branch WHERE club_id = %(club)s AND is_active),
    (SELECT count(*) FROM commerce_category WHERE club_id = %(club)s),
    (SELECT count(*) FROM (SELECT FROM commerce_product WHERE club_id = %(club)s
        LIMIT %(most)s) p),
    (SELECT count(*) FROM club_staff WHERE club_id = %(club)s AND is_active),
    (SELECT count(*) FROM club_apikey WHERE club_id = %(club)s AND revoked_at IS NULL),
    (SELECT count(*) FROM program_reward WHERE club_id = %(club)s AND is_active),
    (SELECT count(*) FROM audience_segment WHERE club_id = %(club)s AND archived_at IS NULL),
    (SELECT count(*) FROM (SELECT FROM club_joiningcode WHERE club_id = %(club)s AND is_active
        LIMIT %(most)s) c),
    EXISTS (SELECT FROM commerce_purchase WHERE club_id = %(club)s),
    EXISTS (SELECT FROM club_member WHERE club_id = %(club)s),
    EXISTS (SELECT FROM engage_smssettings WHERE club_id = %(club)s AND is_on),
    EXISTS (SELECT FROM club_terms WHERE club_id = %(club)s AND version IS NOT NULL)
"""


def what_stands(club: ClubContext) -> Stands:
    """What the club has by now."""
    return Stands(*fetch(_STANDS, {"club": club.id, "most": _MOST})[0])
