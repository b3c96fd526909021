"""What of a page its reader can follow: what would answer 403 is no link for her, and no button.

Roles are what a club makes of permissions and branches, so a page cannot know who reads it. The
guard of each view says who opens it (see ``staff_page``); here that decides about what leads there.
"""

from __future__ import annotations

import re

from django.urls import Resolver404, resolve

from vafa.club.actor import Actor
from vafa.club.permissions import ALL
from vafa.web.shared.sessions import guard_of, may_open

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_FORM = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
_TARGET = re.compile(r'\s(?:href|action)="([^"]*)"')
_CLASSES = re.compile(r'\sclass="([^"]*)"')
# What makes text look like a link.
_LINK_CLASSES = frozenset({"link", "link-hover", "link-primary"})


def can_follow(actor: Actor, address: str) -> bool:
    """Whether what stands at this address of ours opens to ``actor``; what is not ours does."""
    path = address.partition("#")[0].partition("?")[0]
    if not path.startswith("/"):
        return True
    try:
        guard = guard_of(resolve(path).func)
    except Resolver404:
        return True
    return guard is None or may_open(actor, guard.names, by_branch=guard.by_branch)


def without_closed_doors(actor: Actor, html: str) -> str:
    """The page with text in the place of links that ``actor`` cannot follow, and without the
    buttons and forms."""
    if actor.permissions == ALL and not actor.is_of_branches:
        return html
    known: dict[str, bool] = {}

    def leads_nowhere(attributes: str) -> bool:
        target = _TARGET.search(attributes)
        if target is None:
            return False
        address = target[1].partition("?")[0]
        if address not in known:
            known[address] = can_follow(actor, address)
        return not known[address]

    def link(found: re.Match[str]) -> str:
        return _as_text(found[1], found[2]) if leads_nowhere(found[1]) else found[0]

    def form(found: re.Match[str]) -> str:
        return "" if leads_nowhere(found[1]) else found[0]

    return _LINK.sub(link, _FORM.sub(form, html))


def _as_text(attributes: str, inner: str) -> str:
    classes = _CLASSES.search(attributes)
    kept = [one for one in (classes[1].split() if classes else []) if one not in _LINK_CLASSES]
    if "btn" in kept:
        return ""
    return f'<span class="{" ".join(kept)}">{inner}</span>' if kept else f"<span>{inner}</span>"
