"""The demo club is made through the real flows, once, also when the making was interrupted."""

from __future__ import annotations

import pytest

from vafa.club.models import Household, HouseholdInvitation
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members
from vafa.commerce.models import Purchase, Return
from vafa.core.progress import SilentProgress
from vafa.flows.demo.history import history
from vafa.flows.demo.making import make_demo
from vafa.flows.demo.people import DEMO_MOBILE
from vafa.flows.demo.shop import find_shop
from vafa.flows.demo.tests.interrupting import SCALE, interrupted_demo
from vafa.flows.verification import verify
from vafa.ledger.reads.totals import outstanding, pool_totals
from vafa.program.models import Redemption, Referral, VoucherUse
from vafa.program.reads.rewards import member_vouchers
from vafa.program.reads.standing import standing

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]


@pytest.fixture(scope="module")
def club(database: None) -> ClubContext:
    """Interrupted twice, then completed."""
    return interrupted_demo()


def test_every_purchase_of_the_history_is_there_once(club: ClubContext) -> None:
    shop = find_shop()
    assert shop is not None
    days = list(history(shop.made_at, SCALE))
    bought = Purchase.objects.filter(club_id=club.id, source="demo")
    told = sum(len(day.receipts) for day in days)
    assert bought.count() in (told, told + 1)  # and the heroine's last visit
    assert Return.objects.filter(club_id=club.id).count() == sum(len(d.returns) for d in days)
    total = sum(r.visit.total for day in days for r in day.receipts)
    assert sum(bought.exclude(receipt_no="199999").values_list("total", flat=True)) == total


def test_the_books_are_right(club: ClubContext) -> None:
    assert verify(club.id) == []
    totals = pool_totals(club.points_unit_id)
    assert totals.issued and totals.spent and totals.expired and totals.clawed_back
    left = totals.issued - totals.clawed_back - totals.spent + totals.restored - totals.expired
    assert left == outstanding(club.points_unit_id)


def test_points_and_vouchers_were_used_in_their_time(club: ClubContext) -> None:
    bought = Purchase.objects.filter(club_id=club.id)
    assert bought.filter(paid_by_points__gt=0).exists()
    assert Redemption.objects.filter(club_id=club.id).exists()
    uses = VoucherUse.objects.filter(voucher__club_id=club.id, purpose__in=["bill", "counter"])
    for use in uses.select_related("voucher"):
        redeemed = Redemption.objects.get(voucher=use.voucher)
        assert redeemed.redeemed_at < use.used_at < use.voucher.expires_at


def test_people_belong_together(club: ClubContext) -> None:
    homes = Household.objects.filter(club_id=club.id)
    assert sorted(home.members.count() for home in homes) == [2, 3]
    invited = HouseholdInvitation.objects.filter(club_id=club.id, state="open")
    assert {one.mobile for one in invited} == {DEMO_MOBILE, None}
    friends = Referral.objects.filter(club_id=club.id)
    assert sorted(friends.values_list("status", flat=True)) == ["paid"] * 3 + ["waiting"] * 2
    assert friends.filter(inviter__mobile=DEMO_MOBILE, status="waiting").exists()


def test_the_heroine_has_a_story_to_tell(club: ClubContext) -> None:
    ref = ("mobile", DEMO_MOBILE)
    member = find_members(club.id, [ref])[ref]
    now = standing(club, member.id)
    assert now.available > 1_000 and now.pending > 0 and len(now.expiring) > 3
    assert now.tier is not None and now.tier.code == "gold"
    assert now.next_tier is not None and 0 < now.outlook.missing < now.next_tier.least * 0.12
    states = {voucher.state for voucher in member_vouchers(club.id, member.id)}
    assert states >= {"usable", "used"}


def test_a_second_call_changes_nothing(club: ClubContext) -> None:
    before = Purchase.objects.filter(club_id=club.id).count()
    assert make_demo(SilentProgress(), "demo", scale=SCALE) == club
    assert Purchase.objects.filter(club_id=club.id).count() == before
