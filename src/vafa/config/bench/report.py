"""What a run found, as a table and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vafa.config.bench.figures import Figure, Row
from vafa.config.bench.stages import Options
from vafa.config.embedded_settings import machine_memory
from vafa.core.verification import Difference

WIDTH = 120


class Peer(NamedTuple):
    """What another system reached, as a share of the same kind of ceiling."""

    name: str
    operation: str
    share: float


# Measured once, on two processors with PostgreSQL 15; how is told in docs/bench.md.
PEERS = (
    Peer("Odoo 18", "order of 3 lines with loyalty points, confirmed, its ORM alone", 0.005),
    Peer("Saleor 3.23", "checkout of 3 lines with a voucher, completed, in one process", 0.0005),
)


@dataclass(frozen=True, slots=True)
class Report:
    """Rows, the server they were measured on, differences that ``verify`` found, complaints."""

    options: Options
    server: dict[str, str]
    rows: Sequence[Row]
    differences: Sequence[Difference]
    complaints: Sequence[str]

    @property
    def passed(self) -> bool:
        """Whether every bar is reached and nothing is wrong with the books."""
        return not self.differences and all(row.passed is not False for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """The whole report as a JSON value."""
        options = asdict(self.options)
        return {
            "passed": self.passed,
            "machine": machine(),
            "server": self.server,
            "options": {n: v for n, v in options.items() if n not in ("port", "keep")},
            "rows": [row.as_json() for row in self.rows],
            "verify": {"differences": [d._asdict() for d in self.differences]},
            "complaints": list(self.complaints),
            "peers": [peer._asdict() for peer in PEERS],
        }


def machine() -> dict[str, Any]:
    """What the figures depend on besides the database server."""
    return {
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_mb": machine_memory() // 1_000_000,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
    }  # fmt: skip


def show(report: Report, console: Console) -> None:
    """Print the report; the table wants a console of ``WIDTH`` columns."""
    console.print(_table(report.rows))
    console.print()
    for peer in PEERS:
        console.print(f"{peer.share:g} of such a ceiling: {peer.name}, {peer.operation}")
    console.print("How these and everything above were measured: docs/bench.md")
    found = len(report.differences)
    console.print(f"verify: {found} differences", style=None if found == 0 else "red")
    for difference in report.differences[:10]:
        console.print(escape(" | ".join(difference)), style="red")
    for complaint in report.complaints:
        console.print(escape(complaint), style="red")


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("median \\[min – max]", justify="right", no_wrap=True)
    table.add_column("share \\[min – max]", justify="right", no_wrap=True)
    table.add_column("bar", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    before = ""
    for row in rows:
        if before not in ("", row.code):
            table.add_section()
        table.add_row(f"({row.code})" if row.code != before else "", *_cells(row))
        before = row.code
    return table


def _cells(row: Row) -> list[str]:
    verdict = {True: "[green]pass[/green]", False: "[red]FAIL[/red]", None: ""}[row.passed]
    return [
        row.name,
        f"{_number(row.figure.median)} {row.unit}".rstrip() + escape(_span(row.figure, _number)),
        f"{row.ratio.median:.3f}{escape(_span(row.ratio, _share))} of {row.of}"
        if row.ratio
        else "",
        str(row.bar) if row.bar else "",
        verdict,
    ]


def _span(figure: Figure, write: Callable[[float], str]) -> str:
    low, high = min(figure.values), max(figure.values)
    return f" [{write(low)} – {write(high)}]" if len(figure.values) > 1 else ""


def _share(value: float) -> str:
    return f"{value:.3f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
