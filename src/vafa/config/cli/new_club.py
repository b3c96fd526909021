"""``vafa new-club``: a club and its owner's login."""

from __future__ import annotations

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation
from django.utils.text import slugify

from vafa.config.cli.support import club_data
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import console, error_console, language
from vafa.config.terminal import gettext as _
from vafa.flows.clubs import set_up_club
from vafa.program.rules.presets import PRESETS


@click.command("new-club")
@click.option("--name", help="The club's name.")
@click.option("--slug", help="Its short name, in Latin letters, for addresses.")
@click.option("--owner", help="The owner's login.")
@click.option("--password", envvar="VAFA_OWNER_PASSWORD", help="Better not typed: it is asked for.")
@click.option("--currency", default="IRR", show_default=True)
@click.option("--zone", default="Asia/Tehran", show_default=True)
@click.option("--calendar", type=click.Choice(["jalali", "gregorian"]), default="jalali")
@click.option("--language", "club_language", type=click.Choice(["fa", "en"]), default="fa")
@click.option(
    "--preset",
    type=click.Choice([preset.name for preset in PRESETS]),
    help="A ready programme to start with, by kind or trade; else a small one.",
)
def command(
    name: str | None,
    slug: str | None,
    owner: str | None,
    password: str | None,
    currency: str,
    zone: str,
    calendar: str,
    club_language: str,
    preset: str | None,
) -> None:
    """Set a club up; asks for what is not given."""
    with club_data():
        if name is None:
            console.print(_("Let us set your club up."))
        name = name or click.prompt(_("Club's name"))
        owner = owner or click.prompt(_("Owner's login"), default="owner")
        password = _checked(password) if password else _ask_password()
        short = slug or slugify(name) or "club"
        try:
            set_up_club(
                name=name,
                slug=short,
                owner_username=owner,
                owner_password=password,
                currency=currency.upper(),
                zone=zone,
                calendar=calendar,
                language=club_language,
                preset=preset or "",
                guided=True,
            )
        except IntegrityError as error:
            raise StartFailed(
                _("The short name “{slug}” or the login “{login}” is taken.").format(
                    slug=short, login=owner
                )
            ) from error
        console.print(_("The club is ready."))


def _ask_password() -> str:
    while True:
        given: str = click.prompt(_("Owner's password"), hide_input=True, confirmation_prompt=True)
        try:
            return _checked(given)
        except StartFailed as refusal:
            error_console.print(str(refusal), markup=False)


def _checked(password: str) -> str:
    """The password itself. Raises StartFailed with what is wrong with it."""
    try:
        with translation.override(language()):
            validate_password(password)
    except ValidationError as error:
        raise StartFailed(" ".join(error.messages)) from error
    return password
