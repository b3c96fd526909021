"""What an import shows: how the file is understood, and the closing account."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from vafa.club.reads.context import ClubContext
from vafa.config.terminal import console, language
from vafa.config.terminal import gettext as _
from vafa.core.errors import DomainError
from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.flows.imports.cells import text_of
from vafa.flows.imports.dates import moment_reader
from vafa.flows.imports.plan import Plan
from vafa.flows.imports.summary import Count, Summary

_FORMATS = {"csv": "CSV", "csv.gz": "CSV.gz", "excel": "Excel", "parquet": "Parquet"}
_DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}


def show_plan(plan: Plan, club: ClubContext, *, grant_points: bool, dry_run: bool) -> None:
    """Print how the file will be read, for the user to confirm."""
    lang = language()
    facts = Table(show_header=False, box=None, pad_edge=False)
    facts.add_row(_("File"), escape(f"{plan.table.path.name} ({_written(plan)})"))
    facts.add_row(_("Rows"), f"≈ {format_number(plan.table.row_count, lang)}")
    facts.add_row(_("Club"), escape(club.name))
    facts.add_row(_("Branch"), escape(plan.branch_name) if plan.branch_id else _("as in the file"))
    facts.add_row(_("Amounts in"), plan.unit.label(lang))
    facts.add_row(_("Dates"), escape(_dates(plan, club)))
    facts.add_row(
        _("A row is"), _("a line of a bill") if plan.columns.by_lines else _("a purchase")
    )
    facts.add_row(_("Points"), _("granted by today's rules") if grant_points else _("none"))
    console.print(facts)
    columns = Table(_("Field"), _("Column"), box=None, pad_edge=False)
    for field, header in plan.columns.pairs():
        columns.add_row(field, escape(header))
    console.print(columns)
    if dry_run:
        console.print(_("Dry run: nothing will be written into the club."))


def show_summary(summary: Summary, club: ClubContext) -> None:
    """Print the closing account; sums are in the club's display unit."""
    lang = language()
    table = Table("", _("Count"), _("Amount"), box=None, pad_edge=False)
    table.columns[1].justify = table.columns[2].justify = "right"

    def row(depth: int, label: str, count: Count, *, always: bool = False) -> None:
        if count.bills or always:
            amount = format_amount(count.amount, club.display_unit, lang)
            table.add_row("  " * depth + label, format_number(count.bills, lang), amount)

    row(0, _("Sales in the file"), summary.sales, always=True)
    row(1, _("recorded"), summary.purchases, always=True)
    row(1, _("were there already"), summary.purchases_repeated)
    row(1, _("refused"), summary.purchases_refused)
    row(0, _("Cancellations in the file"), summary.cancellations)
    row(1, _("recorded"), summary.returns)
    row(2, _("of a purchase that was found"), summary.linked)
    row(2, _("standing alone"), summary.alone)
    row(1, _("were there already"), summary.returns_repeated)
    row(1, _("refused"), summary.returns_refused)
    console.print(table)
    console.print(
        _("Rows {rows}, refused {refused}. New members {members}, new products {products}.").format(
            rows=format_number(summary.rows, lang),
            refused=format_number(summary.rows_refused, lang),
            members=format_number(summary.members, lang),
            products=format_number(summary.products, lang),
        )
    )
    if summary.points:
        console.print(_("Points: {points}.").format(points=format_number(summary.points, lang)))
    if summary.refused_path is not None:
        console.print(
            _("Refused rows and their reasons: {path}").format(path=summary.refused_path),
            markup=False,
        )
    _show_speed(summary, lang)


def _show_speed(summary: Summary, lang: str) -> None:
    bills = summary.sales.bills + summary.cancellations.bills
    rate = round(bills / summary.seconds) if summary.seconds else bills
    console.print(
        _("{seconds} seconds, {rate} bills a second.").format(
            seconds=format_number(round(summary.seconds), lang), rate=format_number(rate, lang)
        )
    )


def _written(plan: Plan) -> str:
    parts = [_FORMATS[plan.table.format]]
    if plan.table.text is not None:
        parts.append(plan.table.text.encoding_name)
        parts.append(_DELIMITERS[plan.table.text.delimiter])
    if plan.table.sheet:
        parts.append(plan.table.sheet)
    return " · ".join(parts)


def _dates(plan: Plan, club: ClubContext) -> str:
    """The calendar with an example, so that a wrong one is seen."""
    calendar = _("Jalali") if plan.style.calendar == "jalali" else _("Gregorian")
    read = moment_reader(plan.style, club.tz, plan.columns.header("date"))
    try:
        at = read(plan.date_sample, None)
    except DomainError:  # the first date is no date: its row will be refused
        return calendar
    day = format_date(club.local_date(datetime.fromtimestamp(at, UTC)), language())
    return f"{calendar} ({text_of(plan.date_sample)} → {day})"
