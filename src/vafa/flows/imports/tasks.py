"""What the worker does of an import that somebody asked for on a page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from vafa.club.actions.task_progress import Telling
from vafa.club.actions.tasks import TaskRun, file_pieces
from vafa.club.models import TaskFile
from vafa.commerce.actions.data_imports import note_looked_at
from vafa.commerce.models import DataImport
from vafa.flows.imports.encoding import detect_format
from vafa.flows.imports.errors import FileMissing, ImportNotReady
from vafa.flows.imports.guards import check_gzip
from vafa.flows.imports.lists import LABELS as LIST_LABELS
from vafa.flows.imports.purchases import LABELS as PURCHASE_LABELS
from vafa.flows.imports.reading import open_table
from vafa.flows.imports.refused_file import refused_path
from vafa.flows.imports.running import bring_in, choices_of, digest_of, inspect, one_at_a_time
from vafa.flows.imports.samples import sample_of
from vafa.flows.imports.undoing import undo_import

UPLOAD = "input"
REFUSED = "refused"
LOCK = "import"
_WAIT = 1.0
_STEPS = {text: f"import_{key}" for key, said in PURCHASE_LABELS.items() for text in said.values()}
_STEPS |= {
    text: "import_check" if dry else "import_record"
    for dry, said in LIST_LABELS.items()
    for text in said.values()
}


def look(run: TaskRun) -> dict[str, Any]:
    """Read an uploaded file for the first time: is it one, and what are its columns?

    Raises FileError subclasses.
    """
    data_import = _import_of(run)
    path = _fetched(run, data_import)
    if detect_format(path) == "csv.gz":
        check_gzip(path)
    choices = choices_of(data_import.choices)
    table = open_table(path, encoding=choices.encoding, sheet=choices.sheet)
    note_looked_at(data_import, sample_of(table), digest_of(path))
    return {"import": data_import.pk, "rows": table.row_count}


def check(run: TaskRun) -> dict[str, Any]:
    """A dry run. Raises as ``bring_in``, and ImportNotReady."""
    return _carry_out(run, dry_run=True)


def carry_out(run: TaskRun) -> dict[str, Any]:
    """Bring the file in; stopped or interrupted, it goes on when it is asked for again.

    Raises as ``bring_in``, and ImportNotReady.
    """
    return _carry_out(run, dry_run=False)


def undo(run: TaskRun) -> dict[str, Any]:
    """Take the import back. Raises as ``undo_import``."""
    with one_at_a_time(run.club.id, lambda: _wait(run)):
        data_import = _import_of(run)
        counts = undo_import(run.club, data_import, run.actor, run.tell)
    return {"import": data_import.pk, **counts}


def _carry_out(run: TaskRun, *, dry_run: bool) -> dict[str, Any]:
    with one_at_a_time(run.club.id, lambda: _wait(run)):
        data_import = _import_of(run)
        if data_import.state not in ("ready", "running"):
            raise ImportNotReady
        path = _fetched(run, data_import)
        plan = inspect(path, run.club, data_import.kind, choices_of(data_import.choices))
        summary = bring_in(
            run.club,
            data_import,
            plan,
            run.actor,
            dry_run=dry_run,
            language=run.params.get("lang", "fa"),
            refused_to=refused_path(path),
            progress=Telling(run, _STEPS),
        )
        if summary.refused_path is not None:
            name = f"{Path(data_import.file_name).stem}-refused.csv"
            run.attach(REFUSED, name, "text/csv; charset=utf-8", summary.refused_path)
    return {"import": data_import.pk, "kind": data_import.kind, **summary.counts()}


def _import_of(run: TaskRun) -> DataImport:
    return DataImport.objects.get(pk=run.params["import"], club_id=run.club.id)


def _fetched(run: TaskRun, data_import: DataImport) -> Path:
    """The uploaded file under its own name. Raises FileMissing where it is not kept any more."""
    kept = TaskFile.objects.filter(task=data_import.upload, role=UPLOAD).first()
    if kept is None:
        raise FileMissing(path=data_import.file_name)
    folder = run.new_path("import")
    folder.mkdir(exist_ok=True)
    target = folder / (Path(data_import.file_name).name[-100:] or "file")
    with target.open("wb") as out:
        for piece in file_pieces(kept.pk):
            out.write(piece)
            run.tell(0, 0, "import_fetch")
    return target


def _wait(run: TaskRun) -> None:
    run.tell(0, 0, "import_waits")
    time.sleep(_WAIT)
