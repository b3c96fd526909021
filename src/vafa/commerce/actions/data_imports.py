"""Files that are brought in: how far each is, and what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vafa.commerce.models import DataImport, ImportedRow
from vafa.core.clock import now
from vafa.core.db import Table, execute, fetch, insert_rows

_ROWS = Table(
    "commerce_importedrow", (("data_import_id", "bigint"), ("what", "text"), ("number", "bigint"))
)


def new_import(
    club_id: int,
    kind: str,
    *,
    file_name: str,
    size: int,
    by: str,
    choices: Mapping[str, Any] | None = None,
    digest: str = "",
    upload_id: int | None = None,
) -> DataImport:
    """A file that somebody (the label ``by``) wants to bring in."""
    return DataImport.objects.create(
        club_id=club_id,
        kind=kind,
        file_name=file_name[:200],
        size=size,
        digest=digest,
        choices=dict(choices or {}),
        asked_by=by,
        upload_id=upload_id,
    )


def note_looked_at(data_import: DataImport, sample: Mapping[str, Any], digest: str) -> None:
    """The file was read: its headers and first rows are known."""
    rows = DataImport.objects.filter(pk=data_import.pk, state="new")
    rows.update(sample=dict(sample), digest=digest, state="ready")


def note_choices(data_import: DataImport, choices: Mapping[str, Any]) -> None:
    """What was said about the file changed; what a dry run found is of no use any more."""
    data_import.choices, data_import.found = dict(choices), None
    data_import.save(update_fields=["choices", "found"])


def note_found(data_import: DataImport, found: Mapping[str, Any]) -> None:
    """What a dry run counted."""
    DataImport.objects.filter(pk=data_import.pk).update(found=dict(found))


def begin_import(data_import: DataImport) -> None:
    """It is being brought in from now on."""
    DataImport.objects.filter(pk=data_import.pk).update(state="running", started_at=now())


def finish_import(data_import: DataImport, counts: Mapping[str, Any]) -> None:
    """Everything of the file is in the club, or refused."""
    rows = DataImport.objects.filter(pk=data_import.pk)
    # Its first rows were for choosing columns; people in them may ask to be forgotten.
    rows.update(state="done", finished_at=now(), counts=dict(counts), sample={})


def forget_samples(before: datetime) -> int:
    """Empty the first rows of files that were uploaded before and never brought in, as their files
    are; how many. The headers stay."""
    return execute(
        "UPDATE commerce_dataimport SET sample = jsonb_set(sample, '{rows}', '[]')"
        " WHERE created_at < %s AND sample -> 'rows' <> '[]'",
        [before],
    )


def begin_undoing(data_import: DataImport) -> None:
    """What it brought is being taken back."""
    DataImport.objects.filter(pk=data_import.pk).update(state="undoing")


def finish_undoing(data_import: DataImport, undone: Mapping[str, Any]) -> None:
    """What could be taken back is."""
    rows = DataImport.objects.filter(pk=data_import.pk)
    rows.update(state="undone", undone_at=now(), undone=dict(undone))


def note_made(data_import_id: int, what: str, numbers: Sequence[int]) -> None:
    """The import made these (member, product, series); in the transaction that makes them."""
    insert_rows(_ROWS, [(data_import_id, what, number) for number in numbers])


def note_closed(data_import_id: int, what: str, numbers: Sequence[int]) -> None:
    """The undoing of the import closed these."""
    rows = ImportedRow.objects.filter(data_import=data_import_id, what=what, number__in=numbers)
    rows.update(closed_at=now())


def take_up_again(data_import_id: int, what: str, numbers: Sequence[int]) -> list[int]:
    """Those of the numbers that an undoing had closed are the import's from now on; which."""
    rows = fetch(
        "UPDATE commerce_importedrow r SET closed_at = NULL WHERE r.what = %s AND r.number = ANY(%s)"
        " AND r.closed_at IS NOT NULL RETURNING r.number",
        [what, list(numbers)],
    )
    again = sorted({number for (number,) in rows})
    note_made(data_import_id, what, again)
    return again


def open_products_again(data_import_id: int, club_id: int, skus: Sequence[str]) -> None:
    """Products that an undoing had closed and that a later file names are sold again."""
    rows = fetch(
        "SELECT id FROM commerce_product WHERE club_id = %s AND sku = ANY(%s) AND NOT is_active",
        [club_id, list(skus)],
    )
    again = take_up_again(data_import_id, "product", [number for (number,) in rows])
    if again:
        execute("UPDATE commerce_product SET is_active = true WHERE id = ANY(%s)", [again])
