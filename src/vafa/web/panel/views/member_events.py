"""What happened with a member, a page at a time; and what is looked up of her beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vafa.audience.errors import BrokenSegment, SegmentCircle
from vafa.audience.reads.members import segments_of
from vafa.club.access import access_member
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.jalali import WEEKDAYS_EN, WEEKDAYS_FA, format_date
from vafa.core.money import format_number
from vafa.flows.reversals import REVERSIBLE
from vafa.insight.reads.portrait import Portrait
from vafa.insight.reads.timeline import GROUPS, KINDS, Event, parse_place, timeline
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Program
from vafa.web.panel.pages import page_calendar, panel_page, panel_render
from vafa.web.panel.timeline_words import EventWords, group_options, purchase_url
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

PAGE_ROWS = 25


@require_safe
@panel_page("members.view")
def member_timeline(request: PageRequest, member_id: int) -> HttpResponse:
    """Everything that happened, or of one kind, from the newest on."""
    found = access_member(request.actor, member_id)
    context = {
        "member": found,
        "title": found.name or _("Member without a name"),
        "url": reverse("panel:member", args=[found.id]),
        **events(request, found, (), PAGE_ROWS),
    }
    return panel_render(
        request,
        "panel/member_timeline.html",
        context,
        section="members",
        fragment="panel/_timeline_part.html",
    )


@require_safe
@panel_page("members.view")
def member_segments(request: PageRequest, member_id: int) -> HttpResponse:
    """The segments that she is in, for her page: they take a moment to be found."""
    found = access_member(request.actor, member_id)
    try:
        segments = segments_of(request.club, found.id, now())
        said = [(one.pk, one.said(current_lang())) for one in segments]
    except (BrokenSegment, SegmentCircle) as error:
        said, trouble = [], error.message(current_lang())
    else:
        trouble = ""
    context = {"segments": said, "trouble": trouble, "member": found}
    return panel_render(
        request,
        "panel/member_segments.html",
        context,
        section="members",
        fragment="panel/_member_segments.html",
    )


def events(
    request: PageRequest, found: Member, people: Sequence[int], limit: int
) -> dict[str, Any]:
    """The page of events that the address asks for, with its filter, for the templates."""
    group = request.GET.get("kind", "")
    rows = timeline(
        request.club,
        found.id,
        people=people,
        holder=found.holder if found.merged_into_id is None else None,
        kinds=GROUPS.get(group, KINDS),
        after=parse_place(request.GET.get("after", "")),
        limit=limit + 1,
    )
    shown, program = rows[:limit], live_program(request.club.id).program
    tiers = {tier.code: tier.name.said(current_lang()) for tier in program.tiers}
    words = EventWords(request.club, tiers)
    address = reverse("panel:member-timeline", args=[found.id])
    older = f"{address}?kind={group}&after={shown[-1].place.text}" if len(rows) > limit else ""
    return {
        "events": [
            {
                **words.say(event),
                "purchase_url": purchase_url(event),
                "correction": _correction(request, program, found, event),
            }
            for event in shown
        ],
        "older_url": older,
        "timeline_url": address,
        "event_groups": [
            {"label": label, "url": f"{address}?kind={name}", "active": name == group}
            for name, label in group_options()
        ],
        "is_continued": bool(request.GET.get("after")),
    }


def _correction(
    request: PageRequest, program: Program, found: Member, event: Event
) -> tuple[str, str] | None:
    """What staff can do about an event: (words, address)."""
    data = event.data
    if found.merged_into_id or not request.actor.may("corrections.make"):
        return None
    if not data.get("transfer") or data["is_corrected"]:
        return None
    args = [found.id, data["transfer"]]
    if data["trigger"] in REVERSIBLE:
        return _("Reverse"), reverse("panel:reverse", args=args)
    terms = program.credit if data["credit"] else program.terms
    if data["trigger"] == "expire" and event.at > now() - timedelta(days=terms.revive_days):
        return _("Give back"), reverse("panel:revive", args=args)
    return None


def habit_words(request: PageRequest, known: Portrait) -> list[tuple[str, str]]:
    """What she likes and when she buys: (what, in words)."""
    lang, said = current_lang(), []
    for label, liked in (
        (_("Favourite branch"), known.branches[:1]),
        (_("Favourite categories"), known.categories),
        (_("Buys most often"), known.products),
    ):
        if liked:
            said.append((label, ("، " if lang == "fa" else ", ").join(one.name for one in liked)))
    weekdays = WEEKDAYS_FA if lang == "fa" else WEEKDAYS_EN
    if known.weekday is not None:
        said.append((_("Usual day"), weekdays[known.weekday - 1]))
    if known.hour is not None:
        hours = {"from": format_number(known.hour, lang), "to": format_number(known.hour + 3, lang)}
        said.append((_("Usual time"), _("%(from)s to %(to)s o'clock") % hours))
    if known.interval is not None:
        days = ngettext("every %(n)s day", "every %(n)s days", known.interval)
        said.append((_("Usually buys"), days % {"n": format_number(known.interval, lang)}))
    if known.next_at is not None and known.next_at > now():
        day = request.club.local_date(known.next_at)
        shown = format_date(day, lang, "long", page_calendar(request))
        said.append((_("Next purchase"), _("about %(day)s") % {"day": shown}))
    elif known.is_late:
        said.append((_("Next purchase"), _("Stays away longer than usual")))
    return said
