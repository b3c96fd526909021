"""Imports as they are asked for on a page: uploaded, described, tried out, brought in, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.tasks import NewFile, ask_for
from vafa.club.actor import Actor
from vafa.club.models import Task
from vafa.club.reads.context import ClubContext
from vafa.club.reads.tasks import progress_of
from vafa.commerce.actions.data_imports import new_import, note_choices
from vafa.commerce.models import DataImport
from vafa.core.errors import Forbidden
from vafa.flows.imports.errors import ImportNotReady, NotUndoable
from vafa.flows.imports.guards import check_upload
from vafa.flows.imports.tasks import LOCK, UPLOAD

MOST_BYTES = 50_000_000
LOOK, CHECK, RUN, UNDO = "import_look", "import_check", "import_run", "import_undo"
# What gives value to somebody without a second person's word needs more than files.
_ALSO_NEEDED = {"balances": "corrections.approve", "codes": "codes.edit"}


def may_bring(actor: Actor, kind: str) -> bool:
    """Whether she may bring in, and take back, files of that kind."""
    needed = _ALSO_NEEDED.get(kind)
    return needed is None or actor.may(needed)


def upload_file(
    club: ClubContext, actor: Actor, kind: str, path: Path, name: str, content_type: str
) -> DataImport:
    """Keep an uploaded file of that kind, and let the worker look at it.

    Raises Forbidden, FileError subclasses (what can be told at a glance), TaskFileTooLarge.
    """
    _refuse(actor, kind)
    check_upload(path)
    with transaction.atomic():
        made = new_import(club.id, kind, file_name=name, size=path.stat().st_size, by=actor.label)
        task = ask_for(
            club,
            actor,
            LOOK,
            {"import": made.pk},
            [NewFile(UPLOAD, name, content_type, path)],
        )
        made.upload = task
        made.save(update_fields=["upload"])
        _audit(club, actor, made, "import.uploaded", {"kind": kind, "bytes": made.size})
    return made


def describe(
    club: ClubContext, actor: Actor, data_import: DataImport, choices: Mapping[str, Any]
) -> None:
    """Keep what was said about a file. Raises Forbidden, and ImportNotReady once it is brought in."""
    _refuse(actor, data_import.kind)
    with transaction.atomic():
        _lock(data_import)
        if data_import.state != "ready" or task_at_work(data_import):
            raise ImportNotReady
        note_choices(data_import, choices)
        columns = ", ".join(f"{f}={c}" for f, c in choices.get("columns", {}).items() if c)
        _audit(club, actor, data_import, "import.described", {"columns": columns})


def ask_check(club: ClubContext, actor: Actor, data_import: DataImport, lang: str) -> Task:
    """Let the worker try it out. Raises Forbidden, ImportNotReady."""
    return _ask(club, actor, data_import, CHECK, lang, ("ready",))


def ask_run(club: ClubContext, actor: Actor, data_import: DataImport, lang: str) -> Task:
    """Let the worker bring it in, or go on with it. Raises Forbidden, ImportNotReady."""
    return _ask(club, actor, data_import, RUN, lang, ("ready", "running"))


def ask_undo(club: ClubContext, actor: Actor, data_import: DataImport, lang: str) -> Task:
    """Let the worker take it back, or go on with that. Raises Forbidden, NotUndoable,
    ImportNotReady."""
    if data_import.state in ("new", "ready", "undone"):
        raise NotUndoable
    return _ask(club, actor, data_import, UNDO, lang, ("running", "done", "undoing"))


def task_at_work(data_import: DataImport) -> Task | None:
    """The task of an import that still goes on."""
    tasks = (
        data_import.undo_task,
        data_import.run_task,
        data_import.check_task,
        data_import.upload,
    )
    return next((t for t in tasks if t is not None and progress_of(t).is_alive), None)


_FIELDS = {CHECK: "check_task", RUN: "run_task", UNDO: "undo_task"}
_ACTS = {CHECK: "import.tried", RUN: "import.asked", UNDO: "import.undo_asked"}


def _ask(
    club: ClubContext,
    actor: Actor,
    data_import: DataImport,
    kind: str,
    lang: str,
    states: tuple[str, ...],
) -> Task:
    _refuse(actor, data_import.kind)
    with transaction.atomic():
        _lock(data_import)
        if data_import.state not in states or task_at_work(data_import):
            raise ImportNotReady
        asked = {"import": data_import.pk, "lang": lang}
        task = ask_for(club, actor, kind, asked, lock=LOCK)
        setattr(data_import, _FIELDS[kind], task)
        data_import.save(update_fields=[_FIELDS[kind]])
        _audit(club, actor, data_import, _ACTS[kind], {})
    return task


def _refuse(actor: Actor, kind: str) -> None:
    if not may_bring(actor, kind):
        raise Forbidden


def _lock(data_import: DataImport) -> None:
    """Two tabs do not ask for it twice: who comes second sees what the first one did."""
    DataImport.objects.select_for_update(of=("self",)).get(pk=data_import.pk)
    data_import.refresh_from_db()


def _audit(
    club: ClubContext,
    actor: Actor,
    data_import: DataImport,
    action: str,
    after: Mapping[str, Any],
) -> None:
    thing = Thing("import", data_import.pk, data_import.file_name)
    record_audit(club.id, actor.label, action, thing, after=after)
