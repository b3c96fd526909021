"""Codes made at the command line are bound to what the options name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from tests.world import World
from vafa.club.actor import system_actor
from vafa.commerce.models import Category, Product
from vafa.config.cli.offer_options import offer_terms
from vafa.config.cli.vouchers import make
from vafa.config.supervisor import StartFailed
from vafa.core.clock import now
from vafa.flows.entries import LineEntry
from vafa.flows.voucher_series import make_series
from vafa.program.models import Voucher


def code(world: World, kind: str, **asked: Any) -> str:
    series = make_series(
        world.club,
        system_actor(world.club.id),
        name="کد",
        kind=kind,
        terms=offer_terms(world.club, kind, asked),
        expires_at=now() + timedelta(days=9),
    )
    return Voucher.objects.get(series=series).code


def test_two_milks_and_the_third_is_free_at_one_branch(world: World) -> None:
    voucher = code(world, "buy_get", product=("milk",), branch=(world.branch.code,), buy=2, get=1)
    lines = (LineEntry(300_000, "milk", quantity=3000),)
    refused = world.buy(300_000, lines=lines, vouchers=(voucher,), branch=world.other_branch.id)
    assert refused.error is not None and refused.error.code == "voucher_not_for_this"
    assert world.buy(300_000, lines=lines, vouchers=(voucher,)).answer["discount"] == 100_000


def test_names_become_numbers_and_amounts_rials(world: World) -> None:
    milk = Product.objects.get(club=world.record, sku="milk")
    kind_of = Category.objects.filter(club=world.record).order_by("id").first()
    assert kind_of is not None
    asked = {"percent": 20, "cap": "۵۰٬۰۰۰", "product": ("milk", "milk"), "channel": ("online",)}
    terms = offer_terms(world.club, "percent", asked | {"category": (kind_of.name,), "get": None})
    assert terms == {
        "percent": 20,
        "cap": 500_000,
        "channels": ["online"],
        "products": [milk.pk],
        "categories": [kind_of.pk],
    }
    assert offer_terms(world.club, "voucher", {"category": (kind_of.code,), "alone": True}) == {
        "alone": True,
        "categories": [kind_of.pk],
    }


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("voucher", {"buy": 2}),
        ("gift", {"product": ("milk",)}),
        ("delivery", {"percent": 10}),
        ("voucher", {"product": ("none such",)}),
        ("voucher", {"category": ("none such",)}),
        ("gift", {"branch": ("none such",)}),
        ("buy_get", {"buy": 2}),
    ],
)
def test_what_makes_no_sense_is_said(world: World, kind: str, asked: dict[str, Any]) -> None:
    with pytest.raises(StartFailed):
        offer_terms(world.club, kind, asked)


def test_the_help_names_every_option() -> None:
    said = CliRunner().invoke(make, ["--help"]).output
    for option in ("--product", "--category", "--branch", "--buy", "--get-product", "--percent"):
        assert option in said
