"""Small files to import, and the import itself in one call."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.world import World
from vafa.flows.imports.plan import Choices, Plan, inspect_file
from vafa.flows.imports.purchases import import_purchases
from vafa.flows.imports.summary import Summary


def text_file(folder: Path, text: str, *, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def plan_of(world: World, path: Path, **choices: Any) -> Plan:
    """How the file would be read: amounts in rials, rows of the first branch, unless said."""
    return inspect_file(path, world.club, Choices(**{"unit": "rial", "branch": "main", **choices}))


def bring_in(world: World, path: Path, *, language: str = "en", **choices: Any) -> Summary:
    """Import the file; what is not a choice about the file goes to ``import_purchases``."""
    options = {
        k: choices.pop(k) for k in ("grant_points", "dry_run", "batch_bills") if k in choices
    }
    summary = import_purchases(
        world.club, plan_of(world, path, **choices), language=language, **options
    )
    assert summary.adds_up
    return summary


def refusals(summary: Summary) -> dict[int, str]:
    """Row number → reason, from the file of refused rows."""
    if summary.refused_path is None:
        return {}
    with summary.refused_path.open(encoding="utf-8-sig", newline="") as file:
        return {int(row[0]): row[1] for row in list(csv.reader(file))[1:]}
