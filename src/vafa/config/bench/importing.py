"""The importer on made-up files, in a process of its own, so that its memory can be told."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from vafa.club.reads.context import club_by_slug
from vafa.config.bench.memory import peak_of_this_process
from vafa.config.bench.seeding import SLUG, Scene, products
from vafa.config.supervisor import StartFailed
from vafa.flows.imports.plan import Choices, inspect_file
from vafa.flows.imports.purchases import import_purchases

_DAYS = 300
_HEADERS = (
    "receipt no",
    "date",
    "branch",
    "mobile",
    "sku",
    "product",
    "category",
    "quantity",
    "amount",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import did, in how many seconds, with how many bytes of memory at most."""

    purchases: int
    refused: int
    seconds: float
    peak_memory: int


def write_history(path: Path, scene: Scene, purchases: int, name: str) -> None:
    """A CSV of bills of one line over the last 300 days, oldest first; ``name`` begins receipts."""
    draw = random.Random(name)  # noqa: S311  (made-up shoppers)
    goods = products()
    begin = datetime.now(UTC) - timedelta(days=_DAYS)
    step = timedelta(days=_DAYS - 1) / purchases
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(_HEADERS)
        for n in range(purchases):
            product = draw.choice(goods)
            out.writerow(
                (
                    f"{name}-{n}",
                    f"{begin + step * n:%Y-%m-%d %H:%M:%S}",
                    draw.choice(scene.branches)[1],
                    scene.mobile(draw.randrange(scene.members)),
                    product.sku,
                    product.name,
                    product.category_name,
                    1,
                    draw.randrange(100, 5000) * 1000,
                )
            )


def import_elsewhere(path: Path, env: Mapping[str, str]) -> Imported:
    """Import the file in a process of its own. Raises StartFailed when that fails."""
    words = [sys.executable, "-m", "vafa.config.cli", "bench", "--only-import", str(path)]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603  (our own command, no shell)
    if done.returncode != 0:
        raise StartFailed(f"The import failed.\n{(done.stdout + done.stderr).strip()[-2000:]}")
    return Imported(**json.loads(done.stdout.strip().splitlines()[-1]))


def import_here(path: Path) -> str:
    """Import the file into the measured club; returns ``Imported`` as JSON."""
    club = club_by_slug(SLUG)
    began = perf_counter()
    plan = inspect_file(path, club, Choices(unit="rial", calendar="gregorian"))
    summary = import_purchases(club, plan)
    seconds = perf_counter() - began
    done = Imported(summary.purchases.bills, summary.rows_refused, seconds, peak_of_this_process())
    return json.dumps(asdict(done))
