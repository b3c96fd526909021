"""The lines of a file on disk, so that bills can be put together and sorted by date in little
memory, whatever the file's size. SQLite is Python's own and serves as a sorted scratch file.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vafa.flows.imports.rows import Line

_FETCH = 2000
_TABLES = """
    CREATE TABLE line (line INTEGER PRIMARY KEY, receipt, branch, at, mobile, customer, name,
                       sku, product, category, quantity, amount, total, brand, payment,
                       attributes, card);
    CREATE TABLE refused (line INTEGER PRIMARY KEY, branch, receipt, reason);
    CREATE TABLE newcomer (key PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE bill (seq INTEGER PRIMARY KEY, branch, receipt, at, first, copy, spoilt);
"""
_GROUPED = """
    CREATE INDEX line_bill ON line (receipt, branch);
    CREATE INDEX refused_bill ON refused (receipt, branch) WHERE receipt <> '';
    INSERT INTO bill (branch, receipt, at, first, copy)
        SELECT branch, receipt, min(at), min(line), 1 FROM line
        GROUP BY receipt, branch ORDER BY min(at), min(line);
    UPDATE bill SET spoilt = (SELECT min(line) FROM refused r
        WHERE r.receipt <> '' AND r.receipt = bill.receipt AND r.branch = bill.branch);
"""
_SINGLE = """
    INSERT INTO bill (branch, receipt, at, first, copy)
        SELECT branch, receipt, at, line,
               row_number() OVER (PARTITION BY branch, at, receipt, mobile, customer, sku,
                                  quantity, amount ORDER BY line)
        FROM line ORDER BY at, line;
"""


@dataclass(frozen=True, slots=True)
class Bill:
    """A receipt with its lines, in the file's order.

    ``copy`` counts the rows of the same number (only where each row is a bill); ``spoilt`` is a
    refused row of the same receipt. ``at`` is the earliest of the lines.
    """

    receipt: str
    branch: int
    at: int
    copy: int
    spoilt: int | None
    lines: Sequence[Line]

    @property
    def amount(self) -> int:
        """The sum of the lines (smallest units)."""
        return sum(line.amount for line in self.lines)


class Staging:
    """A scratch file of one import, in a folder that the caller removes."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "lines.sqlite", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
            "PRAGMA locking_mode = EXCLUSIVE;" + _TABLES
        )
        self._grouped = False

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines."""
        self._many(f"INSERT INTO line VALUES ({', '.join('?' * len(Line._fields))})", lines)

    def refuse(self, rows: Iterable[tuple[int, int, str, str]]) -> None:
        """Keep refusals (line, branch, receipt, reason); branch 0 and receipt "" if not known."""
        self._many("INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?)", rows)

    def put_together(self, *, by_lines: bool) -> int:
        """Make bills of the lines: all lines of a receipt, or each line its own. Returns how many."""
        self._grouped = by_lines
        self._db.executescript(_GROUPED if by_lines else _SINGLE)
        return int(self._db.execute("SELECT count(*) FROM bill").fetchone()[0])

    def bills(self) -> Iterator[Bill]:
        """Every bill, the earliest first."""
        on = (
            "l.receipt = b.receipt AND l.branch = b.branch" if self._grouped else "l.line = b.first"
        )
        cursor = self._db.execute(
            "SELECT b.seq, b.receipt, b.branch, b.at, b.copy, b.spoilt, l.*"
            f" FROM bill b CROSS JOIN line l ON {on} ORDER BY b.seq, l.line"
        )
        rows = itertools.chain.from_iterable(iter(lambda: cursor.fetchmany(_FETCH), []))
        for _, group in itertools.groupby(rows, key=lambda row: row[0]):
            same = list(group)
            _, receipt, branch, at, copy, spoilt = same[0][:6]
            yield Bill(receipt, branch, at, copy, spoilt, [Line(*row[6:]) for row in same])

    def refusals(self) -> Iterator[tuple[int, str]]:
        """(line, reason) in the file's order."""
        cursor = self._db.execute("SELECT line, reason FROM refused ORDER BY line")
        return itertools.chain.from_iterable(iter(lambda: cursor.fetchmany(_FETCH), []))

    def refused_count(self) -> int:
        """How many rows were refused."""
        return int(self._db.execute("SELECT count(*) FROM refused").fetchone()[0])

    def count_new(self, keys: Iterable[str]) -> int:
        """How many of these keys come for the first time."""
        before = self._db.total_changes
        self._many("INSERT OR IGNORE INTO newcomer VALUES (?)", ((key,) for key in keys))
        return self._db.total_changes - before

    def _many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(statement, rows)
        self._db.execute("COMMIT")
