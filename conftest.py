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

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django.plugin import DjangoDbBlocker

from tests.world import World, make_world
from vafa.config import roles
from vafa.config.database import connect

# Started in the background, where it is ignored, the commands that tests end with it would ignore it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A busy machine is no fault of the tests.
hypothesis.register_profile("vafa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("vafa")


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
    with connect(owner) as server:
        role, password = roles.ready_role(settings.HOME, server)
    owner["TEST"]["NAME"] = name
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"owner"})
        with connect(connections["owner"].settings_dict) as server:
            roles.give_rights(server, role)
            # Stories ask what was committed, not what outlives a power cut; the crashes' own databases do.
            server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        connection.settings_dict.update(NAME=name, USER=role, PASSWORD=password)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            assert cursor.fetchone() == (name, role)
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
        teardown_databases(made, verbosity=0)


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
