"""Set a club up: book, merchant, branch, owner, and a first program to start from."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from vafa.club.actions.clubs import create_branch, create_club, create_merchant, create_staff
from vafa.club.actions.setup import save_step
from vafa.club.models import Branch, Club, Staff
from vafa.club.rules.setup import BEGUN
from vafa.core.errors import InvalidInput
from vafa.core.money import CURRENCIES
from vafa.program.actions.occasions import seed_occasions
from vafa.program.actions.revisions import publish_program
from vafa.program.rules.document import PointTerms, Program, Tier
from vafa.program.rules.expiry import After
from vafa.program.rules.presets import place_of, preset_named
from vafa.program.rules.recipes import birthday, per_amount, welcome
from vafa.program.rules.rule import Text

# Words that stand for pages where a club's short name would.
RESERVED_SLUGS = frozenset(
    [
        "card",
        "code",
        "draws",
        "history",
        "invite",
        "join",
        "login",
        "logout",
        "new",
        "profile",
        "rewards",
        "setup",
        "vouchers",
        "waiting",
    ]
)


class NewClub(NamedTuple):
    club: Club
    branch: Branch
    owner: Staff


def set_up_club(
    *,
    name: str,
    slug: str,
    owner_username: str,
    owner_password: str,
    owner_name: str = "",
    currency: str = "IRR",
    zone: str = "Asia/Tehran",
    calendar: str = "jalali",
    language: str = "fa",
    branch_name: str = "",
    preset: str = "",
    guided: bool = False,
) -> NewClub:
    """Everything that a business needs to begin, in one transaction; its programme is that of the
    ``preset``, or else a small one. ``guided``: the owner is led through the steps of setting up.

    Raises InvalidInput (unknown currency or preset, a short name that a page has) and
    django.db.IntegrityError (taken slug or login).
    """
    if slug in RESERVED_SLUGS:
        raise InvalidInput(field="slug")
    chosen = preset_named(preset)
    if preset and chosen is None:
        raise InvalidInput(field="preset")
    with transaction.atomic(durable=True):
        club = create_club(
            name=name, slug=slug, currency=currency, zone=zone, calendar=calendar, language=language
        )
        merchant = create_merchant(club, name)
        branch = create_branch(merchant, code="main", name=branch_name or name)
        owner = create_staff(
            club,
            username=owner_username,
            password=owner_password,
            name=owner_name or owner_username,
            role="owner",
        )
        seed_occasions(club.id)
        program = chosen.program(place_of(currency)) if chosen else starting_program(currency)
        publish_program(club.id, program, actor=f"staff:{owner.id}")
        if guided:
            save_step(club.id, BEGUN, {}, by=f"staff:{owner.id}")
    return NewClub(club, branch, owner)


def starting_program(currency: str) -> Program:
    """A small honest program: 1 point per 10,000 toman (or per unit of the currency), worth 3 %."""
    step = 100_000 if currency == "IRR" else 10 ** CURRENCIES[currency]
    return Program(
        terms=PointTerms(
            expiry=After(count=12), pending_days=0, worth=max(step * 3 // 100, 1), max_share=50
        ),
        rules=(
            per_amount(
                rule_id="per-amount",
                name=Text(fa="امتیاز خرید", en="Points for purchases"),
                points=1,
                step=step,
            ),
            welcome(rule_id="welcome", name=Text(fa="هدیهٔ عضویت", en="Welcome gift"), points=20),
            birthday(
                rule_id="birthday", name=Text(fa="روز تولد", en="Birthday"), percent=200, days=3
            ),
        ),
        tiers=(
            Tier(code="bronze", name=Text(fa="برنزی", en="Bronze"), least=0),
            Tier(code="silver", name=Text(fa="نقره‌ای", en="Silver"), least=500, percent=120),
            Tier(code="gold", name=Text(fa="طلایی", en="Gold"), least=2000, percent=150),
        ),
    )
