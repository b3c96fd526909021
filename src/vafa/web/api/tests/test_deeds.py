"""What rules give beside amounts, over HTTP."""

from __future__ import annotations

from datetime import timedelta

from tests.program import Program as Client
from tests.world import World
from vafa.core.clock import now
from vafa.flows.voucher_series import make_series
from vafa.program.rules.deeds import GiveVoucher, RaiseEvent
from vafa.program.rules.document import EventKind, Program
from vafa.program.rules.rule import Fixed, Rule, Text

N = Text(fa="هدیه", en="Gift")


def test_a_till_hands_over_the_code_and_learns_what_a_return_took(world: World) -> None:
    until = now() + timedelta(days=9)
    made = make_series(
        world.club, world.owner, name="پاییز", kind="voucher", value=5_000, expires_at=until
    )
    world.publish(
        Program(
            rules=(
                Rule(id="code", name=N, gives=GiveVoucher(series=made.pk)),
                Rule(id="raise", name=N, gives=RaiseEvent(event="visit")),
                Rule(id="seven", name=N, on="event", what="visit", gives=Fixed(points=7)),
            ),
            events=(EventKind(code="visit", name=N),),
        )
    )
    till = Client(world.api_key(branch=world.branch))
    body = {"total": 1_000_000, "currency": "IRR", "member": {"id": world.member.id}}
    seen = till.post("/purchases/preview", body).json()
    assert "given_vouchers" not in seen or not seen["given_vouchers"]
    assert [part["text"] for part in seen["explanation"]] == ["a voucher: Gift", "“Gift”: Gift"]
    answer = till.post("/purchases", body, key="one").json()
    (given,) = answer["given_vouchers"]
    assert given["rule"] == "code" and given["code"]
    assert answer["events"] == [{"code": "visit", "points": 7}]
    assert till.post("/purchases", body, key="one").json() == answer
    back = till.post("/returns", {"purchase_id": answer["purchase_id"], "branch": "main"}, key="r")
    assert back.status_code == 201, back.content
    told = back.json()
    assert told["vouchers_taken"] == [given["code"]] and told["points_taken"] == 7
