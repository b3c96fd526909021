"""``vafa restore``: the clubs of a backup, on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click

from vafa.config.backup import facts
from vafa.config.backup.archive import Backup, open_backup
from vafa.config.backup.dumping import installation_of
from vafa.config.backup.errors import BackupError
from vafa.config.backup.restoring import fill, refuse_unfit
from vafa.config.cli.backup_report import show_contents
from vafa.config.cli.demo_note import read_note, write_note
from vafa.config.cli.options import data_option
from vafa.config.cli.support import database
from vafa.config.database import owner_settings
from vafa.config.home import data_home
from vafa.config.lifeline import PARENT_VARIABLE
from vafa.config.progress import progress
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what is in the database now.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--check", is_flag=True, help="Only read the file, and say whether it is good.")
@data_option
def command(file: Path, replace: bool, yes: bool, check: bool) -> None:
    """Put the backup in FILE into an empty data folder, or into an empty DATABASE_URL.

    All of it or nothing is restored; then every balance is worked out again.
    """
    with open_backup(file) as backup:
        show_contents(backup.manifest, file.stat().st_size)
        backup.check(progress())
        if check:
            console.print(_("The file is complete and undamaged."))
            return
        home = data_home()
        refuse_unfit(home, backup, replace=replace)
        with database():
            if read_note(home) is not None and backup.manifest.demo is None:
                raise BackupError(
                    _(
                        "This data folder is the demo's, whose passwords everyone knows:"
                        " choose another."
                    )
                )
            fill(home, backup, _asker(yes=yes) if replace else None, progress())
            _finish(home, backup)


def _asker(*, yes: bool) -> Callable[[dict[str, str]], None]:
    def ask(present: dict[str, str]) -> None:
        if yes:
            return
        names = ", ".join(present.values()) or _("no club yet")
        if not sys.stdin.isatty():
            raise BackupError(
                _("This would throw away what is there ({clubs}): confirm with --yes.").format(
                    clubs=names
                )
            )
        click.confirm(_("Throw away what is there now ({clubs})?").format(clubs=names), abort=True)

    return ask


def _finish(home: Path, backup: Backup) -> None:
    """Tables of this version, rights and statistics, and the proof that all is well."""
    if backup.manifest.demo is not None:
        write_note(home, backup.manifest.demo)
    if installation_of(home) != backup.manifest.installation:
        console.print(
            "[yellow]"
            + _("The secret key is another one than the backup's: everyone must log in again.")
            + "[/yellow]"
        )
    # A process of its own, since Django's settings need the secrets that were put back just now.
    env = {**os.environ, PARENT_VARIABLE: str(os.getpid())}
    words = [sys.executable, "-m", "vafa.config.cli", "restored"]
    code = subprocess.run(words, env=env, check=False).returncode  # noqa: S603  (our own command, no shell)
    if code != 0:
        raise SystemExit(code)
    with facts.reach(owner_settings(home)).connection as connection:
        heads = facts.heads(connection)
    if not set(backup.manifest.heads) <= set(heads):
        raise BackupError(_("The sealed heads are not those of the backup."))
    for head in heads:
        console.print(
            _("Sealed head of {club}: {size} transfers, {root}").format(
                club=head.club, size=head.size, root=head.root
            ),
            markup=False,
        )
    console.print(_("Restored. Start with “vafa up”."))
