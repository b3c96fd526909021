"""Fixtures for every test: one database for the session, a fresh club for each story.

Nothing is flushed between tests: the ledger refuses TRUNCATE, and a club of its own isolates a
story as well as it isolates real clubs.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.world import World, make_world


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
