"""Open books and units, and stop a book that does not add up."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.core.jalali import Calendar
from vafa.ledger.actions.wallets import open_pools
from vafa.ledger.models import Book, Unit


class OpenedBook(NamedTuple):
    book: Book
    points: Unit
    credit: Unit


def open_book(name: str, *, calendar: Calendar = "jalali", zone: str = "Asia/Tehran") -> OpenedBook:
    """A new book with its units of points and credit (scale 0: whole points, smallest money)."""
    book = Book.objects.create(name=name, calendar=calendar, zone=zone)
    return OpenedBook(book, open_unit(book, "points"), open_unit(book, "credit"))


def open_unit(book: Book, code: str, scale: int = 0) -> Unit:
    """A new unit of a book with its pools; ``scale`` decimals."""
    unit = Unit.objects.create(book=book, code=code, scale=scale)
    open_pools(book.id, unit.id)
    return unit


def freeze_book(book_id: int, reason: str, at: datetime) -> bool:
    """Make a book read-only; False when it was already (its first reason stays)."""
    changed = Book.objects.filter(pk=book_id, frozen_at=None).update(
        frozen_at=at, frozen_reason=reason[:400]
    )
    return bool(changed)


def thaw_book(book_id: int) -> None:
    """Let value move in a book again."""
    Book.objects.filter(pk=book_id).update(frozen_at=None, frozen_reason="")
