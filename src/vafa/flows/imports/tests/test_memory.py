from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from tests.world import World
from vafa.flows.imports.cells import CACHE
from vafa.flows.imports.purchases import import_purchases
from vafa.flows.imports.tests.files import plan_of


def peak_of(world: World, folder: Path, rows: int) -> int:
    """Python's greatest memory in bytes while a file is read and its rows are refused."""
    path = folder / f"{rows}.csv"
    with path.open("w") as file:
        file.write("receipt,date,customer,amount\n")
        # All are refused: what is measured is reading them and writing the refusals.
        file.writelines(
            f"{i},2025-01-{1 + i % 28:02},{i % 997},-{1 + i % 500}\n" for i in range(rows)
        )
    plan = plan_of(world, path)
    tracemalloc.start()
    try:
        summary = import_purchases(world.club, plan)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert summary.rows == summary.rows_refused == rows


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(world: World, tmp_path: Path) -> None:
    small, large = (peak_of(world, tmp_path, rows) for rows in (CACHE * 2, CACHE * 8))
    # Caches that are full still grow and shrink a little; 50,000 rows kept would be far more.
    assert large - small < 4 << 20
