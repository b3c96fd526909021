"""A membership ends: its mobile is free again; and of who is erased nothing is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.club.actions.household_invitations import forget_invited
from vafa.club.actions.sessions import end_member_sessions
from vafa.core.db import execute

_LEFT = (
    "UPDATE club_member SET is_active = FALSE, left_at = coalesce(left_at, %s),"
    " former_mobile = coalesce(former_mobile, mobile), mobile = NULL, external_id = NULL,"
    " consents = '{}' WHERE id = ANY(%s)"
)
_ERASED = (
    "UPDATE club_member SET erased_at = %s, former_mobile = NULL, name = '', sort_key = '',"
    " search_key = '', gender = '', birth_date = NULL, attributes = '{}', email = '', city = '',"
    " education = '', acquaintance = '', interests = '{}', wedding_date = NULL, language = '',"
    " calendar = '' WHERE id = ANY(%s) AND erased_at IS NULL"
)
# Rows about her, and rows of what she did herself.
_AUDIT = (
    "UPDATE club_audit SET actor_name = CASE WHEN actor = ANY(%s) THEN '' ELSE actor_name END,"
    " address = CASE WHEN actor = ANY(%s) THEN '' ELSE address END, thing_label = '',"
    " before = NULL, after = NULL, reason = '', search_text = ''"
    " WHERE club_id = %s AND (thing_kind = 'member' AND thing_id = ANY(%s) OR actor = ANY(%s))"
    " AND (thing_label, reason, search_text) <> ('', '', '')"
)
_REQUESTS = (
    "UPDATE club_joiningrequest SET mobile = '', name = '', birth_date = NULL, reason = '',"
    " told = '{}',"
    " state = CASE WHEN state = 'waiting' THEN 'refused' ELSE state END"
    " WHERE club_id = %s AND (member_id = ANY(%s) OR mobile = ANY(%s))"
)
# A change of her number that waits is none any more.
_CHANGES_OVER = (
    "UPDATE club_numberchange SET status = 'refused', decided_by = 'system:0', decided_at = %s"
    " WHERE member_id = ANY(%s) AND status = 'waiting'"
)
_CHANGES_ERASED = (
    "UPDATE club_numberchange SET old_mobile = '', new_mobile = '', reason = ''"
    " WHERE member_id = ANY(%s)"
)
_NUMBERS = (
    "UPDATE club_numberchange SET old_mobile = '', new_mobile = '', reason = ''"
    " WHERE member_id = ANY(%s)"
)
_NO_CHANGE = (
    "UPDATE club_numberchange SET status = 'refused', decided_by = %s, decided_at = %s"
    " WHERE member_id = ANY(%s) AND status = 'waiting'"
)


def mark_left(member_ids: Sequence[int], at: datetime, *, by: str) -> None:
    """These memberships (one person's) are over: numbers and cards stand for nobody any more, and
    nobody is logged in as them. ``by``: who ends them."""
    execute(_LEFT, [at, list(member_ids)])
    execute("UPDATE club_card SET is_active = FALSE WHERE member_id = ANY(%s)", [list(member_ids)])
    execute(_CHANGES_OVER, [at, list(member_ids)])
    for number in member_ids:
        end_member_sessions(number)


def erase_from_club(
    club_id: int, member_ids: Sequence[int], mobiles: Sequence[str], at: datetime
) -> None:
    """Empty everything personal of these memberships, which are over; ``mobiles`` were theirs."""
    ids, numbers = list(member_ids), list(mobiles)
    execute(_ERASED, [at, ids])
    execute(
        "UPDATE club_card SET number = 'x' || id WHERE member_id = ANY(%s) AND number NOT LIKE 'x%%'",
        [ids],
    )
    actors = [f"member:{number}" for number in ids]
    execute(_AUDIT, [actors, actors, club_id, [str(number) for number in ids], actors])
    execute(_CHANGES_ERASED, [ids])
    execute(_REQUESTS, [club_id, ids, numbers])
    execute(_NUMBERS, [ids])
    forget_invited(club_id, ids, numbers, at)
    execute(
        "DELETE FROM club_logincode WHERE club_id = %s AND mobile = ANY(%s)", [club_id, numbers]
    )
    execute("DELETE FROM club_loginfailure WHERE name = ANY(%s)", [numbers])
