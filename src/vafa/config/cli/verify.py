"""``vafa verify``: every balance, lot and seal worked out again from the rows."""

from __future__ import annotations

from collections.abc import Sequence

import click
from django.db import transaction
from rich.markup import escape
from rich.table import Table

from vafa.club.actions.audit import SYSTEM
from vafa.club.models import Club
from vafa.club.reads.context import club_context
from vafa.config.cli.clubs import the_club
from vafa.config.cli.support import club_data
from vafa.config.progress import progress
from vafa.config.sealing import public_seal_key
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.core.verification import Difference
from vafa.flows.ledger_checks import breaches, freeze, thaw
from vafa.flows.verification import verify
from vafa.insight.reads.kept_checks import kept_differences


@click.command("verify")
@click.option("--club", help="Only the club of this short name.")
@click.option("--freeze", "freezes", is_flag=True, help="Make a ledger with differences read-only.")
@click.option("--thaw", "thaws", is_flag=True, help="Open a ledger without differences again.")
@click.option("--force", is_flag=True, help="With --thaw: although there are differences.")
@click.option("--reason", default="", help="With --force: why; kept in the audit.")
def command(club: str | None, freezes: bool, thaws: bool, force: bool, reason: str) -> None:
    """Work every balance out again and report differences. Exit code 1 when there are any."""
    _check_options(club, freezes, thaws, force, reason)
    with club_data():
        clubs = [the_club(club)] if club else list(Club.objects.order_by("id"))
        found: list[Difference] = []
        for chosen in clubs:
            differences = verify(chosen.id, progress(), seal_key=public_seal_key())
            found += differences
            _act(chosen, differences, freezes, thaws, reason if force else "")
            # Wrong figures are made anew (``vafa figures --rebuild``); no ledger stands still for them.
            found += kept_differences(club_context(chosen.id))
        if found:
            _print(found)
            raise StartFailed(_("Differences: {count}").format(count=len(found)))
        console.print(_("0 differences."))


def _check_options(club: str | None, freezes: bool, thaws: bool, force: bool, reason: str) -> None:
    if freezes and thaws:
        raise click.UsageError(_("Use --freeze or --thaw, not both."))
    if force and not (thaws and club and reason.strip()):
        raise click.UsageError(_("--force needs --thaw, one club by --club, and a --reason."))


def _act(
    club: Club, differences: Sequence[Difference], freezes: bool, thaws: bool, reason: str
) -> None:
    context, name = club_context(club.id), escape(club.name)
    with transaction.atomic(durable=True):
        wrong = breaches(differences)
        if freezes and wrong and freeze(context, wrong, by=SYSTEM):
            console.print(_("The ledger of {club} is read-only now.").format(club=name))
        elif thaws and (not wrong or reason):
            left = len(wrong)
            if thaw(context, by=SYSTEM, reason=reason, differences=left):
                console.print(_("The ledger of {club} is open again.").format(club=name))


def _print(differences: Sequence[Difference]) -> None:
    table = Table(_("Check"), _("Of"), _("Expected"), _("Found"), box=None)
    for difference in differences:
        table.add_row(*(escape(text) for text in difference))
    console.print(table)
