"""``vafa backup``: everything that the clubs need, in one file."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType

import click

from vafa.config.backup.dumping import installation_of, make_backup
from vafa.config.backup.keeping import forget_interrupted, forget_old, target_of
from vafa.config.cli.backup_report import show_contents
from vafa.config.cli.demo_note import read_note
from vafa.config.cli.options import data_option
from vafa.config.cli.support import database
from vafa.config.progress import progress
from vafa.config.terminal import console
from vafa.config.terminal import gettext as _


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Then delete all but the newest KEEP backups of the folder.",
)
@data_option
def command(file: Path | None, keep: int | None) -> None:
    """Make a backup into FILE, or under a new name in the folder FILE (default: this one).

    Nobody has to stop working. The file holds the database and the secrets of the data folder:
    keep it on another machine, where only you can read it.
    """
    target = target_of(file)
    if keep is not None and file is not None and not file.is_dir():
        raise click.UsageError(_("--keep is for a folder, in which Vafa chooses the names."))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _give_up)
    with database() as home:
        forget_interrupted(target.parent)
        manifest = make_backup(home, target, read_note(home), progress())
        console.print(_("Backup: {path}").format(path=target), markup=False)
        show_contents(manifest, target.stat().st_size)
        if keep is not None:
            for old in forget_old(target.parent, installation_of(home), keep):
                console.print(_("Deleted: {path}").format(path=old), markup=False)
    console.print(
        "[yellow]"
        + _(
            "Who has this file has your customers' data and can forge logins: keep it secret, and"
            " on another machine."
        )
        + "[/yellow]"
    )


def _give_up(number: int, frame: FrameType | None) -> None:
    """Ends as an error does, so that nothing half-made is left."""
    raise SystemExit(128 + number)
