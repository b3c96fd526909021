"""``vafa manage``: Django's own commands, for developers."""

from __future__ import annotations

import click
from django.core.management import execute_from_command_line

from vafa.config.cli.setup import setup_django
from vafa.config.cli.support import database


@click.command(
    "manage", hidden=True, add_help_option=False, context_settings={"ignore_unknown_options": True}
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    """Run a command of Django's."""
    with database():
        setup_django()
        execute_from_command_line(["vafa manage", *words])
