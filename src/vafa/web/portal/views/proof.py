"""Her own proof that the club has kept her points as they were written."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vafa.flows.sealing import club_head, member_statement
from vafa.ledger.rules.notes import short_hash
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.json_file import json_file
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def proof(request: PageRequest) -> HttpResponse:
    """What is sealed, what that proves, and how to check it."""
    head = club_head(request.club)
    slug = request.club.slug
    context = {
        "head": head and {"short": short_hash(head.root), "size": head.size, "at": head.sealed_at},
        "file_name": _file_name(request),
        "head_url": request.build_absolute_uri(reverse("site:checkpoint", args=[slug])),
    }
    return portal_render(request, "portal/proof.html", context)


@require_safe
@portal_page
def statement(request: PageRequest) -> HttpResponse:
    """Her statement, as a file for the checker."""
    value = member_statement(request.club, request.member.id)
    return json_file(value, _file_name(request))


def _file_name(request: PageRequest) -> str:
    return f"{request.club.slug}-statement.json"
