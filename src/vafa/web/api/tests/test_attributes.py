"""Attributes of members over the API, and the segments that are made of them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.world import World
from vafa.audience.actions.segments import create_segment
from vafa.audience.reads.members import is_in
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.actions.attributes import define_attribute
from vafa.core.clock import now


def _ask(world: World, address: str, values: dict[str, Any] | None = None) -> tuple[int, Any]:
    scope = "members:read" if values is None else "members:write"
    headers = {"Authorization": f"Bearer {world.api_key(scope)}", "Accept-Language": "en"}
    if values is None:
        answer = Client().get(f"/api/v1/{address}", headers=headers)
    else:
        answer = Client().post(
            f"/api/v1/{address}",
            {"values": values},
            content_type="application/json",
            headers=headers,
        )
    return answer.status_code, answer.json()


def test_brands_of_products_by_their_codes(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.api_key('purchases:write')}"}
    answer = Client().post(
        "/api/v1/products/brands",
        {"brands": {"milk": " میهن ", "unknown": "x"}},
        content_type="application/json",
        headers=headers,
    )
    assert (answer.status_code, answer.json()) == (200, {"changed": 1})
    world.products["milk"].refresh_from_db()
    assert world.products["milk"].brand == "میهن"


def _define(world: World) -> None:
    club = world.record.id
    define_attribute(club, key="pet", kind="choice", name="حیوان", choices=["گربه", "سگ"])
    define_attribute(club, key="children", kind="number", name="فرزند", name_en="Children")
    define_attribute(club, key="moved", kind="date", name="اسباب‌کشی")
    define_attribute(club, key="vat", kind="yes_no", name="ارزش افزوده")


def test_a_program_writes_what_is_known_of_a_member(world: World) -> None:
    _define(world)
    _, listed = _ask(world, "attributes")
    assert [(one["key"], one["kind"]) for one in listed["items"]][:2] == [
        ("pet", "choice"),
        ("children", "number"),
    ]
    address = f"members/{world.member.id}/attributes"
    given = {"pet": "سگ", "children": 2, "moved": "2020-03-20", "vat": True}
    assert _ask(world, address, given) == (200, {"values": given})
    assert _ask(world, address, {"vat": None})[1] == {
        "values": {key: value for key, value in given.items() if key != "vat"}
    }
    assert _ask(world, address)[1]["values"]["moved"] == "2020-03-20"
    status, problem = _ask(world, address, {"children": "many"})
    assert (status, problem["code"]) == (422, "invalid_attribute")
    status, problem = _ask(world, address, {"shoe": 1})
    assert (status, problem["code"]) == (404, "unknown_attribute")
    assert _ask(world, address, {})[0] == 422


def test_segments_are_made_of_attributes(world: World) -> None:
    _define(world)
    address = f"members/{world.member.id}/attributes"
    _ask(world, address, {"pet": "سگ", "children": 2, "moved": "2020-03-20", "vat": True})

    def belongs(facet: str, key: str, op: str, value: Any = None) -> bool:
        condition = Condition(facet=facet, params={"attribute": (key,)}, op=op, value=value)
        made = create_segment(world.club, name="گروه", definition=Definition(items=(condition,)))
        return is_in(world.club, made, world.member.id, now())

    assert belongs("club.attribute_choice", "pet", "in", ("سگ",))
    assert not belongs("club.attribute_choice", "pet", "in", ("گربه",))
    assert belongs("club.attribute_number", "children", "ge", 2)
    assert not belongs("club.attribute_number", "children", "ge", 3)
    assert belongs("club.attribute_date", "moved", "le", "2020-03-20")
    assert not belongs("club.attribute_date", "moved", "ge", "2020-03-21")
    assert belongs("club.attribute_yes", "vat", "yes")
    assert belongs("club.attribute_known", "vat", "yes")
    _ask(world, address, {"vat": None})
    assert belongs("club.attribute_yes", "vat", "no")
    assert belongs("club.attribute_known", "vat", "no")
