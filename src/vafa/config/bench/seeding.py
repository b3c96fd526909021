"""The club that is measured: branches, products, a full program, and very many members."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core.management import call_command

from vafa.club.actions.clubs import create_branch
from vafa.club.models import Branch, Club
from vafa.commerce.actions.products import NewProduct, upsert_products
from vafa.commerce.models import Category
from vafa.config import roles, schema
from vafa.config.bench.databases import Databases, django_on
from vafa.core.db import execute, fetch
from vafa.core.progress import Progress
from vafa.core.text import search_key, sort_key
from vafa.flows.clubs import set_up_club, starting_program
from vafa.program.actions.revisions import publish_program
from vafa.program.rules.document import Program
from vafa.program.rules.recipes import multiplier
from vafa.program.rules.rule import Text

MOST_MEMBERS = 10_000_000  # mobiles 0912 000 0000 to 0912 999 9999
PRODUCTS = 100
SLUG = "bench"
_CATEGORIES = 10
_CHUNK = 50_000
# Counted up when the seed itself changes, so that a kept one is not taken for the new one.
_VERSION = 2
_FIRSTS = [
    "مریم",
    "زهرا",
    "فاطمه",
    "سارا",
    "نرگس",
    "لیلا",
    "محمد",
    "علی",
    "حسین",
    "رضا",
    "مهدی",
    "امیر",
    "سعید",
    "نیما",
]
FAMILIES = [
    "رضایی",
    "محمدی",
    "حسینی",
    "احمدی",
    "کریمی",
    "موسوی",
    "جعفری",
    "صادقی",
    "رحیمی",
    "قاسمی",
    "ابراهیمی",
    "حیدری",
    "عباسی",
    "نوروزی",
    "یوسفی",
    "باقری",
    "شریفی",
    "کاظمی",
    "نجفی",
    "مرادی",
    "اکبری",
    "طاهری",
    "سلطانی",
    "امیری",
    "فرهادی",
    "بهرامی",
    "کیانی",
    "پناهی",
]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who and what a request may name. The member at place ``n`` has the number ``first + n``."""

    club_id: int
    book_id: int
    unit_id: int
    issuance_id: int
    branches: tuple[tuple[int, str], ...]
    first_member: int
    members: int
    first_product: int

    def mobile(self, place: int) -> str:
        """The mobile number of the member at ``place``, as people write it."""
        return f"0912{place:07d}"

    def sku(self, place: int) -> str:
        """The code of the product at ``place`` (0 to 99)."""
        return f"P{place:03d}"


def seed(databases: Databases, name: str, members: int, progress: Progress) -> None:
    """Make the database ``name`` with a club and its members, unless one that is there is the
    same."""
    note = f"vafa bench {_VERSION}: {members} members"
    if databases.note(name) == note and _is_current(databases, name):
        return
    databases.make(name)
    with django_on(name):
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        with databases.connect(name) as own:
            if databases.application["USER"] != databases.settings["USER"]:
                roles.give_rights(own, databases.application["USER"])
            schema.write_fingerprint(own)
        _make_club()
        _make_members(databases, name, members, progress)
    with databases.connect(name) as own:
        own.execute("VACUUM (FREEZE, ANALYZE)")
    databases.write_note(name, note)


def find_scene() -> Scene:
    """The scene of the seeded database that Django is on."""
    club = Club.objects.get(slug=SLUG)
    branches = Branch.objects.filter(club=club).order_by("id").values_list("id", "code")
    ((first, count),) = fetch(
        "SELECT min(id), count(*) FROM club_member WHERE club_id = %s", [club.id]
    )
    ((pool,),) = fetch(
        "SELECT id FROM ledger_account WHERE unit_id = %s AND holder = 0 AND kind = 'issuance'",
        [club.points_unit_id],
    )
    ((product,),) = fetch("SELECT min(id) FROM commerce_product WHERE club_id = %s", [club.id])
    return Scene(
        club.id, club.book_id, club.points_unit_id, pool, tuple(branches), first, count, product
    )


def _is_current(databases: Databases, name: str) -> bool:
    return schema.is_current({**databases.settings, "NAME": name})


def _make_club() -> None:
    made = set_up_club(
        name="Bench",
        slug=SLUG,
        owner_username="bench",
        owner_password=secrets.token_urlsafe(24),
        branch_name="Main",
    )
    merchant = made.branch.merchant
    create_branch(merchant, code="north", name="North")
    online = create_branch(merchant, code="online", name="Online", kind="online")
    upsert_products(made.club.id, products())
    category = Category.objects.get(club=made.club, code="c0")
    program = full_program(category.id, online.id)
    publish_program(made.club.id, program, actor=f"staff:{made.owner.id}")


def products() -> list[NewProduct]:
    """A hundred products in ten categories."""
    return [
        NewProduct(
            f"P{n:03d}", f"Product {n}", f"c{n % _CATEGORIES}", f"C{n % _CATEGORIES}", 100_000
        )
        for n in range(PRODUCTS)
    ]


def full_program(category_id: int, branch_id: int) -> Program:
    """The starting program with a category's and a branch's multiplier."""
    first = starting_program("IRR")
    extra = (
        multiplier(rule_id="category", name=Text(fa="دسته", en="Category"), percent=200,
                   category_ids=(category_id,)),
        multiplier(rule_id="branch", name=Text(fa="شعبه", en="Branch"), percent=150,
                   branch_ids=(branch_id,)),
    )  # fmt: skip
    return Program(terms=first.terms, rules=(*first.rules, *extra), tiers=first.tiers)


def _make_members(databases: Databases, name: str, count: int, progress: Progress) -> None:
    """Members with open accounts, by SQL alone: the flows would take many minutes for a million."""
    club = Club.objects.get(slug=SLUG)
    first_member = databases.reserve(name, "club_member", count)
    first_account = databases.reserve(name, "ledger_account", count)
    names = [f"{first} {family}" for family in FAMILIES for first in _FIRSTS]
    named = {
        "names": names,
        "sorts": [sort_key(each) for each in names],
        "finds": [search_key(each) for each in names],
        "kinds": len(names),
    }
    progress.start(count, "Seeding members")
    for start in range(0, count, _CHUNK):
        stop = min(start + _CHUNK, count)
        execute(
            "INSERT INTO club_member (id, club_id, mobile, name, sort_key, search_key, gender,"
            " birth_date, is_active, joined_at)"
            " SELECT %(first)s::bigint + n, %(club)s, '+98912' || lpad(n::text, 7, '0'),"
            " (%(names)s::text[])[1 + n %% %(kinds)s], (%(sorts)s::text[])[1 + n %% %(kinds)s],"
            " (%(finds)s::text[])[1 + n %% %(kinds)s], '', date '1960-01-01' + n %% 18000, true,"
            " now() - interval '400 days' FROM generate_series(%(start)s::int, %(last)s::int) AS n",
            {
                **named,
                "first": first_member,
                "club": club.id,
                "start": start,
                "last": stop - 1,
            },
        )
        execute(
            "INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, balance, version)"
            " SELECT %(first)s::bigint + n, %(book)s, %(unit)s, %(holder)s::bigint + n,"
            " 'available', 0, 0 FROM generate_series(%(start)s::int, %(last)s::int) AS n",
            {
                "first": first_account,
                "book": club.book_id,
                "unit": club.points_unit_id,
                "holder": first_member,
                "start": start,
                "last": stop - 1,
            },
        )
        progress.advance(stop - start)
    progress.finish()
