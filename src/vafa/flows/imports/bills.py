"""A bill as what it means: a sale or a cancellation, whose, when, and whether its rows agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from vafa.commerce.errors import LinesDoNotAddUp
from vafa.commerce.reads.purchases import Receipt
from vafa.flows.entries import MAX_LINES
from vafa.flows.imports.errors import (
    MixedReceipt,
    NothingSold,
    SiblingRefused,
    TooManyLines,
)
from vafa.flows.imports.mapping import ColumnMap
from vafa.flows.imports.members import Customer
from vafa.flows.imports.rows import receipt_of_contents
from vafa.flows.imports.staging import Bill


@dataclass(frozen=True, slots=True)
class Deed:
    """A bill that was understood; ``total`` is positive, in the smallest currency unit."""

    bill: Bill
    customer: Customer
    receipt: Receipt
    undoes: bool
    total: int
    at: datetime

    @property
    def place(self) -> tuple[bool, Receipt]:
        """Where its receipt number must be free: among the purchases or among the returns."""
        return self.undoes, self.receipt


def deed_of(bill: Bill, columns: ColumnMap) -> Deed:
    """What the bill means. Raises SiblingRefused, TooManyLines, MixedReceipt,
    NothingSold, LinesDoNotAddUp."""
    if bill.spoilt is not None:
        raise SiblingRefused(line=bill.spoilt)
    if not bill.amount:
        raise NothingSold
    if len(bill.lines) > MAX_LINES:
        raise TooManyLines(found=len(bill.lines), limit=MAX_LINES)
    undoes = bill.amount < 0
    if any(line.amount and (line.amount < 0) != undoes for line in bill.lines):
        raise MixedReceipt(what=columns.header("amount" if columns.has("amount") else "price"))
    customer = Customer(
        _one("mobile", (line.mobile for line in bill.lines), columns),
        _one("customer", (line.customer for line in bill.lines), columns),
        next((line.name for line in bill.lines if line.name), ""),
    )
    totals = {line.total for line in bill.lines} - {None}
    if len(totals) > 1:
        raise MixedReceipt(what=columns.header("total"))
    total = totals.pop() if totals else None
    if undoes and total is not None and total != bill.amount:
        raise LinesDoNotAddUp(lines=-bill.amount, total=-total)
    return Deed(
        bill,
        customer,
        (bill.branch, bill.receipt or _number(bill)),
        undoes,
        abs(bill.amount if total is None else total),
        datetime.fromtimestamp(bill.at, UTC),
    )


def _one(field: str, values: Iterable[str], columns: ColumnMap) -> str:
    """The value that all rows share; rows may leave it empty. Raises MixedReceipt."""
    found = {value for value in values if value}
    if len(found) > 1:
        raise MixedReceipt(what=columns.header(field))
    return found.pop() if found else ""


def _number(bill: Bill) -> str:
    """For files without receipts; rows that are alike to the letter are purchases of their own."""
    number = receipt_of_contents(bill.lines[0])
    return number if bill.copy == 1 else f"{number}-{bill.copy}"
