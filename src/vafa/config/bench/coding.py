"""A series of codes beside COPY of the same rows."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import LiteralString

from vafa.club.actor import import_actor
from vafa.club.reads.context import club_context
from vafa.config.bench.copying import copy_in, copy_out, make_like
from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.stages import Bench
from vafa.core.clock import now
from vafa.flows.voucher_series import AT_ONCE, make_series

_BAR = Bar(at_least=0.1)  # as for everything that is written in bulk
_TABLE = "program_voucher"
_VALUE = 500_000  # rials
_ROWS: LiteralString = (
    "SELECT x.* FROM program_voucher x WHERE x.series_id BETWEEN {first} AND {last} ORDER BY x.id"
)


def coding(bench: Bench) -> list[Row]:
    """(o) Making ``options.codes`` codes of full length (a million by default)."""
    club, count = club_context(bench.scene.club_id), bench.options.codes
    bench.databases.settle()
    bench.progress.start(2, f"A series of {count:,} codes")
    began = perf_counter()
    series = make_series(
        club,
        import_actor(club.id),
        name="bench",
        kind="voucher",
        value=_VALUE,
        expires_at=now() + timedelta(days=90),
        count=count,
    )
    made = count / (perf_counter() - began)
    bench.progress.advance()
    copied = _copied(bench, series.pk)
    bench.progress.advance()
    bench.progress.finish()
    rate, ceiling = Figure((made,)), Figure((copied,))
    return [
        Row("o", "COPY of the same codes", ceiling, "/s"),
        Row("o", f"A series of {count:,} codes", rate, "/s", rate.over(ceiling), "COPY", _BAR),
    ]


def _copied(bench: Bench, series_id: int) -> float:
    """Codes a second that COPY writes into an empty table, a commit for each of our batches."""
    with bench.databases.connect(bench.databases.measured) as source:
        rows = copy_out(source, _ROWS, series_id, series_id)
    blocks = [b"".join(rows[at : at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE)]
    with bench.databases.connect(bench.databases.ceiling) as target:
        make_like(target, _TABLE)
        began = perf_counter()
        for block in blocks:
            with target.transaction():
                copy_in(target, _TABLE, block)
        return len(rows) / (perf_counter() - began)
