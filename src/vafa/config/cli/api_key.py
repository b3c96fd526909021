"""``vafa api-key``: keys with which shop software calls the API."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from vafa.club.actions.api_keys import create_api_key, revoke_api_key
from vafa.club.actor import SCOPES
from vafa.club.models import ApiKey, Branch, Club, Merchant
from vafa.config.cli.clubs import the_club
from vafa.config.cli.support import club_data
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.group("api-key")
def command() -> None:
    """Make, list and revoke the keys of shop software."""


@command.command("create")
@click.argument("name")
@click.option("--club", help="The club's short name, where there are several.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(sorted(SCOPES)),
    help="May be repeated; default: all.",
)
@click.option("--branch", help="Only for the branch of this code.")
@click.option("--merchant", type=int, help="Only for the merchant of this number.")
def create(
    name: str, club: str | None, scopes: tuple[str, ...], branch: str | None, merchant: int | None
) -> None:
    """Make a key called NAME and show its secret, once."""
    with club_data():
        owner = the_club(club)
        key, secret = create_api_key(
            owner,
            name=name,
            scopes=scopes or sorted(SCOPES),
            branch=_branch(owner, branch) if branch else None,
            merchant=_merchant(owner, merchant) if merchant else None,
        )
        console.print(_("Key {number}, shown this once:").format(number=key.pk))
        console.print(secret, markup=False)


@command.command("list")
@click.option("--club", help="The club's short name, where there are several.")
def list_keys(club: str | None) -> None:
    """List the keys; secrets are not stored."""
    with club_data():
        table = Table(_("Number"), _("Name"), _("Begins with"), _("Scopes"), _("State"), box=None)
        for key in ApiKey.objects.filter(club=the_club(club)).order_by("id"):
            state = _("revoked") if key.revoked_at else _("valid")
            table.add_row(str(key.pk), escape(key.name), key.prefix, " ".join(key.scopes), state)
        console.print(table)


@command.command("revoke")
@click.argument("number", type=int)
@click.option("--club", help="The club's short name, where there are several.")
def revoke(number: int, club: str | None) -> None:
    """Refuse the key NUMBER from now on."""
    with club_data():
        key = ApiKey.objects.filter(club=the_club(club), pk=number).first()
        if key is None:
            raise StartFailed(_("There is no key {number}.").format(number=number))
        revoke_api_key(key)
        console.print(_("Revoked."))


def _branch(club: Club, code: str) -> Branch:
    branch = Branch.objects.filter(club=club, code=code).first()
    if branch is None:
        raise StartFailed(_("There is no branch “{code}”.").format(code=code))
    return branch


def _merchant(club: Club, number: int) -> Merchant:
    merchant = Merchant.objects.filter(club=club, pk=number).first()
    if merchant is None:
        raise StartFailed(_("There is no merchant {number}.").format(number=number))
    return merchant
