"""Open books and units."""

from __future__ import annotations

from typing import NamedTuple

from vafa.ledger.actions.wallets import open_pools
from vafa.ledger.models import Book, Unit


class OpenedBook(NamedTuple):
    book: Book
    points: Unit


def open_book(name: str) -> OpenedBook:
    """A new book with its unit of points (scale 0) and their pools."""
    book = Book.objects.create(name=name)
    return OpenedBook(book, open_unit(book, "points"))


def open_unit(book: Book, code: str, scale: int = 0) -> Unit:
    """A new unit of a book with its pools; ``scale`` decimals."""
    unit = Unit.objects.create(book=book, code=code, scale=scale)
    open_pools(book.id, unit.id)
    return unit
