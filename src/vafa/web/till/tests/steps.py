"""What a cashier does, in the words of the stories."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.world import World

HTMX = {"HX-Request": "true"}


def find(client: Client, typed: str) -> HttpResponse:
    """Type into the one field and press Enter."""
    return client.get(reverse("till:find"), {"q": typed}, headers=HTMX)


def bill(world: World, **fields: Any) -> dict[str, Any]:
    """A bill as the form posts it: amounts in toman."""
    values: dict[str, Any] = {
        "key": f"till-{uuid.uuid4()}",
        "branch": world.branch.id,
        "member": world.member.id,
        "amount": "",
    }
    return values | fields


def preview(client: Client, posted: dict[str, Any]) -> str:
    """What the till shows while one types."""
    return client.post(reverse("till:preview"), posted, headers=HTMX).content.decode()


def record(client: Client, posted: dict[str, Any]) -> HttpResponse:
    """Press the button."""
    return client.post(reverse("till:record"), posted, headers=HTMX)


def take_back(client: Client, purchase_id: int, **fields: Any) -> HttpResponse:
    """Press the button of a return."""
    posted = {"key": f"till-{uuid.uuid4()}", **fields}
    return client.post(reverse("till:return", args=[purchase_id]), posted, headers=HTMX)


def words(response: HttpResponse | str) -> str:
    """The text of a page without its markup, spaces collapsed."""
    page = response if isinstance(response, str) else response.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()
