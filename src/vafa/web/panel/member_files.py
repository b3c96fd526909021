"""The list of members as files: the columns that are shown, of everybody whom the filter keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from vafa.audience.reads.segments import find_segment
from vafa.club.actions.tasks import TaskRun
from vafa.club.reads.context import ClubContext
from vafa.core.jalali import ymd
from vafa.core.money import display_unit, format_plain
from vafa.insight.reads.members import MemberList, MemberRow
from vafa.program.reads.revisions import live_program
from vafa.web.panel.files import both_dates
from vafa.web.panel.member_columns import Column, all_columns, value
from vafa.web.panel.member_filters import read_filter
from vafa.web.panel.pages import number_of
from vafa.web.shared.context import current_lang
from vafa.web.shared.sheets import SheetColumn, write_sheet

SHEET_KIND = "members_sheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 2_000


class MemberFile:
    """The members of an address's ``query`` with the columns that somebody sees."""

    def __init__(self, club: ClubContext, query: QueryDict, columns: Sequence[Column]) -> None:
        self._club, self.columns = club, columns
        segment = None
        if query.get("segment"):
            segment = find_segment(club.id, number_of(query.get("segment")) or 0)
        program = live_program(club.id).program
        self.found = MemberList(club, program, read_filter(query, club, segment))
        self._sort = self.found.sorted_by(query.get("sort", ""))

    def rows(self) -> Iterator[MemberRow]:
        """Everybody, in the order of the list."""
        figures = [column.figure for column in self.columns if column.figure]
        offset = 0
        while rows := self.found.rows(self._sort, _CHUNK, offset, figures=figures):
            yield from rows
            offset += len(rows)

    def csv_header(self) -> list[str]:
        """The titles of the columns; a date has two."""
        unit = display_unit(self._club.display_unit).label(current_lang())
        header = [_("Name")]
        for column in self.columns:
            if column.kind in ("moment", "date"):
                header.append(_("%(title)s (Jalali)") % {"title": column.label})
                header.append(_("%(title)s (ISO)") % {"title": column.label})
            else:
                money = column.kind == "money"
                header.append(f"{column.label} ({unit})" if money else column.label)
        return [*header, _("Active")]

    def csv_cells(self, row: MemberRow) -> list[Any]:
        """A line of the file."""
        cells: list[Any] = [row.name]
        for column in self.columns:
            given = value(column, row)
            if column.kind == "moment":
                cells += both_dates(self._club, given)
            elif column.kind == "date":
                cells += _both_days(given)
            elif column.kind == "money":
                cells.append(format_plain(given, self._club.display_unit))
            else:
                cells.append(given)
        return [*cells, int(row.is_active)]

    def write_sheet(self, into: IO[bytes] | Path, rows: Iterator[MemberRow]) -> int:
        """An Excel file in the current language; returns how many rows it has."""
        sheet = [SheetColumn(_("Name"), width=28)]
        sheet += [SheetColumn(column.label, column.kind) for column in self.columns]
        sheet.append(SheetColumn(_("Active")))
        lines = (
            [
                row.name,
                *(value(column, row) for column in self.columns),
                _("Yes") if row.is_active else _("No"),
            ]
            for row in rows
        )
        club = self._club
        return write_sheet(
            into, sheet, lines, title=_("Members"), unit=club.display_unit, zone=str(club.tz)
        )


def write_big_sheet(run: TaskRun) -> dict[str, Any]:
    """The handler of ``SHEET_KIND``: ``params`` are the ``query``, the keys of the ``columns`` and
    the ``lang``. The file is kept for download."""
    with translation.override(run.params["lang"]):
        wanted = run.params["columns"]
        columns = [column for column in all_columns(run.club.id) if column.key in wanted]
        file = MemberFile(run.club, QueryDict(run.params["query"]), columns)
        path = run.new_path("members.xlsx")
        count = file.write_sheet(path, _told(run, file))
        run.attach("sheet", f"{run.club.slug}-members.xlsx", XLSX, path)
    return {"rows": count}


def _told(run: TaskRun, file: MemberFile) -> Iterator[MemberRow]:
    for number, row in enumerate(file.rows()):
        run.tell(number, max(file.found.count, number))
        yield row


def _both_days(day: date | None) -> tuple[str, str]:
    if day is None:
        return "", ""
    year, month, number = ymd(day, "jalali")
    return f"{year}/{month:02d}/{number:02d}", day.isoformat()
