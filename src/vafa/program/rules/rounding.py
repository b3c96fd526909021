"""A table of fractions as whole numbers that add up both ways. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

Table = Sequence[Sequence[Fraction]]


def whole_parts(exact: Table) -> list[list[int]]:
    """Whole numbers for the fractions of a table, all at least 0: each rounded up or down, so
    that each row and column adds up to its own sum rounded up or down, and all of them to the
    whole sum rounded down.

    The largest remainders are rounded up where that is possible (for one row it is Hamilton's
    method); where it is not, others make room. There is always such a table.
    """
    table = _Rounding(exact)
    down = [floor(sum(row)) for row in exact]
    table.fill([most - sum(map(floor, row)) for most, row in zip(down, exact, strict=True)])
    up = [int(sum(row) > most) for most, row in zip(down, exact, strict=True)]
    table.fill(up, floor(sum(map(sum, exact))) - sum(down))
    return table.whole


def _rest(value: Fraction) -> Fraction:
    return value - floor(value)


class _Rounding:
    """Everything rounded down, and how many more each row and column may take."""

    def __init__(self, exact: Table) -> None:
        self.exact = exact
        self.whole = [[floor(value) for value in row] for row in exact]
        columns = list(zip(*exact, strict=True))
        self.columns = [ceil(sum(column)) - sum(map(floor, column)) for column in columns]
        self.rows: list[int] = []
        self.missing = 0
        self.cells = sorted(
            ((row, column) for row, line in enumerate(exact) for column in range(len(line))),
            key=lambda cell: (-_rest(exact[cell[0]][cell[1]]), cell),
        )

    def fill(self, rows: Sequence[int], count: int | None = None) -> None:
        """Raise so many cells of each row; with ``count`` so many of all of these."""
        self.rows = list(rows)
        self.missing = sum(rows) if count is None else count
        for row, column in self.cells:
            if self.missing:
                self.raise_if_free(row, column)
        while self.missing:
            self.raise_by_a_detour()

    def raise_if_free(self, row: int, column: int) -> None:
        if self._may_rise(row, column) and self.rows[row] and self.columns[column]:
            self.rows[row] -= 1
            self.columns[column] -= 1
            self.whole[row][column] += 1
            self.missing -= 1

    def raise_by_a_detour(self) -> None:
        """One more in a row and a column that have room, by way of others (a path that raises
        and lowers in turn)."""
        for start, room in enumerate(self.rows):
            path = self._path(start) if room else None
            if path is None:
                continue
            self.rows[start] -= 1
            self.columns[path[-1][1]] -= 1
            for n, (row, column) in enumerate(path):
                self.whole[row][column] += 1 if n % 2 == 0 else -1
            self.missing -= 1
            return
        raise AssertionError("no table of whole numbers was found")

    def _path(self, start: int) -> list[tuple[int, int]] | None:
        """Cells to raise (1st, 3rd, ...) and lower (2nd, ...) from a row to a column with room."""
        waiting: list[tuple[int, list[tuple[int, int]]]] = [(start, [])]
        seen = {start}
        for row, path in waiting:
            for column in range(len(self.columns)):
                if not self._may_rise(row, column):
                    continue
                longer = [*path, (row, column)]
                if self.columns[column]:
                    return longer
                for other in range(len(self.rows)):
                    if other not in seen and self._is_risen(other, column):
                        seen.add(other)
                        waiting.append((other, [*longer, (other, column)]))
        return None

    def _may_rise(self, row: int, column: int) -> bool:
        value = self.exact[row][column]
        return self.whole[row][column] == floor(value) != value

    def _is_risen(self, row: int, column: int) -> bool:
        return self.whole[row][column] > floor(self.exact[row][column])
