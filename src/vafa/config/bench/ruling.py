"""What fifty rules cost over HTTP: purchases beside the ceiling, previews beside an address
that does nothing but know its caller."""

from __future__ import annotations

from vafa.config.bench.ceiling import CLIENTS, Ceiling
from vafa.config.bench.deciding import made_up_program
from vafa.config.bench.figures import Bar, Figure, Row, percentile
from vafa.config.bench.http_load import Load
from vafa.config.bench.requests import Requests
from vafa.config.bench.stages import (
    Bench,
    beside_ceiling,
    between,
    errors_row,
    latency_rows,
    load_of,
)
from vafa.config.bench.web import WebProcess, web_process
from vafa.program.actions.revisions import publish_program
from vafa.program.reads.revisions import live_program

_RULES = 50
_SINGLE_BAR = Bar(at_least=0.2)
_PREVIEW_BAR = Bar(at_most=3)


def ruling(bench: Bench) -> list[Row]:
    """(n) Purchases and previews under fifty rules; the club's own programme comes back after it."""
    club_id = bench.scene.club_id
    own = live_program(club_id).program
    branches = [number for number, _ in bench.scene.branches]
    publish_program(club_id, made_up_program(_RULES, branches), actor="bench")
    try:
        requests = Requests(bench.scene, bench.secret)
        with web_process(bench.environment(), bench.options.port, bench.log()) as web:
            return [*_purchases(bench, web, requests), *_previews(bench, web, requests)]
    finally:
        publish_program(club_id, own, actor="bench")


def _purchases(bench: Bench, web: WebProcess, requests: Requests) -> list[Row]:
    singles = requests.singles()
    ceilings, loads = beside_ceiling(
        bench,
        "Purchases under fifty rules",
        Ceiling(bench.databases, bench.scene),
        lambda: load_of(bench, web, singles, 201, CLIENTS),
    )
    rate = Figure(tuple(load.rate for load in loads))
    name = f"POST /purchases, {_RULES} rules"
    return [
        Row("n", name, rate, "/s", rate.over(between(ceilings)), "ceiling", _SINGLE_BAR),
        *latency_rows("n", loads),
        errors_row("n", bench, loads),
    ]


def _previews(bench: Bench, web: WebProcess, requests: Requests) -> list[Row]:
    """Under the load of the other rows, and for one caller who has the server for herself."""
    rows: list[Row] = []
    bench.progress.start(4 * bench.options.rounds, "Previews under fifty rules")
    for connections, bar in ((CLIENTS, _PREVIEW_BAR), (1, None)):
        empty, asked = [], []
        for _ in range(bench.options.rounds):
            empty.append(load_of(bench, web, requests.nothing(), 200, connections))
            bench.progress.advance()
            asked.append(load_of(bench, web, requests.previews(), 200, connections))
            bench.progress.advance()
        least, preview = _worst(empty), _worst(asked)
        many = f"{connections} connection{'s' if connections > 1 else ''}"
        name = f"Preview p99, {_RULES} rules, {many}"
        rows += [
            Row("n", f"Empty address p99, {many}", least, "ms"),
            Row("n", name, preview, "ms", preview.over(least), "empty", bar),
            errors_row("n", bench, [*empty, *asked]),
        ]
    bench.progress.finish()
    return rows


def _worst(loads: list[Load]) -> Figure:
    return Figure(tuple(percentile(load.latencies, 99) * 1000 for load in loads))
