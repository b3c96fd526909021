"""The demo club itself: brand, branches, staff, catalogue, program, rewards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vafa.club.access import staff_actor
from vafa.club.actions.clubs import create_branch, create_club, create_merchant, create_staff
from vafa.club.actor import Actor
from vafa.club.models import Branch, Club, Staff
from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.actions.products import NewProduct, upsert_products
from vafa.commerce.models import Category, Product
from vafa.flows.demo.catalogue import shelves
from vafa.flows.demo.promise import REWARDS, demo_program
from vafa.flows.demo.telling import ask_members
from vafa.program.actions.occasions import seed_occasions
from vafa.program.actions.revisions import publish_program
from vafa.program.actions.rewards import create_reward
from vafa.program.models import Reward

SLUG = "ravagh"
PASSWORD = "vafa-demo"  # noqa: S105  # printed on the demo's first screen; no real club has it
OWNER, MANAGER, ACCOUNTANT = "owner", "manager", "accountant"
MARKETER, ANALYST, SUPPORT = "marketer", "analyst", "support"
BRANCH_MANAGER = "manager-isfahan"
CASHIERS = {"tehran": "cashier", "isfahan": "cashier-isfahan", "online": "cashier-online"}
_NAME = "رواق"
_BRANCHES = (
    ("tehran", "رواق ولیعصر", "store", "تهران"),
    ("isfahan", "رواق چهارباغ", "store", "اصفهان"),
    ("online", "رواق آنلاین", "online", "تهران"),
)
_STAFF = (
    (OWNER, "پریسا فراهانی", "owner", ""),
    (MANAGER, "کیوان نوروزی", "manager", ""),
    (ACCOUNTANT, "مهناز صدری", "accountant", ""),
    (MARKETER, "سارا کیانی", "marketer", ""),
    (ANALYST, "بهرام توکلی", "analyst", ""),
    (SUPPORT, "لاله امینی", "support", ""),
    (BRANCH_MANAGER, "شیدا مرادی", "manager", "isfahan"),
    (CASHIERS["tehran"], "نگار رنجبر", "cashier", "tehran"),
    (CASHIERS["isfahan"], "آرش شیرازی", "cashier", "isfahan"),
    (CASHIERS["online"], "هانیه جمشیدی", "cashier", "online"),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """The club with what its history refers to, by code; the history ends at ``made_at``."""

    club: ClubContext
    made_at: datetime
    branches: dict[str, int]
    cashiers: dict[str, Actor]
    rewards: dict[str, Reward]


def open_shop() -> Shop:
    """Make the club with everything but its members, in one transaction."""
    with transaction.atomic(durable=True):
        club = create_club(name=_NAME, slug=SLUG)
        merchant = create_merchant(club, f"فروشگاه‌های {_NAME}")
        branches = {
            code: create_branch(merchant, code=code, name=name, kind=kind, city=city)
            for code, name, kind, city in _BRANCHES
        }
        owner = _hire(club, branches)
        seed_occasions(club.id)
        _fill_shelves(club)
        categories = dict(Category.objects.filter(club=club).values_list("code", "id"))
        publish_program(
            club.id,
            demo_program(branches["online"].id, categories["kitchen"], categories["home"]),
            actor=owner.label,
            note="شروع باشگاه",
        )
        _offer_rewards(club)
        ask_members(club.id, owner.label)
    shop = find_shop()
    assert shop is not None
    return shop


def find_shop() -> Shop | None:
    """The club if it was made before, also when its history is not complete."""
    club = Club.objects.filter(slug=SLUG).first()
    if club is None:
        return None
    staff = Staff.objects.filter(club=club, user__username__in=CASHIERS.values())
    actors = {one.user.username: staff_actor(one) for one in staff.select_related("user")}
    return Shop(
        club_context(club.id),
        club.created_at,
        {branch.code: branch.id for branch in Branch.objects.filter(club=club)},
        {code: actors[username] for code, username in CASHIERS.items()},
        {reward.name: reward for reward in Reward.objects.filter(club=club)},
    )


def _hire(club: Club, branches: dict[str, Branch]) -> Actor:
    """Everyone of the staff; returns the owner."""
    staff = [
        create_staff(
            club,
            username=username,
            password=PASSWORD,
            name=name,
            role=role,
            branch=branches.get(code),
        )
        for username, name, role, code in _STAFF
    ]
    return staff_actor(staff[0])


def _fill_shelves(club: Club) -> None:
    upsert_products(
        club.id,
        [
            NewProduct(good.sku, good.name, shelf.code, shelf.name, good.price)
            for shelf in shelves()
            for good in shelf.goods
        ],
    )


def _offer_rewards(club: Club) -> None:
    products = {product.sku: product for product in Product.objects.filter(club=club)}
    for reward in REWARDS:
        create_reward(
            club.id,
            name=reward.name,
            name_en=reward.name_en,
            kind="product" if reward.sku else "voucher",
            points=reward.points,
            value=reward.value,
            min_basket=reward.min_basket,
            product=products.get(reward.sku),
            stock=reward.stock,
        )
