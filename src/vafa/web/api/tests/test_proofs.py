"""Statements and receipts with proofs over the API."""

from __future__ import annotations

from django.test import Client

from tests.world import World
from vafa.flows.sealing import member_statement


def test_statement_and_receipt(world: World) -> None:
    bought = world.buy(50_000_000).answer["purchase_id"]
    headers = {"Authorization": f"Bearer {world.api_key('members:read', 'purchases:read')}"}
    receipt = f"/api/v1/purchases/{bought}/proof"
    refused = Client().get(receipt, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_sealed_yet")
    world.seal()
    statement = Client().get(f"/api/v1/members/{world.member.id}/statement", headers=headers).json()
    assert statement == member_statement(world.club, world.member.id)
    rows = Client().get(receipt, headers=headers).json()["rows"]
    assert [row["transfer"]["amount"] for row in rows] == [500]
