"""The first rows of a file, kept with its import, so that its columns can be talked about without
the file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from vafa.flows.imports.errors import RowError
from vafa.flows.imports.reading import Row, Table

_ROWS = 300
_MOST_CHARACTERS = 400_000
_CELL = 200


class StoredRowError(RowError):
    """What was wrong with a row when it was read."""

    def __init__(self, fa: str, en: str) -> None:
        super().__init__()
        self._said = {"fa": fa, "en": en}

    def message(self, lang: str) -> str:
        """The sentence as it was said then."""
        return self._said["fa" if lang == "fa" else "en"]


@dataclass(frozen=True, slots=True)
class SampleTable(Table):
    """A table of which only the first rows are at hand."""

    first: Sequence[Row] = ()

    def rows(self) -> Iterator[Row]:
        """The rows that were kept."""
        return iter(self.first)


def sample_of(table: Table) -> dict[str, Any]:
    """The headers and first rows as plain JSON; long cells are cut."""
    rows: list[list[Any]] = []
    room = _MOST_CHARACTERS
    for row in itertools.islice(table.rows(), _ROWS):
        cells = [_stored(cell) for cell in row.cells]
        wrong = [row.error.message("fa"), row.error.message("en")] if row.error else None
        rows.append([row.line, cells, wrong])
        room -= sum(len(str(cell)) + 3 for cell in cells)
        if room < 0:
            break
    return {
        "format": table.format,
        "headers": [header[:_CELL] for header in table.headers],
        "row_count": table.row_count,
        "sheet": table.sheet,
        "encoding": table.text.encoding_name if table.text else "",
        "delimiter": table.text.delimiter if table.text else "",
        "rows": rows,
    }


def sample_table(sample: Mapping[str, Any], name: str) -> SampleTable:
    """The table of a kept sample."""
    rows = [
        Row(line, [_read(cell) for cell in cells], StoredRowError(*wrong) if wrong else None)
        for line, cells, wrong in sample["rows"]
    ]
    return SampleTable(
        Path(name),
        sample["format"],
        tuple(sample["headers"]),
        sample["row_count"],
        None,
        sample["sheet"],
        rows,
    )


def _stored(cell: Any) -> Any:
    if cell is None or isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return cell if abs(cell) < 1e300 else None
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, Decimal):
        return {"number": str(cell)}
    return str(cell)[:_CELL].replace("\x00", "")


_READERS = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "number": Decimal,
}


def _read(cell: Any) -> Any:
    if isinstance(cell, dict):
        ((kind, text),) = cell.items()
        return _READERS[kind](text)
    return cell
