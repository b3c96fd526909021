"""Fixtures for every test: one database for the session, a fresh club for each story.

Nothing is flushed between tests: the ledger refuses TRUNCATE, and a club of its own isolates a
story as well as it isolates real clubs.

The owner makes the tables; then every test is the application's role, as in production, so that
a right which is missing in ``vafa.config.grants`` is found. ``vafa.config.owner.as_owner`` acts as the owner.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django.plugin import DjangoDbBlocker

from tests.world import World, make_world
from vafa.config import roles, schema
from vafa.config.database import connect

# Started in the background, where it is ignored, the commands that tests end with it would ignore it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A busy machine is no fault of the tests.
hypothesis.register_profile("vafa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("vafa")
# The advisory lock of who makes or copies the tables for tests. Any number, the same everywhere.
_COPYING = 7_266_372


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A test database of its own for this process, made by the real migrations.

    pytest-django makes one only for tests that bear its mark; ours reach the database through
    ``database``, and must never meet a real one.
    """
    name = f"test_vafa_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    owner = connections["owner"].settings_dict
    server_settings = dict(owner)
    with connect(server_settings) as server:
        role, password = roles.ready_role(settings.HOME, server)
    with django_db_blocker.unblock():
        with connect(server_settings) as server:
            _copy_tables(server, name)
        owner["NAME"] = name
        with connect(owner) as made:
            roles.give_rights(made, role)
            # Stories ask what was committed, not what outlives a power cut; the crashes' own databases do.
            made.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        connection.settings_dict.update(NAME=name, USER=role, PASSWORD=password)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            assert cursor.fetchone() == (name, role)
    yield
    with django_db_blocker.unblock():
        for each in connections.all():
            each.close()
        connection.close_pool()
        with connect(server_settings) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _copy_tables(server: psycopg.Connection[Any], name: str) -> None:
    """Makes the database ``name`` with today's tables: migrated once, copied for each process."""
    family = f"tables_{server.info.dbname}_"
    tables = f"{family}{schema.fingerprint()[:16]}"
    server.execute("SELECT pg_advisory_lock(%s)", [_COPYING])
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [tables]).fetchone()
    if not found:
        _migrate_into(server, tables, family)
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{tables}"')
    server.execute("SELECT pg_advisory_unlock(%s)", [_COPYING])


def _migrate_into(server: psycopg.Connection[Any], tables: str, family: str) -> None:
    listing = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    for (each,) in server.execute(listing, [family]).fetchall():
        server.execute(f'DROP DATABASE "{each}" WITH (FORCE)')
    server.execute(f'CREATE DATABASE "{tables}_half"')
    owner = connections["owner"]
    before = owner.settings_dict["NAME"]
    owner.settings_dict["NAME"] = f"{tables}_half"
    call_command("migrate", database="owner", verbosity=0)
    owner.close()
    owner.settings_dict["NAME"] = before
    server.execute(f'ALTER DATABASE "{tables}_half" RENAME TO "{tables}"')


@pytest.fixture(scope="session")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The migrated test database, open to code outside Django's own test cases."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(database: None) -> Iterator[World]:
    """A fresh club with people, branches, products and rewards; verified when the story ends."""
    made = make_world()
    yield made
    made.verify()


@pytest.fixture
def other_world(database: None) -> Iterator[World]:
    """Another club, for those who must see and move nothing of the first."""
    made = make_world()
    yield made
    made.verify()
