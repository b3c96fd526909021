"""The challenges of the club as a member sees them: how far she is, and what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.money import format_number
from vafa.program.reads.challenge_progress import challenges_underway
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Challenge
from vafa.web.shared.context import current_lang


@dataclass(frozen=True, slots=True)
class SaidChallenge:
    """``text`` is how far she is in digits, ``words`` what is asked, ``until`` the last day on which
    all that she has done for it still counts."""

    name: str
    reached: int
    count: int
    text: str
    words: str
    until: date | None


def her_challenges(club: ClubContext, member_id: int) -> list[SaidChallenge]:
    """The challenges that bring something, the nearest to its end first."""
    lang = current_lang()
    found = challenges_underway(live_program(club.id).program, member_id, now())
    found.sort(key=lambda each: each.reached.done / each.challenge.count, reverse=True)
    return [
        SaidChallenge(
            name=challenge.name.said(lang),
            reached=at.done,
            count=challenge.count,
            text=_("%(n)s of %(all)s")
            % {"n": format_number(at.done, lang), "all": format_number(challenge.count, lang)},
            words=_asked(challenge, lang),
            until=club.local_date(at.until) if at.until else None,
        )
        for challenge, at in found
    ]


def _asked(challenge: Challenge, lang: str) -> str:
    values = {
        "count": format_number(challenge.count, lang),
        "days": format_number(challenge.days, lang),
    }
    if challenge.kind == "categories":
        return _("purchases from %(count)s kinds of goods within %(days)s days") % values
    return _("%(count)s purchases within %(days)s days") % values
