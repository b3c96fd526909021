"""A shop with purchases, and two backups of it, for all stories here: servers are slow to make."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from vafa.config import embedded
from vafa.config.backup.tests.shop import Buyer, good


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for data folders, whose databases are stopped at the end."""
    folder = tmp_path_factory.mktemp("backups")
    yield folder
    for home in folder.iterdir():
        if (home / "pg").exists():
            embedded.stop(home)


@pytest.fixture(autouse=True)
def on_the_embedded_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests ask here is about the data folders that they name."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def shop(places: Path) -> Iterator[Path]:
    """The data folder of a shop that has sold something; its database runs until the end."""
    home = places / "shop"
    good(home, "migrate")
    with Buyer(home, places / "enough") as buyer:
        buyer.confirmed(15)
        buyer.stop()
    good(home, "seal")
    with ExitStack() as running:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DATABASE_URL", raising=False)
            running.enter_context(embedded.serving(home))
        yield home


@pytest.fixture(scope="session")
def backup(shop: Path, places: Path) -> Path:
    """A backup of the shop while nobody bought."""
    file = places / "quiet.backup"
    good(shop, "backup", file)
    return file


@pytest.fixture(scope="session")
def server() -> str:
    """The address of the server that the tests run on."""
    return os.environ["DATABASE_URL"]
