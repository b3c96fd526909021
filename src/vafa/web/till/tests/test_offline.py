"""The line was down: what the till kept is recorded once, whatever happened meanwhile."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Card
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.flows.offline_settling import settle_offline_sale
from vafa.program.models import OfflineSale
from vafa.program.offline_errors import NothingShort, OfflineSaleSettled
from vafa.program.rules.document import TillTerms
from vafa.web.till.reads.snapshot import hashed, short_name
from vafa.web.till.tests.steps import bill, record

HTMX = {"HX-Request": "true"}


class Kept:
    """A snapshot as a till keeps it."""

    def __init__(self, response: HttpResponse) -> None:
        body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.key = base64.b64decode(response.headers["X-Snapshot-Key"])
        self.mark = response.headers["ETag"]
        self.text = body.decode()
        rows = [json.loads(line) for line in self.text.splitlines()]
        (self.head,) = [row[1] for row in rows if row[0] == "h"]
        self.members = [row for row in rows if row[0] == "m"]
        self.products = [row for row in rows if row[0] == "p"]
        assert rows[-1] == ["e", len(rows) - 2]

    def find(self, name: str) -> list[Any]:
        (found,) = [row for row in self.members if hashed(self.key, name) in row[1]]
        return found

    def sale(self, who: str, total: int, **fields: Any) -> dict[str, Any]:
        """What the till would keep of a sale to the member of that mobile."""
        entry = {
            "id": str(uuid.uuid4()),
            "head": self.head,
            "at": now().isoformat(),
            "who": who,
            "total": total,
            "lines": [],
            "points": 0,
            "credit": 0,
        }
        known = [row for row in self.members if who and hashed(self.key, who) in row[1]]
        if known:
            entry["ticket"] = known[0][-1]
        return entry | fields


def fetch(client: Client, **headers: str) -> Kept:
    response = client.get(reverse("till:snapshot"), headers={"Accept-Encoding": "gzip", **headers})
    assert response.status_code == 200
    return Kept(response)  # type: ignore[arg-type]


def send(client: Client, *entries: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    asked = {"now": now().isoformat(), "entries": list(entries), **fields}
    response = client.post(
        reverse("till:sync"), json.dumps(asked), content_type="application/json", headers=HTMX
    )
    assert response.status_code == 200, response.content.decode()
    return json.loads(response.content)["results"]


@pytest.fixture
def shop(world: World) -> World:
    """Members may spend 100 points a day without a line; Maryam has 320."""
    world.change_program(till=TillTerms(offline_points=100, offline_credit=0))
    world.buy(30_000_000)
    return world


def mobile(world: World) -> str:
    assert world.member.mobile is not None
    return world.member.mobile


def test_a_snapshot_says_who_is_who_without_saying_a_number(shop: World) -> None:
    card = Card.objects.get(member=shop.member)
    quiet = shop.enrol(name="نگار احمدی تبار")
    kept = fetch(shop.client("cashier"))
    assert mobile(shop) not in kept.text
    assert mobile(shop)[3:] not in kept.text
    assert card.number not in kept.text
    assert "رضایی" not in kept.text
    row = kept.find(mobile(shop))
    assert row == kept.find(card.number) == kept.members[0]  # who bought here comes first
    kind, _hashes, name, _tier, points, _credit, active, _holder, ticket = row
    assert (kind, name, points, active) == ("m", "مریم ر.", 320, True)
    assert ticket[:3] == [shop.member.id, 100, 0]
    assert kept.find(quiet.mobile or "")[-1][1] == 20  # no more than she has
    assert ["p", "milk", "شیر", 450_000] in kept.products
    assert kept.head["worth"] == 3_000


def test_a_till_that_has_it_all_is_told_so(shop: World) -> None:
    client = shop.client("cashier")
    kept = fetch(client)
    again = client.get(reverse("till:snapshot"), headers={"If-None-Match": kept.mark})
    assert again.status_code == 304
    shop.buy(1_000_000)
    assert fetch(client, **{"If-None-Match": kept.mark}).mark != kept.mark


def test_a_queue_is_recorded_in_order_and_only_once(shop: World) -> None:
    client = shop.client("cashier")
    kept = fetch(client)
    first = kept.sale(mobile(shop), 10_000_000, receipt_no="A1", points=60, payment="cash")
    lines = [["milk", "شیر", 2000, 900_000], ["", "نان", 1000, 100_000]]
    second = kept.sale("", 1_000_000, lines=lines)
    assert [one["status"] for one in send(client, first, second)] == ["recorded", "recorded"]
    again = send(client, second, first)
    assert [(one["status"], one["why"]) for one in again] == [("recorded", "")] * 2
    paid, plain = Purchase.objects.filter(club=shop.record, source="till").order_by("id")
    assert (paid.receipt_no, paid.paid_by_points, paid.payment) == ("A1", 180_000, "cash")
    assert paid.member_id == shop.member.id
    assert plain.member_id is None
    assert [line.name for line in plain.lines.order_by("number")] == ["شیر", "نان"]
    assert shop.balance().available == 320 - 60 + 98
    assert OfflineSale.objects.filter(club=shop.record, state="clean").count() == 2
    shop.verify()


def test_another_cashier_sends_and_the_rows_say_who_rang_it(shop: World) -> None:
    kept = fetch(shop.client("cashier"))
    sale = kept.sale(mobile(shop), 1_000_000)
    send(shop.client("manager"), sale)
    send(shop.client("cashier"), sale)
    made = Purchase.objects.get(club=shop.record, source="till")
    assert made.actor == f"staff:{shop.staff['cashier'].id}"
    row = OfflineSale.objects.get(club=shop.record)
    assert (row.rung_by, row.sent_by) == (made.actor, f"staff:{shop.staff['manager'].id}")


def test_what_was_spent_elsewhere_waits_for_a_person(shop: World) -> None:
    client = shop.client("cashier")
    kept = fetch(client)
    sale = kept.sale(mobile(shop), 10_000_000, points=90)
    shop.buy(3_000_000, pay_points=300)  # at another branch, with a line
    has = shop.balance().available
    (told,) = send(client, sale)
    assert (told["status"], told["why"]) == ("recorded", "balance")
    assert told["said"]
    made = Purchase.objects.get(club=shop.record, source="till")
    assert (made.total, made.paid_by_points) == (10_000_000, 0)
    row = OfflineSale.objects.get(club=shop.record)
    assert (row.state, row.short_points) == ("open", 90)
    # She earned more since: sent again, it is still the one that was recorded.
    assert shop.balance().available == has + 100
    assert send(client, sale)[0]["why"] == "balance"
    assert Purchase.objects.filter(club=shop.record, source="till").count() == 1
    shop.verify()


def test_what_is_short_is_taken_from_what_she_earns_next(shop: World) -> None:
    client = shop.client("cashier")
    sale = fetch(client).sale(mobile(shop), 100_000, points=16)
    shop.change_program(till=TillTerms(offline_points=0))
    shop.buy(32_000_000, pay_points=320)
    shop.give_back(Purchase.objects.filter(club=shop.record).earliest("id").id)
    send(client, sale)
    row = OfflineSale.objects.get(club=shop.record)
    assert row.short_points == 16
    before = shop.balance()
    settle_offline_sale(shop.club, row.id, how="points", note="", actor=shop.owner)
    after = shop.balance()
    assert after.available + after.debt == before.available + before.debt - 16
    row.refresh_from_db()
    assert (row.state, row.resolution) == ("settled", "points")
    with pytest.raises(OfflineSaleSettled):
        settle_offline_sale(shop.club, row.id, how="points", note="", actor=shop.owner)
    assert shop.balance() == after
    shop.verify()


def test_a_list_that_is_not_ours_lets_nobody_spend(shop: World) -> None:
    client = shop.client("cashier")
    kept = fetch(client)
    row = kept.find(mobile(shop))[-1]
    richer = kept.sale(mobile(shop), 10_000_000, points=150, ticket=[row[0], 200, 0, row[3]])
    unsigned = kept.sale(mobile(shop), 10_000_000, points=50, branch=shop.branch.id)
    unsigned["head"] = {**kept.head, "staff": shop.staff["owner"].id}
    twice = [kept.sale(mobile(shop), 10_000_000, points=70) for _ in range(2)]
    late = kept.sale(mobile(shop), 10_000_000, points=10)
    told = send(client, richer, unsigned, *twice)
    assert [one["why"] for one in told] == ["snapshot", "snapshot", "", "allowance"]
    (told,) = send(client, late)
    assert told["why"] == ""
    paid = Purchase.objects.filter(club=shop.record).values_list("paid_by_points", flat=True)
    assert sum(paid) == 80 * 3_000
    unsigned_row = OfflineSale.objects.get(club=shop.record, entry=unsigned["id"])
    assert unsigned_row.rung_by == f"staff:{shop.staff['cashier'].id}"
    shop.verify()


def test_a_till_that_slept_for_days_may_not_let_her_spend(shop: World) -> None:
    client = shop.client("cashier")
    kept = fetch(client)
    # Its clock is a day ahead, and says so when it sends.
    ahead = now() + timedelta(days=30)
    fine = kept.sale(mobile(shop), 1_000_000, points=5, at=(ahead).isoformat())
    stale = kept.sale(mobile(shop), 1_000_000, points=5)
    (told,) = send(client, fine, now=ahead.isoformat())
    assert told["why"] == ""
    row = OfflineSale.objects.get(club=shop.record, entry=fine["id"])
    assert abs(row.sold_at - now()) < timedelta(minutes=1)
    assert row.till_at > now() + timedelta(days=29)
    kept.head["made_at"] = (datetime.fromisoformat(kept.head["made_at"])).isoformat()
    stale["at"] = (now() + timedelta(hours=25)).isoformat()
    (told,) = send(client, stale)
    assert told["why"] == "stale"


def test_a_member_who_was_blocked_and_a_receipt_that_is_used(shop: World) -> None:
    client = shop.client("cashier")
    other = shop.enrol(name="زهرا کریمی")
    kept = fetch(client)
    shop.buy(1_000_000, receipt_no="R7")
    used = kept.sale(mobile(shop), 2_000_000, receipt_no="R7")
    other.is_active = False
    other.save(update_fields=["is_active"])
    hers = kept.sale(other.mobile or "", 2_000_000, points=10)
    told = send(client, used, hers)
    assert [one["why"] for one in told] == ["receipt", "blocked"]
    made = list(Purchase.objects.filter(club=shop.record, source="till").order_by("id"))
    assert [one.member_id for one in made] == [shop.member.id, None]
    assert made[0].receipt_no.startswith("OFF-")
    rows = list(OfflineSale.objects.filter(club=shop.record).order_by("id"))
    assert [(row.state, row.short_points) for row in rows] == [("open", 0), ("open", 10)]
    with pytest.raises(NothingShort):
        settle_offline_sale(shop.club, rows[0].id, how="points", note="", actor=shop.owner)
    settle_offline_sale(shop.club, rows[0].id, how="write_off", note="دیده شد", actor=shop.owner)
    shop.verify()


def test_what_is_not_of_this_place_stays_where_it_is(shop: World, other_world: World) -> None:
    client = shop.client("cashier")
    foreign = fetch(other_world.client("cashier")).sale("", 1_000_000)
    owner = shop.client("owner")
    session = owner.session
    session["till_branch"] = shop.other_branch.id
    session.save()
    elsewhere = fetch(owner).sale("", 1_000_000)
    broken = {"id": "no", "total": -5}
    told = send(client, foreign, elsewhere, broken)
    assert [one["status"] for one in told] == ["kept", "kept", "invalid"]
    assert not OfflineSale.objects.filter(club__in=[shop.record, other_world.record]).exists()
    assert send(owner, elsewhere)[0]["status"] == "recorded"


def test_a_bill_that_was_cut_is_recorded_once(shop: World) -> None:
    client = shop.client("cashier")
    posted = bill(shop, amount="100000", pay_points="20")
    page = client.get(reverse("till:home")).context["till_head"]
    form = "&".join(f"{name}={value}" for name, value in posted.items())
    kept = {
        "id": str(uuid.uuid4()),
        "head": json.loads(page),
        "at": now().isoformat(),
        "form": form,
    }
    record(client, posted)  # its answer never came
    (told,) = send(shop.client("manager"), kept)
    assert (told["status"], told["why"]) == ("recorded", "")
    assert Purchase.objects.filter(club=shop.record, source="till").count() == 1
    # And one that never reached the server is recorded now.
    posted = bill(shop, amount="200000")
    form = "&".join(f"{name}={value}" for name, value in posted.items())
    send(client, {**kept, "id": str(uuid.uuid4()), "form": form})
    assert Purchase.objects.filter(club=shop.record, source="till").count() == 2
    shop.verify()


def test_a_session_that_ended_keeps_everything(shop: World) -> None:
    sale = fetch(shop.client("cashier")).sale("", 1_000_000)
    asked = json.dumps({"now": now().isoformat(), "entries": [sale]})
    stranger = Client()
    page = stranger.post(reverse("till:sync"), asked, content_type="application/json", headers=HTMX)
    assert page.headers["HX-Redirect"].startswith("/till/login/")
    assert not OfflineSale.objects.filter(club=shop.record).exists()


def test_names_are_cut_short() -> None:
    assert short_name("مریم رضایی") == "مریم ر."
    assert short_name("مریم") == "مریم"
    assert short_name("") == ""
