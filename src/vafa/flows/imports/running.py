"""One import of a file, of whatever kind: looked at, tried out, brought in; one at a time in a club."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.commerce.actions.data_imports import begin_import, finish_import, new_import, note_found
from vafa.commerce.models import DataImport
from vafa.core.db import fetch
from vafa.core.progress import Progress
from vafa.flows.imports.list_plan import ListPlan, inspect_list
from vafa.flows.imports.list_summary import ListSummary
from vafa.flows.imports.lists import import_list
from vafa.flows.imports.plan import Choices, Plan, inspect_file
from vafa.flows.imports.purchases import import_purchases
from vafa.flows.imports.summary import Summary

_PIECE = 1 << 20
_LOCK = "hashtextextended('import', %s)"


def choices_of(stored: Mapping[str, Any]) -> Choices:
    """What was said about a file, from the JSON in which an import keeps it."""
    return Choices(
        columns=dict(stored.get("columns", {})),
        unit=stored.get("unit", ""),
        branch=stored.get("branch", ""),
        calendar=stored.get("calendar") or None,
        day_order=stored.get("day_order") or None,
        encoding=stored.get("encoding") or None,
        sheet=stored.get("sheet", ""),
        cancel_prefix=stored.get("cancel_prefix", "C"),
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file, which names its contents."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def start_import(
    club: ClubContext, kind: str, path: Path, by: Actor, choices: Mapping[str, Any]
) -> DataImport:
    """An import of a file on this machine (the panel's are uploaded)."""
    return new_import(
        club.id,
        kind,
        file_name=path.name,
        size=path.stat().st_size,
        digest=digest_of(path),
        by=by.label,
        choices=choices,
    )


def bring_in(
    club: ClubContext,
    data_import: DataImport,
    plan: Plan | ListPlan,
    by: Actor,
    *,
    dry_run: bool = False,
    language: str = "en",
    refused_to: Path | None = None,
    progress: Progress | None = None,
) -> Summary | ListSummary:
    """Carry out an import whose file is planned; what it counted is kept with it.

    Raises as ``import_purchases`` and ``import_list``.
    """
    if not dry_run:
        begin_import(data_import)
    said = data_import.choices
    summary: Summary | ListSummary
    if isinstance(plan, Plan):
        summary = import_purchases(
            club,
            plan,
            grant_points=said.get("grant_points", True),
            dry_run=dry_run,
            language=language,
            refused_to=refused_to,
            progress=progress,
            data_import=data_import.pk or 0,
            by=by.label,
        )
    else:
        summary = import_list(
            club,
            plan,
            data_import.pk or 0,
            by=by,
            welcome=said.get("grant_points", False),
            series=series_terms(club, said.get("series", {})),
            dry_run=dry_run,
            language=language,
            refused_to=refused_to,
            progress=progress,
        )
    counts = summary.counts()
    if dry_run:
        note_found(data_import, counts)
    else:
        finish_import(data_import, counts)
    return summary


def inspect(path: Path, club: ClubContext, kind: str, choices: Choices) -> Plan | ListPlan:
    """How a file of any kind will be read. Raises as ``inspect_file`` and ``inspect_list``."""
    if kind == "purchases":
        return inspect_file(path, club, choices)
    return inspect_list(path, club, kind, choices)


def series_terms(club: ClubContext, said: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a series of codes for ``bring_codes``, from JSON: name, kind, value (smallest
    currency unit), min_basket, text, last_day (ISO)."""
    if not said:
        return {}
    return {
        "name": said["name"],
        "kind": said["kind"],
        "value": said.get("value", 0),
        "min_basket": said.get("min_basket", 0),
        "terms": {"text": said["text"]} if said.get("text") else {},
        "expires_at": club.day_end(date.fromisoformat(said["last_day"])),
    }


@contextmanager
def one_at_a_time(club_id: int, wait: Callable[[], None]) -> Iterator[None]:
    """Nobody else brings a file into the club, or takes one back, meanwhile; ``wait`` is called
    again and again until it is our turn, and may raise."""
    while not fetch(f"SELECT pg_try_advisory_lock({_LOCK})", [club_id])[0][0]:
        wait()
    try:
        yield
    finally:
        fetch(f"SELECT pg_advisory_unlock({_LOCK})", [club_id])
