"""Files that were brought in."""

from __future__ import annotations

from vafa.commerce.models import DataImport


def count_imports(club_id: int) -> int:
    """How many there are."""
    return DataImport.objects.filter(club_id=club_id).count()


def list_imports(club_id: int, skip: int, limit: int) -> list[DataImport]:
    """A page of them, the newest first, with their tasks."""
    rows = DataImport.objects.filter(club_id=club_id).order_by("-id").defer("sample", "choices")
    tasks = rows.select_related("upload", "check_task", "run_task", "undo_task")
    return list(tasks[skip : skip + limit])


def other_of_same_file(one: DataImport) -> DataImport | None:
    """An earlier import of the same bytes whose things are in the club."""
    if not one.digest:
        return None
    rows = DataImport.objects.filter(
        club_id=one.club_id, kind=one.kind, digest=one.digest, state__in=["running", "done"]
    )
    return rows.exclude(pk=one.pk).defer("sample").order_by("-id").first()
