"""``vafa bench``: how fast, as shares of what the machine and its database can do at most."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from vafa.config.bench.databases import Databases
from vafa.config.bench.importing import import_here
from vafa.config.bench.report import WIDTH, show
from vafa.config.bench.run import run
from vafa.config.bench.seeding import MOST_MEMBERS
from vafa.config.bench.stages import Options
from vafa.config.bench.web import HOST
from vafa.config.cli.options import data_option
from vafa.config.cli.support import database
from vafa.config.database import database_settings, owner_settings
from vafa.config.progress import progress
from vafa.config.terminal import console
from vafa.config.web_server import choose_port

_FULL_LOTS = 2_000_000
_FULL_HISTORY = 10_000_000
_COUNT = click.IntRange(1, MOST_MEMBERS)


@click.command("bench")
@click.option("--members", type=_COUNT, default=1_000_000, help="Members of the measured club.")
@click.option("--seconds", type=click.FloatRange(0.2, 600), default=5.0, help="Of each round.")
@click.option("--rounds", type=click.IntRange(1, 99), default=3, help="Of every measurement.")
@click.option("--batches", type=click.IntRange(1, 500), default=20, help="Batches in a round.")
@click.option("--files", type=(_COUNT, _COUNT), default=(20_000, 200_000), help="Rows imported.")
@click.option("--lots", type=_COUNT, default=200_000, help="That mature and expire in a round.")
@click.option("--history", type=_COUNT, default=1_000_000, help="Transfers that are verified.")
@click.option("--codes", type=_COUNT, default=1_000_000, help="Codes of one series.")
@click.option("--full", is_flag=True, help="2,000,000 lots and 10,000,000 transfers.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the measured server.")
@click.option("--json", "path", type=click.Path(dir_okay=False, path_type=Path), help="Report to.")
@click.option("--keep", is_flag=True, help="Keep the databases; the next run is faster.")
@click.option("--strict", is_flag=True, help="Exit code 1 when a bar is missed.")
@click.option("--only-import", hidden=True, type=click.Path(exists=True, path_type=Path))
@data_option
def command(
    members: int,
    seconds: float,
    rounds: int,
    batches: int,
    files: tuple[int, int],
    lots: int,
    history: int,
    codes: int,
    full: bool,
    port: int | None,
    path: Path | None,
    keep: bool,
    strict: bool,
    only_import: Path | None,
) -> None:
    """Measure speed and memory against this machine's own limits (docs/bench.md).

    Works in databases of its own on the club's server and leaves the club's data alone.
    """
    if only_import is not None:
        click.echo(import_here(only_import))
        return
    if port is not None:
        choose_port(HOST, port)  # said now, not once a million members are there
    with database() as home:
        options = Options(
            members,
            seconds,
            rounds,
            batches,
            files,
            _FULL_LOTS if full else lots,
            _FULL_HISTORY if full else history,
            port,
            keep,
            codes,
        )
        databases = Databases(owner_settings(home), database_settings(home))
        report = run(databases, options, progress())
    # A table that a narrow terminal breaks is still better than one that is cut.
    show(report, Console(width=max(console.width, WIDTH), highlight=False))
    if path is not None:
        path.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    if strict and not report.passed:
        raise SystemExit(1)
