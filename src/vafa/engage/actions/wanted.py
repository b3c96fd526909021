"""Messages that events ask for: what rules say, tiers that are about to be lost, invitations."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext, club_context
from vafa.club.reads.members import Reader
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.jalali import format_date
from vafa.core.transactions import horizon
from vafa.engage.actions.household_invitations import KIND, told_of_household
from vafa.engage.actions.joining_answers import told_about_request
from vafa.engage.actions.messages import send_text
from vafa.engage.actions.number_codes import told_to_old_number
from vafa.engage.actions.telling import ToSay, tell_member
from vafa.engage.errors import NoChannel
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.rules.deeds import Say

_CURSOR = "messages"
_AT_ONCE = 500
_LAST = 2**63 - 1
_OF_RULES, _OF_TIERS = "message.wanted", "tier.at_risk"
_OF_NUMBERS = "member.number_changed"
_OF_JOINING = "joining.decided"
_OF_HOUSEHOLDS = "household.invited"
_HEARD = [_OF_RULES, _OF_TIERS, _OF_NUMBERS, _OF_JOINING, _OF_HOUSEHOLDS]
# What happened earlier (an import of old purchases) is no news to anybody.
_NEWS_FOR = timedelta(days=2)
_TIER = {
    "fa": "سطح «{tier}» شما در باشگاه «{club}» تا {day} برقرار است. با خرید تا آن روز می‌توانید آن را نگه دارید.",
    "en": "Your {tier} tier at {club} lasts until {day}. You can keep it by buying until then.",
}

_NEXT = """
SELECT transaction, id, club_id, name, payload::text, happened_at FROM core_event
WHERE (transaction, id) > (%s, %s) AND transaction < %s AND name = ANY(%s)
ORDER BY transaction, id LIMIT %s
"""
_MEMBER = (
    "SELECT m.id, m.mobile, m.email, m.language, m.consents FROM club_member x"
    " JOIN club_member m ON m.id = coalesce(x.merged_into_id, x.id)"
    " WHERE x.id = %s AND x.club_id = %s AND m.is_active"
    " AND (m.mobile IS NOT NULL OR m.email <> '')"
)


class _Event(NamedTuple):
    transaction: int
    id: int
    club_id: int
    name: str
    payload: str
    happened_at: datetime


def write_what_is_wanted() -> int:
    """Queue a text for every event since the last time that asks for one; returns how many.

    The texts and the place reached are written together, so that nobody is told twice. It begins
    with what happens after it was first called.
    """
    written = 0
    while True:
        with transaction.atomic(durable=True):
            place, end = _place(), horizon()
            rows = fetch(_NEXT, [*place, end, _HEARD, _AT_ONCE])
            events = [_Event(*row) for row in rows]
            written += sum(_tell(event) for event in events)
            if len(events) == _AT_ONCE:
                place = events[-1].transaction, events[-1].id
            else:
                # Below the horizon nothing more can appear.
                place = max(place, (end - 1, _LAST))
            execute(
                'UPDATE engage_eventcursor SET "transaction" = %s, event = %s WHERE name = %s',
                [*place, _CURSOR],
            )
        if len(events) < _AT_ONCE:
            return written


def _place() -> tuple[int, int]:
    """How far it got; whoever else does this waits."""
    execute(
        'INSERT INTO engage_eventcursor (name, "transaction", event) VALUES (%s, %s, 0)'
        " ON CONFLICT (name) DO NOTHING",
        [_CURSOR, horizon()],
    )
    [(number, event)] = fetch(
        'SELECT "transaction", event FROM engage_eventcursor WHERE name = %s FOR UPDATE', [_CURSOR]
    )
    return number, event


def _tell(event: _Event) -> bool:
    if event.happened_at < now() - _NEWS_FOR:
        return False
    payload = json.loads(event.payload)
    if event.name == _OF_NUMBERS:
        return _tell_old_number(event, payload["change"])
    if event.name == _OF_JOINING:
        return _tell_who_asked(event, payload["request"])
    if event.name == _OF_HOUSEHOLDS:
        return _tell_invited(event, payload["invitation"])
    words = _said_by_rule if event.name == _OF_RULES else _tier_at_risk
    found = fetch(_MEMBER, [payload["member"], event.club_id])
    if not found:
        return False
    club = club_context(event.club_id)
    reader = Reader(*found[0])
    said = words(club, payload, "fa" if (reader.language or club.language) == "fa" else "en")
    if not said.text:
        return False
    kind = "rule" if event.name == _OF_RULES else "tier"
    try:
        return tell_member(club, reader, said, kind, key=f"event:{event.id}")
    except NoChannel:
        return False


def _tell_old_number(event: _Event, change_id: int) -> bool:
    """Whoever holds the number that an account had is told that it has another one now."""
    club = club_context(event.club_id)
    lang = "fa" if club.language == "fa" else "en"
    mobile, text = told_to_old_number(club, change_id, lang)
    if not mobile:
        return False
    try:
        return send_text(club, mobile, text, "number", key=f"event:{event.id}")
    except NoChannel:
        return False


def _tell_who_asked(event: _Event, request_id: int) -> bool:
    """Whoever asked to join hears what the club decided."""
    club = club_context(event.club_id)
    mobile, text = told_about_request(club, request_id)
    if not mobile:
        return False
    try:
        return send_text(club, mobile, text, "joining", key=f"event:{event.id}")
    except NoChannel:
        return False


def _tell_invited(event: _Event, invitation_id: int) -> bool:
    """A member hears that somebody invites her into a household."""
    club = club_context(event.club_id)
    told = told_of_household(club, invitation_id)
    if told is None:
        return False
    try:
        return tell_member(club, told.reader, told.said, KIND, key=told.key)
    except NoChannel:
        return False


def _said_by_rule(club: ClubContext, payload: dict[str, Any], lang: str) -> ToSay:
    """The words of the rule of the revision that decided."""
    for rule in published_program(payload["revision"]).rules:
        if rule.id == payload["rule"] and isinstance(rule.gives, Say):
            gives = rule.gives
            subject = gives.subject.said(lang) if gives.subject else ""
            return ToSay(gives.words.said(lang), gives.purpose, subject, gives.first)
    return ToSay("")


def _tier_at_risk(club: ClubContext, payload: dict[str, Any], lang: str) -> ToSay:
    try:
        tiers = live_program(club.id).program.tiers
    except NoLiveProgram:
        return ToSay("")
    name = next((tier.name.said(lang) for tier in tiers if tier.code == payload["tier"]), "")
    day = date.fromisoformat(payload["loses_on"]) - timedelta(days=1)
    said = format_date(day, lang, calendar=club.calendar)
    return ToSay(_TIER[lang].format(tier=name, club=club.name, day=said) if name else "")
