"""A small club to tell stories in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import monotonic, sleep
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from vafa.audience.actions.segments import create_segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.access import staff_actor
from vafa.club.actions.api_keys import create_api_key
from vafa.club.actions.clubs import create_branch, create_staff
from vafa.club.actions.members import NewMember
from vafa.club.actor import SCOPES, Actor
from vafa.club.models import ApiKey, Branch, Club, Household, Member, OwnRole, Staff
from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.models import Category, Delivery, Product, Purchase, Return
from vafa.core.clock import now
from vafa.flows.adjustments import request_adjustment
from vafa.flows.clubs import set_up_club
from vafa.flows.enrolment import enrol_members
from vafa.flows.entries import Outcome, PurchaseEntry, ReturnEntry
from vafa.flows.households import make_household
from vafa.flows.number_changes import request_number_change
from vafa.flows.purchases import record_purchases
from vafa.flows.redemptions import redeem_reward
from vafa.flows.reservations import reserve_for_bill
from vafa.flows.returns import record_returns
from vafa.flows.sealing import seal_club
from vafa.flows.upkeep import run_upkeep
from vafa.flows.verification import verify
from vafa.flows.voucher_series import make_series
from vafa.ledger.reads.balances import Balance, balances
from vafa.ledger.reads.seals import BEGINNING, latest_checkpoint, waiting
from vafa.program.actions.revisions import publish_program
from vafa.program.actions.rewards import create_reward
from vafa.program.models import Redemption, Reward, Voucher, VoucherSeries, VoucherUse
from vafa.program.reads.history import HistoryRow, history
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import HouseholdTerms, Program

PASSWORD = "a-good-passphrase-1"
SEAL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEALING_SECONDS = 60


def new_mobile() -> str:
    """A mobile that nobody else in the test database has."""
    return f"+98912{secrets.randbelow(10**7):07d}"


class Hired(dict[str, Staff]):
    """The staff of a story by role: who is asked for is hired then, the cashier at the first branch."""

    def __init__(self, club: Club, branch: Branch, tag: str) -> None:
        self._at, self._tag = (club, branch), tag

    def __missing__(self, role: str) -> Staff:
        club, branch = self._at
        hired = self[role] = create_staff(
            club,
            username=f"{role}-{self._tag}",
            password=PASSWORD,
            name=role,
            role=role,
            branch=branch if role == "cashier" else None,
        )
        return hired


@dataclass
class World:
    """A club with somebody in each role of the staff, two branches and a member.

    One point per 100,000 rials, one point worth 3,000 rials on a bill, 20 points for joining
    (see ``flows.clubs.starting_program``).
    """

    record: Club
    branch: Branch
    other_branch: Branch
    staff: dict[str, Staff]
    member: Member
    products: dict[str, Product] = field(default_factory=dict)
    bought: int = 0
    voucher_code: str = ""
    redemption_id: int = 0
    reservation_id: int = 0
    key_id: int = 0
    sealed: int = 0
    spare_member_id: int = 0
    transfer_id: int = 0
    adjustment_id: int = 0
    draw_id: int = 0
    household_id: int = 0
    segment_id: int = 0
    series_id: int = 0
    loose_code: str = ""
    head_id: int = 0
    spare_staff_id: int = 0
    own_role_id: int = 0
    number_change_id: int = 0
    rewards: dict[str, Reward] = field(default_factory=dict)

    @property
    def club(self) -> ClubContext:
        return club_context(self.record.id)

    def actor(self, role: str = "owner") -> Actor:
        """The actor of a role; the cashier works at the first branch only."""
        return staff_actor(self.staff[role])

    @property
    def owner(self) -> Actor:
        return self.actor("owner")

    @property
    def ref(self) -> tuple[str, str]:
        """The member's reference for entries."""
        return ("id", str(self.member.id))

    def client(self, role: str) -> Client:
        """A logged-in browser of that role ("member" for the portal)."""
        client = Client()
        if role == "member":
            _log_in_member(client, self.member)
        else:
            _log_in_staff(client, self.staff[role], self.branch)
        return client

    def hire_branch_manager(self) -> Staff:
        """Somebody who manages the first branch alone; ``client("branch_manager")`` is hers."""
        found = self.staff["branch_manager"] = create_staff(
            self.record,
            username=f"branch-{self.record.slug}",
            password=PASSWORD,
            name="مدیر شعبه",
            role="manager",
            branch=self.branch,
        )
        return found

    def api_key(self, *scopes: str, branch: Branch | None = None) -> str:
        """The secret of a fresh API key with these scopes (all when none is named)."""
        return create_api_key(self.record, name="test", scopes=scopes or SCOPES, branch=branch)[1]

    def enrol(self, **fields: Any) -> Member:
        """A new member with a fresh mobile unless given."""
        person = NewMember(**{"mobile": new_mobile(), **fields})
        enrolled = enrol_members(self.club, [person], actor=self.owner)[0]
        assert enrolled.error is None, enrolled.error
        return Member.objects.get(pk=enrolled.member_id)

    def buy(self, total: int, **fields: Any) -> Outcome:
        """Record one purchase of the member at the first branch."""
        values = {"actor": self.owner, "branch": "main", "member": self.ref, **fields}
        return record_purchases(self.club, [PurchaseEntry(total=total, **values)])[0]

    def give_back(self, purchase_id: int, **fields: Any) -> Outcome:
        """Record one return at the first branch."""
        values = {"actor": self.owner, "branch": "main", "purchase_id": purchase_id, **fields}
        return record_returns(self.club, [ReturnEntry(**values)])[0]

    def redeem(self, reward: str, *, use: bool = False) -> Outcome:
        """Redeem a reward of ours for the member; ``use`` spends the voucher on a bill."""
        outcome = redeem_reward(
            self.club,
            member_id=self.member.id,
            reward_id=self.rewards[reward].id,
            actor=self.owner,
        )
        if use:
            bought = self.buy(2_000_000, voucher=outcome.answer["voucher_code"])
            assert bought.status == "recorded", bought.error
        return outcome

    def reserve(self, **asked: Any) -> Outcome:
        """Set something of the member's aside for a bill at the first branch."""
        return reserve_for_bill(
            self.club, member=self.ref, branch="main", actor=self.owner, **asked
        )

    def balance(self, member: Member | None = None) -> Balance:
        """The ledger's balance of a member (the first by default)."""
        pk = (member or self.member).id
        return balances(self.club.points_unit_id, [pk])[pk]

    def adjust(self, amount: int, *, role: str = "owner", **fields: Any) -> Outcome:
        """Give points by hand (or, negative, take them)."""
        values = {"member_id": self.member.id, "reason": "آزمایش", **fields}
        return request_adjustment(self.club, amount=amount, actor=self.actor(role), **values)

    def line(self, trigger: str, member: Member | None = None) -> HistoryRow:
        """The newest line of that kind in a member's history (the first's by default)."""
        pk = (member or self.member).id
        return next(row for row in history(self.club, pk) if row.trigger == trigger)

    def share(self) -> None:
        """Let households be, and make one whose head is the member kept for that."""
        self.change_program(households=HouseholdTerms(is_on=True, by_members=True))
        if Household.objects.filter(club=self.record).exists():
            return
        made = make_household(self.club, head_id=self.head_id, actor=self.owner)
        self.household_id = made.answer["household_id"]

    def describe(self) -> None:
        """Make a segment, which nothing else names."""
        items = (Condition(facet="commerce.purchases", op="ge", value=1),)
        made = create_segment(self.club, name="خریداران", definition=Definition(items=items))
        self.segment_id = made.pk

    def expire_some(self) -> None:
        """Points of an old purchase, which have run out: ``transfer_id`` is that expiry."""
        self.buy(7_000_000, purchased_at=now() - timedelta(days=395))
        run_upkeep(self.club)
        self.transfer_id = self.line("expire").transfer_id or 0

    def furnish(self) -> None:
        """A purchase, a voucher, a reservation, a correction that waits and an API key, for
        tests that walk over everything."""
        self.bought = self.buy(50_000_000).answer["purchase_id"]
        redeemed = self.redeem("voucher").answer
        self.voucher_code, self.redemption_id = redeemed["voucher_code"], redeemed["redemption_id"]
        self.reservation_id = self.reserve(points=10).answer["reservation_id"]
        self.spare_member_id = self.enrol().id
        self.head_id = self.enrol().id
        self.describe()
        self.transfer_id = self.line("purchase").transfer_id or 0
        fields: Any = {"value": 10_000, "expires_at": now() + timedelta(days=30)}
        codes = make_series(self.club, self.owner, name="کد", kind="voucher", count=3, **fields)
        self.series_id = codes.pk
        self.loose_code = Voucher.objects.filter(series=codes).latest("id").code
        self.adjustment_id = self.adjust(5_000, role="manager").answer["adjustment_id"]
        self.seal()
        spare = create_staff(
            self.record, username=new_mobile(), password=PASSWORD, name="", role="cashier"
        )
        self.spare_staff_id = spare.id
        self.own_role_id = OwnRole.objects.create(
            club=self.record, name="انباردار", permissions=["products.edit"]
        ).pk
        change = request_number_change(
            self.club,
            member_id=self.head_id,
            mobile=new_mobile(),
            reason="گوشی گم شده",
            actor=self.actor("manager"),
        )
        self.number_change_id = change.pk
        self.key_id = create_api_key(self.record, name="walk", scopes=SCOPES)[0].id

    def seal(self) -> int:
        """Seal everything written so far; returns the size of the head.

        Waits for transactions of others on this server, which hold the horizon back.
        """
        book, deadline = self.record.book_id, monotonic() + SEALING_SECONDS
        while True:
            seal_club(self.club, SEAL_KEY)
            head = latest_checkpoint(book)
            if not waiting(book, head.last if head else BEGINNING):
                assert head is not None
                self.sealed = head.size
                return head.size
            assert monotonic() < deadline, "somebody's transaction stays open"
            sleep(0.05)

    def snapshot(self) -> tuple[object, ...]:
        """What must be the same after a refusal: balances and how many facts there are."""
        return (
            self.balance(),
            Member.objects.filter(club=self.record).count(),
            Purchase.objects.filter(club=self.record).count(),
            Return.objects.filter(club=self.record).count(),
            Delivery.objects.filter(purchase__club=self.record).count(),
            Redemption.objects.filter(club=self.record).count(),
            VoucherSeries.objects.filter(club=self.record).count(),
            Voucher.objects.filter(club=self.record, given_at__isnull=False).count(),
            VoucherUse.objects.filter(voucher__club=self.record).count(),
            ApiKey.objects.filter(club=self.record, revoked_at__isnull=False).count(),
            list(Household.objects.filter(club=self.record).values_list("head_id", "spenders")),
            Member.objects.filter(club=self.record, household__isnull=False).count(),
        )

    def change_program(self, **parts: Any) -> None:
        """Publish the live programme with these parts in the place of its own."""
        self.publish(live_program(self.record.id).program.model_copy(update=parts))

    def publish(self, program: Program) -> None:
        """Make ``program`` live."""
        publish_program(self.record.id, program, actor=self.owner.label)

    def verify(self) -> None:
        """Everything re-derived, no difference."""
        assert verify(self.record.id) == []


def make_world(**club_fields: Any) -> World:
    """A fresh club; ``club_fields`` go to ``set_up_club``."""
    tag = secrets.token_hex(5)
    made = set_up_club(
        name=f"فروشگاه {tag}",
        slug=f"shop-{tag}",
        owner_username=f"owner-{tag}",
        owner_password=PASSWORD,
        **club_fields,
    )
    club = made.club
    second = create_branch(made.branch.merchant, code="second", name="شعبهٔ دوم")
    staff = Hired(club, made.branch, tag)
    staff["owner"] = made.owner
    owner = staff_actor(made.owner)
    person = NewMember(mobile=new_mobile(), name="مریم رضایی", birth_date=date(1990, 5, 4))
    enrolled = enrol_members(club_context(club.id), [person], actor=owner)[0]
    world = World(club, made.branch, second, staff, Member.objects.get(pk=enrolled.member_id))
    _stock(world)
    return world


def _stock(world: World) -> None:
    club = world.record
    dairy = Category.objects.create(club=club, code="dairy", name="لبنیات")
    home = Category.objects.create(club=club, code="home", name="خانه")
    for sku, name, category, price in (
        ("milk", "شیر", dairy, 450_000),
        ("cheese", "پنیر", dairy, 1_200_000),
        ("lamp", "لامپ", home, 800_000),
    ):
        world.products[sku] = Product.objects.create(
            club=club, sku=sku, name=name, category=category, price=price
        )
    world.rewards["voucher"] = create_reward(
        club.id,
        name="کد ۵۰ هزار تومانی",
        name_en="50,000 toman voucher",
        kind="voucher",
        points=50,
        value=500_000,
    )
    world.rewards["product"] = create_reward(
        club.id,
        name="لامپ هدیه",
        name_en="A lamp",
        kind="product",
        points=100,
        product=world.products["lamp"],
        stock=1,
    )


def _log_in_staff(client: Client, staff: Staff, branch: Branch) -> None:
    client.force_login(staff.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["staff_id"] = staff.id
    session["till_branch"] = branch.id
    session["seen_at"] = now().timestamp()
    session.save()


def _log_in_member(client: Client, member: Member) -> None:
    client.get("/")
    session = client.session
    session["member_id"] = member.id
    session["seen_at"] = now().timestamp()
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
