"""Servers of their own, with databases of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def embedded_only() -> Iterator[None]:
    """What is asked about a data folder is about its own database, not that of other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        yield
