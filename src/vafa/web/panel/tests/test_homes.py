"""The first page of each role, and what waits there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import World
from vafa.core.clock import now
from vafa.program.reads.revisions import live_program

HOME = reverse("panel:dashboard")


@pytest.mark.parametrize(
    "role", ["owner", "manager", "accountant", "marketer", "analyst", "support"]
)
def test_everybody_has_a_first_page_in_few_queries(world: World, role: str) -> None:
    world.buy(3_000_000, purchased_at=now() - timedelta(minutes=5))
    client = world.client(role)
    client.get(HOME)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(HOME)
    assert answer.status_code == 200
    asked = [q["sql"] for q in queries if q["sql"] not in ("BEGIN", "COMMIT")]
    assert len(asked) <= 12, "\n".join(sql[:100] for sql in asked)


def test_the_accountant_sees_what_is_owed_and_what_moved(world: World) -> None:
    world.buy(30_000_000, purchased_at=now() - timedelta(seconds=5))
    page = world.client("accountant").get(HOME).content.decode()
    worth = live_program(world.record.id).program.terms.worth
    owed = world.balance().available
    assert owed >= 300
    assert worth == 3_000
    # 300 points for the purchase beside the 20 for joining, at 3,000 rials each.
    assert "۳۲۰" in page
    assert "۹۶٬۰۰۰" in page
    full = world.client("accountant").get(HOME, {"period": "month"}).content.decode()
    assert 'id="sales-heading"' in full


def test_what_waits_is_shown_to_who_decides_it(world: World) -> None:
    world.adjust(5_000, role="manager")
    link = reverse("panel:adjustments")
    for role in ("owner", "accountant"):
        page = world.client(role).get(HOME).content.decode()
        assert "۱ اصلاح در انتظار" in page, role
        assert link in page
    assert "۱ اصلاح در انتظار" not in world.client("analyst").get(HOME).content.decode()


def test_support_finds_the_newest_member(world: World) -> None:
    world.enrol(name="تازه‌وارد امروز")
    assert "تازه‌وارد امروز" in world.client("support").get(HOME).content.decode()
