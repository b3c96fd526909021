"""A business begins: its club is made whole, or not at all."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.world import World
from vafa.club.models import Club, User
from vafa.core.errors import InvalidInput
from vafa.flows.clubs import set_up_club


def _asked(**fields: Any) -> dict[str, Any]:
    tag = secrets.token_hex(5)
    names = {"name": f"فروشگاه {tag}", "slug": f"new-{tag}", "owner_username": f"owner-{tag}"}
    return {**names, "owner_password": "a-long-passphrase", **fields}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXQ"),
        ("zone", "Mars/Olympus"),
        ("zone", "America"),
        ("zone", "../../etc/passwd"),
        ("zone", ""),
        ("slug", "با شگاه"),
        ("slug", "a/b"),
        ("slug", ""),
        ("slug", "x" * 61),
        ("slug", "login"),
    ],
)
def test_what_no_club_can_have_is_refused(world: World, field: str, value: str) -> None:
    asked = _asked(**{field: value})
    with pytest.raises(InvalidInput) as refusal:
        set_up_club(**asked)
    assert refusal.value.details == {"field": field}
    assert not Club.objects.filter(name=asked["name"]).exists()
    assert not User.objects.filter(username=asked["owner_username"]).exists()


def test_a_club_of_another_country(world: World) -> None:
    asked = _asked(currency="GBP")
    made = set_up_club(**asked, zone="Europe/London", calendar="gregorian", language="en")
    assert (made.club.zone, made.club.currency) == ("Europe/London", "GBP")
