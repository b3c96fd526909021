"""Her invitation: link, code and QR, and what came of it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from vafa.club.reads.members import with_merged
from vafa.flows.invitations import Invites, invitation_code
from vafa.program.reads.referrals import Invited, invited_by
from vafa.program.reads.revisions import live_program
from vafa.program.rules.promise_parts import referral_words
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_MOST_SHOWN = 100


@require_safe
@portal_page
def invite(request: PageRequest) -> HttpResponse:
    """Her link and her friends; home, where the club rewards no invitations."""
    club, member = request.club, request.member
    program = live_program(club.id).program
    if not program.referral.is_on:
        return HttpResponseRedirect(reverse("portal:home"))
    code = invitation_code(club, member.id)
    link = request.build_absolute_uri(reverse("site:invitation", args=[club.slug, code]))
    friends = invited_by(with_merged(member.id), _MOST_SHOWN)
    context = {
        "link": link,
        "code": code,
        "terms": referral_words(program, club.display_unit, current_lang(), "inviter"),
        "friends": [(_name(friend), _became(friend), friend.made_at) for friend in friends],
        "rewarded": sum(1 for f in friends if f.status == "paid" and not f.reason),
    }
    return portal_render(request, "portal/invite.html", context)


def _name(friend: Invited) -> str:
    return Invites(friend.friend_id, friend.friend).first_name or gettext("A friend")


def _became(friend: Invited) -> str:
    """What she may know of it: why something did not count is between the club and those two."""
    if friend.status == "waiting" and friend.reason == "returned":
        return gettext("The purchase was returned; the reward comes with the next one")
    if friend.status == "waiting":
        return gettext("Joined; the reward comes with the first purchase")
    if friend.waits:
        return gettext("Rewarded; the points wait until the purchase cannot be returned any more")
    if friend.status == "paid" and not friend.reason:
        return gettext("Rewarded")
    if friend.status == "taken_back":
        return gettext("The purchase was returned")
    return gettext("Joined, without a reward")
