"""The ``vafa`` command. Each subcommand is a module of its own, loaded when it is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

import click

from vafa.config.cli.errors import OPERATOR_ERRORS, describe
from vafa.config.cli.options import data_option
from vafa.config.cli.setup import setup_django
from vafa.config.terminal import error_console

# Command → module of this package, whose ``command`` it is.
COMMANDS = {
    "up": "up",
    "demo": "demo",
    "import": "list_imports",
    "verify": "verify",
    "backtest": "backtest",
    "figures": "figures",
    "seal": "seal",
    "backup": "backup",
    "restore": "restore",
    "api-key": "api_key",
    "sms": "sms",
    "staff": "staff",
    "new-club": "new_club",
    "status": "status",
    "stop": "stop",
    "web": "web",
    "worker": "worker",
    "migrate": "migrate",
    "psql": "psql",
    "bench": "bench",
    "vouchers": "vouchers",
    "demo-data": "demo_data",
    "with-database": "with_database",
    "manage": "manage",
    "restored": "restored",
}
# Their modules import models, so Django is set up first; the others start without it, and fast.
NEED_DJANGO = {
    "import",
    "verify",
    "backtest",
    "figures",
    "seal",
    "api-key",
    "sms",
    "staff",
    "new-club",
    "bench",
    "demo-data",
    "vouchers",
    "worker",
    "restored",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands of this installation, the most used first."""
        return [name for name, module in COMMANDS.items() if _exists(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The click command, or None for a word that is none."""
        module = COMMANDS.get(cmd_name)
        if module is None or not _exists(module):
            return None
        if cmd_name in NEED_DJANGO:
            setup_django()
        loaded = importlib.import_module(f"vafa.config.cli.{module}")
        command: click.Command = loaded.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@data_option
@click.version_option(package_name="vafa")
def cli() -> None:
    """Vafa, the customer club. Start with: vafa up"""


def main(args: list[str] | None = None) -> Any:
    """Runs the command line. Expected failures are one sentence on stderr and exit code 1."""
    try:
        return cli.main(args, prog_name="vafa")
    except OPERATOR_ERRORS as error:
        error_console.print(f"[red]{describe(error)}[/red]")
        sys.exit(1)


def _exists(module: str) -> bool:
    return importlib.util.find_spec(f"vafa.config.cli.{module}") is not None
