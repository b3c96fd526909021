"""A toast that offers to take back what was just done."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


def offer_undo(request: HttpRequest, text: str, url: str, **fields: str) -> None:
    """Says ``text`` on the next page, with a button that posts ``fields`` to ``url``: an address
    that takes it back and needs no more asking."""
    undo = {"url": url, "fields": [{"name": n, "value": v} for n, v in fields.items()]}
    messages.success(request, text, extra_tags=json.dumps({"undo": undo}))


def toast_of(message: Message) -> dict[str, Any]:
    """A message as the toasts' script wants it."""
    toast: dict[str, Any] = {"text": str(message), "level": message.level_tag}
    if message.extra_tags and message.extra_tags.startswith("{"):
        toast |= json.loads(message.extra_tags)
    return toast
