"""Reports as files: the same titles, lines and figures as on the page."""

from __future__ import annotations

from io import BytesIO
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.core.jalali import Calendar, format_date
from vafa.core.money import format_number
from vafa.web.panel.reports.report import Report, Row
from vafa.web.shared.context import current_lang
from vafa.web.shared.documents import render_pdf
from vafa.web.shared.sheets import SheetColumn, write_sheet

Format = Literal["xlsx", "pdf"]
FORMATS: tuple[Format, ...] = ("xlsx", "pdf")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES: dict[Format, str] = {"xlsx": XLSX, "pdf": "application/pdf"}


# A printed report of more lines is nothing to read; the spreadsheet has them all.
MOST_PRINTED = 1_000
_WIDE_FROM = 6


class ReportFile(NamedTuple):
    """A file with the name and type under which it is sent."""

    name: str
    content_type: str
    content: bytes


def format_of(text: str) -> Format:
    """The format of that name. Raises NotFound."""
    found = next((one for one in FORMATS if one == text), None)
    if found is None:
        raise NotFound
    return found


def report_file(report: Report, club: ClubContext, calendar: Calendar, form: Format) -> ReportFile:
    """The report as a file of ``form``, in the current language."""
    content = excel(report, club) if form == "xlsx" else pdf(report, club, calendar)
    day = club.local_date(now()).isoformat()
    name = f"{club.slug}-{report.slug}-{day}.{form}"
    return ReportFile(name, CONTENT_TYPES[form], content)


def notes(report: Report) -> list[str]:
    """What stands under the title: whose, of which days, narrowed to what."""
    found = [f"{report.club} · {report.period}"]
    if report.side:
        found.append(report.side)
    if report.compared:
        found.append(_("compared with %(days)s") % {"days": report.compared})
    return found + list(report.narrowed)


def excel(report: Report, club: ClubContext) -> bytes:
    """A worksheet: every column, and the same of the period before beside each."""
    compared = bool(report.compared)
    is_of_days = any(row.span for row in report.rows)
    columns = [SheetColumn(report.axis)]
    if is_of_days:
        columns.append(SheetColumn(_("From"), "date"))
    for head in report.heads:
        title = f"{head.title} ({head.unit})" if head.unit else head.title
        columns.append(SheetColumn(title, head.kind))
        if compared:
            columns.append(SheetColumn(_("%(title)s, before") % {"title": title}, head.kind))

    def cells(row: Row) -> list[object]:
        found: list[object] = [row.label]
        if is_of_days:
            found.append(row.span.first if row.span else None)
        for n, value in enumerate(row.values):
            found.append(value)
            if compared:
                found.append(row.before_values[n] if row.before_values else None)
        return found

    into = BytesIO()
    write_sheet(
        into,
        columns,
        map(cells, report.rows),
        title=report.title,
        unit=club.display_unit,
        zone=club.zone,
        notes=notes(report),
        totals=cells(report.totals),
    )
    return into.getvalue()


def pdf(report: Report, club: ClubContext, calendar: Calendar) -> bytes:
    """The report for printing: its first chart, and its table with the first column compared."""
    lang = current_lang()
    compared = bool(report.compared)
    heads = [{"title": head.title, "unit": head.unit} for head in report.heads]
    if compared:
        heads[1:1] = [{"title": _("Period before"), "unit": ""}, {"title": _("Change"), "unit": ""}]

    def cells(row: Row) -> list[str]:
        texts = list(row.texts)
        if compared:
            texts[1:1] = [row.before, row.change]
        return [row.label, *texts]

    said = notes(report)
    if len(report.rows) > MOST_PRINTED:
        said.append(
            _("The first %(n)s of %(all)s lines; the Excel file has them all.")
            % {
                "n": format_number(MOST_PRINTED, lang),
                "all": format_number(len(report.rows), lang),
            }
        )
    today = format_date(club.local_date(now()), lang, "long", calendar)
    return render_pdf(
        "panel/report.typ",
        {
            "lang": lang,
            "dir": "rtl" if lang == "fa" else "ltr",
            "title": report.title,
            "notes": said,
            "made": _("%(club)s · made on %(day)s") % {"club": report.club, "day": today},
            "wide": len(heads) > _WIDE_FROM,
            "axis": report.axis,
            "heads": heads,
            "rows": [cells(row) for row in report.rows[:MOST_PRINTED]],
            "totals": cells(report.totals),
            "bars": _bars(report),
            "heat": _heat(report),
        },
    )


def _bars(report: Report) -> dict[str, object] | None:
    chart = next((chart for chart in report.charts if chart.kind == "bar"), None)
    if chart is None:
        return None
    before = next((one for one in chart.series if one.before_of is not None), None)
    return {
        "title": chart.series[0].name,
        "labels": [str(label) for label in chart.labels],
        "values": [value or 0 for value in chart.series[0].values],
        "before": [value or 0 for value in before.values] if before else [],
    }


def _heat(report: Report) -> dict[str, object] | None:
    chart = next((chart for chart in report.charts if chart.kind == "heat"), None)
    if chart is None:
        return None
    return {
        "days": [one.name for one in chart.series],
        "hours": [str(label) for label in chart.labels],
        "cells": [[value or 0 for value in one.values] for one in chart.series],
    }
