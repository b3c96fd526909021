"""What a code is bound to and what it gives, as options of ``vafa vouchers make``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from vafa.club.reads.branches import find_branches
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category, Product
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import gettext as _
from vafa.core.money import parse_amount
from vafa.core.text import normalize

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("voucher", "percent", "gift", "buy_get", "delivery")
_SOME_LINES = frozenset({"voucher", "percent", "buy_get"})
_AS_THEY_ARE = ("percent", "buy", "get", "sets", "per_member", "alone")
_BUY_GET = frozenset({"buy_get"})
# Of which kinds an option is; the others are of all.
_ONLY_FOR = {
    "percent": frozenset({"percent", "buy_get"}),
    "cap": frozenset({"percent"}),
    "product": _SOME_LINES,
    "category": _SOME_LINES,
    "buy": _BUY_GET,
    "get": _BUY_GET,
    "sets": _BUY_GET,
    "get_product": _BUY_GET,
    "get_category": _BUY_GET,
    "alone": _SOME_LINES,
    "per_member": _SOME_LINES | {"delivery"},
}
_OF_SOMETHING = frozenset({"product", "category", "get_product", "get_category"})
_OPTIONS = (
    click.option("--percent", type=click.IntRange(1, 100), help="Percent off; 100: free."),
    click.option("--cap", default="", help="The most that a percentage takes off."),
    click.option("--product", multiple=True, help="Only this product, by its code (SKU)."),
    click.option("--category", multiple=True, help="Only this category, by code or name."),
    click.option("--branch", multiple=True, help="Only at this branch, by its code."),
    click.option(
        "--channel",
        multiple=True,
        type=click.Choice(["store", "phone", "online"]),
        help="Only for purchases made this way.",
    ),
    click.option("--buy", type=click.IntRange(0, 1000), help="How many must be bought."),
    click.option("--get", type=click.IntRange(1, 1000), help="How many are given then."),
    click.option("--sets", type=click.IntRange(1, 1000), help="How often on one bill."),
    click.option("--get-product", multiple=True, help="What is given, by its code (SKU)."),
    click.option("--get-category", multiple=True, help="Of what is given, by code or name."),
    click.option("--per-member", type=click.IntRange(1, 10**6), help="How often for one member."),
    click.option("--alone", is_flag=True, help="No other discount goes with it."),
)


def offer_options(command: F) -> F:
    """The options, in their order. All but ``--alone``, ``--channel``, ``--branch``, ``--product``
    and ``--category`` are of some kinds only: see ``offer_terms``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def offer_terms(club: ClubContext, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """The terms as ``OfferTerms`` knows them, out of what the options say.

    Raises StartFailed for an option that the kind has no use for, for a ``buy_get`` of nothing, and for a product, category or
    branch that the club has not; InvalidAmount for a cap that is no amount of money.
    """
    given = {name: value for name, value in asked.items() if value not in (None, "", (), False)}
    for name in given:
        if kind not in _ONLY_FOR.get(name, KINDS):
            option = f"--{name.replace('_', '-')}"
            words = _("{option} has no use with --kind {kind}.")
            raise StartFailed(words.format(option=option, kind=kind))
    if kind == "buy_get" and not given.keys() & _OF_SOMETHING:
        raise StartFailed(
            _("--kind buy_get needs --product, --category or what is given for them.")
        )
    terms: dict[str, Any] = {n: given[n] for n in _AS_THEY_ARE if n in given}
    if "cap" in given:
        terms["cap"] = parse_amount(given["cap"], club.display_unit)
    if "channel" in given:
        terms["channels"] = list(dict.fromkeys(given["channel"]))
    if "branch" in given:
        terms["branches"] = _branches(club, given["branch"])
    for option, name, find in (
        ("product", "products", _products),
        ("category", "categories", _categories),
        ("get_product", "get_products", _products),
        ("get_category", "get_categories", _categories),
    ):
        if option in given:
            terms[name] = find(club, given[option])
    return terms


def _branches(club: ClubContext, codes: Iterable[str]) -> list[int]:
    found = find_branches(club.id, list(codes))
    return _numbers(codes, {str(code): branch.id for code, branch in found.items()})


def _products(club: ClubContext, skus: Iterable[str]) -> list[int]:
    rows = Product.objects.filter(club_id=club.id, sku__in=list(skus))
    return _numbers(skus, dict(rows.values_list("sku", "id")))


def _categories(club: ClubContext, names: Iterable[str]) -> list[int]:
    rows = Category.objects.filter(club_id=club.id).order_by("-id")
    known = {normalize(category.name): category.pk for category in rows}
    known |= {category.code: category.pk for category in rows}
    return _numbers([name if name in known else normalize(name) for name in names], known)


def _numbers(names: Iterable[str], known: dict[str, int]) -> list[int]:
    for name in names:
        if name not in known:
            raise StartFailed(_("The club has no “{name}”.").format(name=name))
    return list(dict.fromkeys(known[name] for name in names))
