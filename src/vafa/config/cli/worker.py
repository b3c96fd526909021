"""``vafa worker``: jobs and periodic tasks."""

from __future__ import annotations

import os
from typing import cast

import click
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from vafa.config.cli.guard import warn_unless_guarded
from vafa.config.cli.support import database
from vafa.config.lifeline import PARENT_VARIABLE, tie_to_parent

_FINISH_SECONDS = 20.0


@click.command("worker")
@click.option("--concurrency", type=click.IntRange(1, 64), default=2, help="Jobs at a time.")
def command(concurrency: int) -> None:
    """Do the jobs that wait (any number of machines may)."""
    tie_to_parent()
    # Always Django's own here; the type of ``app`` allows for any.
    connector = cast(DjangoConnector, app.connector)
    with database() as home, app.replace_connector(connector.get_worker_connector()):
        if not os.environ.get(PARENT_VARIABLE):
            warn_unless_guarded(home)
        app.run_worker(
            concurrency=concurrency,
            shutdown_graceful_timeout=_FINISH_SECONDS,
            delete_jobs="successful",
        )
