"""Who invited whom, and what came of it, with the reasons that only the staff reads."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.program.models import Referral
from vafa.program.reads.referrals import referrals_of
from vafa.program.reads.revisions import live_program
from vafa.program.rules.promise_parts import referral_words
from vafa.web.panel.pages import PAGE_SIZE, list_page, panel_page, panel_render
from vafa.web.panel.views.program import program_tabs
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_safe
@panel_page("members.view")
def referrals(request: PageRequest) -> HttpResponse:
    """The club's referrals, the newest first."""
    page, before = list_page(request, Referral.objects.filter(club_id=request.club.id).count())
    program = live_program(request.club.id).program
    context = {
        "rows": [
            {
                "row": row,
                "status": status_words(row.status, waits=row.waits),
                "reason": reason_words(row.reason),
            }
            for row in referrals_of(request.club.id, PAGE_SIZE, before)
        ],
        "page": page,
        "terms": referral_words(program, request.club.display_unit, current_lang(), "staff"),
        "tabs": program_tabs(request, "referrals"),
    }
    return panel_render(request, "panel/referrals.html", context, section="program")


def status_words(status: str, *, waits: bool = False) -> str:
    """What became of a referral; ``waits``: its points do, for the return window."""
    if waits:
        return _("Rewarded; the points wait until the purchase cannot be returned any more")
    return {
        "waiting": _("Waiting for the first purchase"),
        "paid": _("Rewarded"),
        "refused": _("Not rewarded"),
        "taken_back": _("Taken back after a return"),
    }[status]


def reason_words(reason: str) -> str:
    """Why it was refused, or why only the friend got something; "" for no reason."""
    return {
        "": "",
        "self": _("Both are the same member"),
        "ring": _("They invited each other in a ring"),
        "household": _("Both are of one household"),
        "device": _("Joined on the phone of the one who invites, or of another friend"),
        "card": _("Pays with a bank card of the one who invites, or of another friend"),
        "returned": _("The friend's purchase was returned"),
        "closed": _("A membership is closed"),
        "too_late": _("No such purchase in time"),
        "a_month": _("Only the friend: too many in this month"),
        "in_all": _("Only the friend: too many in all"),
    }[reason]
