"""What a till let a member spend without a line, and was not there any more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.offline import short_sale
from tests.world import World
from vafa.club.models import Audit
from vafa.program.models import OfflineSale
from vafa.program.rules.document import TillTerms


@pytest.fixture
def short(world: World) -> OfflineSale:
    """Ninety points that were spent elsewhere, at the first branch."""
    world.change_program(till=TillTerms(offline_points=100))
    return short_sale(world)


def test_what_is_short_goes_below_zero_and_is_repaid(world: World, short: OfflineSale) -> None:
    world.hire_branch_manager()
    client = world.client("branch_manager")
    page = client.get(reverse("panel:reconciliation")).content.decode()
    assert "مریم رضایی" in page
    assert "۹۰" in page
    url = reverse("panel:settle-offline", args=[short.pk])
    assert client.post(url, {"how": "points", "note": "با خودش گفته شد"}).status_code == 302
    assert (world.balance().available, world.balance().debt) == (0, -50)
    client.post(url, {"how": "write_off"})
    short.refresh_from_db()
    assert (short.state, short.resolution, short.note) == ("settled", "points", "با خودش گفته شد")
    row = Audit.objects.get(club=world.record, action="offline.settled")
    assert row.after == {"how": "points", "points": 90, "credit": 0}
    settled = client.get(reverse("panel:reconciliation"), {"settled": "1"}).content.decode()
    assert "با خودش گفته شد" in settled
    world.buy(10_000_000)
    assert (world.balance().available, world.balance().debt) == (50, 0)
    told = world.client("member").get(reverse("portal:history")).content.decode()
    assert "هنگام قطعی اینترنت" in told
    world.verify()


def test_another_branch_and_another_word(world: World, short: OfflineSale) -> None:
    before = world.snapshot()
    url = reverse("panel:settle-offline", args=[short.pk])
    owner = world.client("owner")
    for fields in ({"how": "gift"}, {"how": "money", "note": "x" * 201}):
        owner.post(url, fields)
    short.refresh_from_db()
    assert short.state == "open"
    assert world.client("cashier").post(url, {"how": "money"}).status_code == 403
    assert world.snapshot() == before
    owner.post(url, {"how": "money"})
    short.refresh_from_db()
    assert short.resolution == "money"
    assert world.snapshot() == before
    world.verify()
