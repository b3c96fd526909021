"""What the club wrote to her."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from vafa.club.reads.members import with_merged
from vafa.engage.reads.messages import messages_of
from vafa.web.portal.pages import page_number, portal_page, portal_render
from vafa.web.shared.sessions import PageRequest

_PER_PAGE = 20


@require_safe
@portal_page
def messages(request: PageRequest) -> HttpResponse:
    """A page of her messages, newest first."""
    page = page_number(request)
    hers = with_merged(request.member.id)
    # One more than shown tells whether there is a next page, without counting.
    found = messages_of(hers, limit=_PER_PAGE + 1, offset=(page - 1) * _PER_PAGE)
    context = {
        "rows": found[:_PER_PAGE],
        "newer": page - 1 if page > 1 else None,
        "older": page + 1 if len(found) > _PER_PAGE else None,
    }
    return portal_render(request, "portal/messages.html", context)
