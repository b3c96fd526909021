"""Options that several commands share."""

from __future__ import annotations

import os

import click


def _set_home(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value:
        os.environ["VAFA_HOME"] = value


# Eager, so that it is known before a command loads Django's settings.
data_option = click.option(
    "--data",
    type=click.Path(file_okay=False),
    is_eager=True,
    expose_value=False,
    callback=_set_home,
    help="Data folder (default: VAFA_HOME).",
)
