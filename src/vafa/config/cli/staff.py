"""``vafa staff``: let somebody in again who has lost her phone and her recovery codes."""

from __future__ import annotations

import click

from vafa.club.actions.audit import SYSTEM
from vafa.club.actions.second_factor import reset_second_factor
from vafa.club.models import User
from vafa.config.cli.support import club_data
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.group("staff")
def command() -> None:
    """Help people of the staff who cannot log in."""


@command.command("reset-second-factor")
@click.argument("user")
def reset(user: str) -> None:
    """Take the second step of USER's login away; the panel tells USER at the next login."""
    with club_data():
        found = User.objects.filter(username=user.strip().lower()).first()
        if found is None:
            raise StartFailed(_("There is no user “{user}”.").format(user=user))
        if not reset_second_factor(found, by=SYSTEM):
            raise StartFailed(_("“{user}” has no second step.").format(user=user))
        console.print(_("The second step is taken away; the password alone lets in now."))
