"""The demo club as a world to look at: whatever a page can show is there at least once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests import draws
from tests.architecture.access_stage import asks
from tests.screenshots.promise import drafted, richer
from tests.world import PASSWORD, World
from vafa.audience.actions.segments import create_segment
from vafa.audience.models import Segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.actions.api_keys import create_api_key
from vafa.club.actions.clubs import create_staff
from vafa.club.actions.members import NewMember
from vafa.club.actor import SCOPES, Actor
from vafa.club.models import ApiKey, Branch, Club, Member, OwnRole, Staff
from vafa.commerce.models import Category, Product, Purchase
from vafa.core.clock import now
from vafa.flows.backtest.asking import ask_for_backtest
from vafa.flows.demo.people import DEMO_MOBILE
from vafa.flows.demo.shop import SLUG
from vafa.flows.enrolment import enrol_members
from vafa.flows.entries import Outcome
from vafa.flows.households import add_to_household, make_household
from vafa.flows.invitations import Invitation, invitation_code
from vafa.flows.own_households import invite_to_household, start_household
from vafa.flows.voucher_series import make_series
from vafa.insight.actions.readiness import work_out_readiness
from vafa.ledger.reads.seals import latest_checkpoint
from vafa.program.actions.revisions import save_draft
from vafa.program.models import Adjustment, Draw, Reward, Voucher, VoucherSeries
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import HouseholdTerms, ReferralTerms

# Where each of these draws stands, by its name; the demo has them after the first time.
STEPS = {
    "draft": "قرعه‌کشی نوروز",
    "open": "قرعه‌کشی یلدا",
    "frozen": "قرعه‌کشی مهرگان",
    "drawn": "قرعه‌کشی تابستان",
}


class DemoWorld(World):
    """The demo club: its branches have names of their own."""

    def buy(self, total: int, **fields: Any) -> Outcome:
        return super().buy(total, **{"branch": "tehran", **fields})


def demo_world() -> DemoWorld:
    """The demo club with its heroine, furnished the first time.

    Raises Club.DoesNotExist where the database in use is no demo's.
    """
    club = Club.objects.get(slug=SLUG)
    branches = {branch.code: branch for branch in Branch.objects.filter(club=club)}
    # Newest first, so that of each role the one is left who was there first.
    staff = {one.role: one for one in Staff.objects.filter(club=club).order_by("-id")}
    member = Member.objects.get(club=club, mobile=DEMO_MOBILE)
    world = DemoWorld(club, branches["tehran"], branches["isfahan"], staff, member)
    world.products["milk"] = Product.objects.filter(club=club).order_by("id")[0]
    world.rewards["voucher"] = Reward.objects.filter(club=club).order_by("id")[0]
    world.staff["branch_manager"] = _branch_manager(world)
    if not Draw.objects.filter(club=club, name=STEPS["draft"]).exists():
        _furnish(world)
    _find(world)
    return world


def _branch_manager(world: World) -> Staff:
    username = f"branch-{world.record.slug}"
    found = Staff.objects.filter(club=world.record, user__username=username).first()
    return found or create_staff(
        world.record,
        username=username,
        password=PASSWORD,
        name="لیلا امینی",
        role="manager",
        branch=world.branch,
    )


def _find(world: World) -> None:
    """Numbers of rows to look at."""
    club = world.record
    world.bought = Purchase.objects.filter(club=club, member=world.member).latest("id").pk
    hers = Voucher.objects.filter(club=club, member=world.member)
    world.voucher_code = hers.order_by("-id")[0].code
    world.series_id = VoucherSeries.objects.filter(club=club).order_by("id")[0].pk
    world.segment_id = Segment.objects.filter(club=club).order_by("id")[0].pk
    world.adjustment_id = Adjustment.objects.filter(club=club).latest("id").pk
    others = Member.objects.filter(club=club, is_active=True).exclude(pk=world.member.pk)
    world.spare_member_id = others.earliest("id").pk
    world.spare_staff_id = world.staff["cashier"].pk
    world.own_role_id = OwnRole.objects.get_or_create(
        club=club, name="انباردار", defaults={"permissions": ["products.edit"]}
    )[0].pk
    world.key_id = ApiKey.objects.filter(club=club).latest("id").pk
    world.transfer_id = world.line("purchase").transfer_id or 0
    head = latest_checkpoint(club.book_id)
    world.sealed = head.size if head else 0


def _furnish(world: World) -> None:
    categories = dict(Category.objects.filter(club=world.record).values_list("code", "id"))
    world.change_program(
        households=HouseholdTerms(is_on=True, by_members=True),
        referral=ReferralTerms(is_on=True, waits_days=0),
    )
    _people(world)
    _codes(world)
    series = VoucherSeries.objects.filter(club=world.record).order_by("id")[0]
    live = live_program(world.record.id).program
    world.publish(richer(live, world, categories, series.pk))
    _segments(world)
    make_draws(world)
    work_out_readiness(world.club, world.owner)
    world.adjust(5_000, role="manager", reason="جبران خطای صندوق در خرید دیروز")
    asks(world)
    create_api_key(world.record, name="صندوق فروشگاه", scopes=SCOPES)
    live = live_program(world.record.id).program
    save_draft(world.record.id, drafted(live), actor=world.owner.label)
    today = world.club.local_date(now())
    ask_for_backtest(world.club, world.owner, today - timedelta(days=180), today)


def _people(world: World) -> None:
    """A household of the heroine's, and friends whom she invited."""
    made = make_household(world.club, head_id=world.member.id, actor=world.owner)
    sister = world.enrol(name="نسرین محمدی", birth_date=date(1998, 2, 11))
    household = made.answer["household_id"]
    add_to_household(world.club, household_id=household, member_id=sister.id, actor=world.owner)
    hers = Actor("member", world.member.id, world.record.id)
    invite_to_household(world.club, head_id=world.member.id, mobile=None, actor=hers)
    aunt = world.enrol(name="فریده محمدی")
    theirs = Actor("member", aunt.id, world.record.id)
    start_household(world.club, member_id=aunt.id, spenders="all", actor=theirs)
    mobile = world.member.mobile
    invite_to_household(world.club, head_id=aunt.id, mobile=mobile, actor=theirs)
    invitation = Invitation(invitation_code(world.club, world.member.id))
    for n, name in enumerate(("بهاره کیانی", "سمیرا راد")):
        friend = NewMember(mobile=f"+98935000{n:04d}", name=name)
        (joined,) = enrol_members(world.club, [friend], actor=world.owner, invitation=invitation)
        if n:
            world.buy(9_000_000, member=("id", str(joined.member_id)))


def _codes(world: World) -> None:
    ends: dict[str, Any] = {"expires_at": now() + timedelta(days=60)}
    make_series(
        world.club,
        world.owner,
        name="تخفیف پاییزی",
        kind="percent",
        count=40,
        min_basket=3_000_000,
        terms={"percent": 15},
        **ends,
    )
    make_series(
        world.club, world.owner, name="کارت هدیهٔ یلدا", kind="gift", value=5_000_000, **ends
    )


def _segments(world: World) -> None:
    often = Condition(facet="commerce.purchases", op="ge", value=5)
    for name, name_en, items in (
        ("پرخریدها", "Frequent buyers", (often,)),
        (
            "نقره‌ای‌های پرخرید",
            "Frequent silver",
            (often, Condition(facet="program.tier", op="in", value=("silver",))),
        ),
    ):
        create_segment(
            world.club,
            name=name,
            name_en=name_en,
            definition=Definition(items=items),
            by=world.owner.label,
        )


def make_draws(world: World) -> None:
    """A draw at each of ``STEPS``."""
    draws.drawn(world, name=STEPS["drawn"], name_en="Summer draw")
    draws.frozen(world, name=STEPS["frozen"], name_en="Mehregan draw")
    draws.running(world, name=STEPS["open"], name_en="Yalda draw")
    draws.drafted(world, name=STEPS["draft"], name_en="Nowruz draw")
