"""``vafa sms``: the account by which a club sends text messages."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from typing import Any

import click
from rich.table import Table

from vafa.club.actions.audit import SYSTEM
from vafa.club.models import Club
from vafa.club.reads.context import club_context
from vafa.config.cli.clubs import the_club
from vafa.config.cli.support import club_data
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _
from vafa.core.clock import now
from vafa.core.money import parse_amount
from vafa.core.phones import parse_mobile
from vafa.engage.actions.accounts import SmsChoice, save_sms, sms_settings
from vafa.engage.actions.limits import spent_in_month
from vafa.engage.actions.trying import try_account
from vafa.engage.channels.sms import KINDS
from vafa.engage.models import SmsSettings

_CLUB = click.option("--club", help="The club's short name, where there are several.")


@click.group("sms")
def command() -> None:
    """Set the SMS account of a club up, look at it, try it."""


@command.command("set")
@click.option("--kind", type=click.Choice(KINDS), help="The provider.")
@click.option("--sender", help="The number of your line.")
@click.option("--template", help="Of one-time codes: its name or number at the provider.")
@click.option("--footer", help="What advertising lines must end with.")
@click.option("--part-price", help="What a part of a message costs, in the club's unit.")
@click.option("--hour-limit", type=click.IntRange(0), help="Messages in an hour; 0: no limit.")
@click.option("--day-limit", type=click.IntRange(0), help="Messages in a day; 0: no limit.")
@click.option("--month-limit", help="Spent in a month, in the club's unit; 0: no limit.")
@click.option("--on/--off", "is_on", default=None, help="Whether messages go out by it.")
@click.option("--new-key", is_flag=True, help="Ask for the API key, or read it from the input.")
@_CLUB
def set_up(
    kind: str | None,
    sender: str | None,
    template: str | None,
    footer: str | None,
    part_price: str | None,
    hour_limit: int | None,
    day_limit: int | None,
    month_limit: str | None,
    is_on: bool | None,
    new_key: bool,
    club: str | None,
) -> None:
    """Change what is given, and leave the rest. The API key is never an argument, which others on
    the machine could read."""
    with club_data():
        owner = the_club(club)
        stored, unit = sms_settings(owner.pk), club_context(owner.pk).display_unit
        if stored is None and not (kind and sender):
            raise StartFailed(_("The first time, name --kind and --sender."))
        given: dict[str, Any] = {
            **{"kind": kind, "sender": sender, "template": template, "footer": footer},
            **{"hour_limit": hour_limit, "day_limit": day_limit, "is_on": is_on},
            "part_price": None if part_price is None else parse_amount(part_price, unit),
            "month_limit": None if month_limit is None else parse_amount(month_limit, unit),
        }
        changed = {name: value for name, value in given.items() if value is not None}
        key = _key() if new_key or stored is None else ""
        save_sms(owner, replace(_choice(stored), **changed), key=key, by=SYSTEM)
        console.print(_("Saved. Now send yourself a test: vafa sms test MOBILE"))


@command.command("show")
@_CLUB
def show(club: str | None) -> None:
    """Show the account without its key, and what was spent this month."""
    with club_data():
        owner, stored = _stored(club)
        table = Table(box=None, show_header=False)
        for name, value in asdict(_choice(stored)).items():
            table.add_row(name, str(value))
        table.add_row("key", f"…{stored.key_end}")
        table.add_row("spent_this_month", str(spent_in_month(club_context(owner.pk), now())))
        console.print(table)


@command.command("test")
@click.argument("mobile")
@_CLUB
def test(mobile: str, club: str | None) -> None:
    """Send a test code to MOBILE at once, and a test text behind it."""
    with club_data():
        owner, _account = _stored(club)
        tried = try_account(club_context(owner.pk), parse_mobile(mobile))
        console.print(f"{tried.state} {tried.why}".strip())
        if tried.credit is not None:
            console.print(
                _("Left in the account: {amount} {unit}").format(
                    amount=tried.credit.amount, unit=tried.credit.unit
                )
            )


def _stored(slug: str | None) -> tuple[Club, SmsSettings]:
    club = the_club(slug)
    found = sms_settings(club.pk)
    if found is None:
        raise StartFailed(_("This club has no SMS account yet: vafa sms set"))
    return club, found


def _choice(stored: SmsSettings | None) -> SmsChoice:
    if stored is None:
        return SmsChoice(kind="", sender="")
    return SmsChoice(**{name: getattr(stored, name) for name in SmsChoice.__dataclass_fields__})


def _key() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(_("API key"), hide_input=True)).strip()
    return sys.stdin.readline().strip()
