"""The measurements, each interleaved with its ceiling, round by round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import mean

from vafa.config.bench.ceiling import CLIENTS, Ceiling
from vafa.config.bench.copying import BATCH_TABLES, GROUP, IMPORT_TABLES, CopyCeiling
from vafa.config.bench.databases import Databases
from vafa.config.bench.figures import Bar, Figure, Row, percentile
from vafa.config.bench.http_load import Answer, Load, drive
from vafa.config.bench.importing import Imported, import_elsewhere, write_history
from vafa.config.bench.requests import Requests
from vafa.config.bench.seeding import Scene
from vafa.config.bench.web import WebProcess, web_process
from vafa.config.supervisor import StartFailed
from vafa.core.db import fetch
from vafa.core.progress import Progress

_MB = 1_000_000
_WARM_UP_SECONDS = 1.0
_SINGLE_BAR = Bar(at_least=0.25)
_BULK_BAR = Bar(at_least=0.1)
_FLAT_BAR = Bar(at_most=1.25)
_NONE_BAR = Bar(at_most=0)


@dataclass(frozen=True, slots=True)
class Options:
    """How much is measured.

    ``seconds`` of each round over HTTP and of the ceiling, ``batches`` of a thousand in each round
    of the batch endpoint, ``files``: purchases in the small and in the large imported file,
    ``lots`` that mature and expire in each round, ``history``: transfers that are verified,
    ``codes`` of one series; ``port`` to serve at, None for one that nobody has.
    """

    members: int = 1_000_000
    seconds: float = 5.0
    rounds: int = 3
    batches: int = 20
    files: tuple[int, int] = (20_000, 200_000)
    lots: int = 200_000
    history: int = 1_000_000
    port: int | None = None
    keep: bool = False
    codes: int = 1_000_000


@dataclass(slots=True)
class Bench:
    """One run: where it happens, on whom, and what went wrong on the way, in words."""

    databases: Databases
    scene: Scene
    secret: str
    options: Options
    progress: Progress
    folder: Path
    complaints: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """The environment of commands that work on the measured club."""
        return self.databases.environment(self.databases.measured)

    def log(self) -> Path:
        """Where the web process writes what it has to say."""
        return self.folder / "web.log"


def one_at_a_time(bench: Bench) -> list[Row]:
    """(a) the ceiling, (b) single purchases over HTTP, (e) the web process's memory under them."""
    ceiling = Ceiling(bench.databases, bench.scene)
    singles = Requests(bench.scene, bench.secret).singles()
    with web_process(bench.environment(), bench.options.port, bench.log()) as web:
        ceilings, loads = beside_ceiling(
            bench,
            "Ceiling, and purchases one at a time",
            ceiling,
            lambda: load_of(bench, web, singles, 201, CLIENTS),
        )
        peak = web.peak_memory()
    rate = Figure(tuple(load.rate for load in loads))
    name = f"POST /purchases, {CLIENTS} connections"
    return [
        Row("a", f"Ceiling: pgbench -c {CLIENTS}", Figure(tuple(ceilings)), "/s"),
        Row("b", name, rate, "/s", rate.over(between(ceilings)), "ceiling", _SINGLE_BAR),
        *latency_rows("b", loads),
        errors_row("b", bench, loads),
        Row("e", "Peak memory of web under (b)", Figure((peak / _MB,)), "MB"),
    ]


def beside_ceiling(
    bench: Bench, name: str, ceiling: Ceiling, measure: Callable[[], Load]
) -> tuple[list[float], list[Load]]:
    """Every round of ``measure`` between two of its ceiling: ceilings (a second), loads."""
    options, ceilings, loads = bench.options, [], []
    bench.databases.settle()
    bench.progress.start(2 * options.rounds + 1, name)
    ceilings.append(ceiling.measure(options.seconds))
    bench.progress.advance()
    for _ in range(options.rounds):
        loads.append(measure())
        bench.progress.advance()
        ceilings.append(ceiling.measure(options.seconds))
        bench.progress.advance()
    bench.progress.finish()
    return ceilings, loads


def between(ceilings: Sequence[float]) -> Figure:
    """For each round the mean of the ceilings before and after it."""
    return Figure(tuple(mean(pair) for pair in pairwise(ceilings)))


def many_at_once(bench: Bench) -> list[Row]:
    """(c) batches and imports beside COPY, (d) previews, (e) the importer's memory."""
    options = bench.options
    copies = CopyCeiling(bench.databases)
    small = [_file(bench, f"small{n}", options.files[0]) for n in range(options.rounds)]
    requests = Requests(bench.scene, bench.secret)
    copied: list[float] = []
    batched: list[Load] = []
    copied_fewer: list[float] = []
    imported: list[Imported] = []
    bench.databases.settle()
    with web_process(bench.environment(), options.port, bench.log()) as web:
        bench.progress.start(2 * options.rounds + 1, "Purchases by the thousand")
        before = _last_purchase()
        batched.append(send_batches(web, requests, options.batches))
        copies.take(before + 1, _last_purchase())
        bench.progress.advance()
        for path in small:
            copied.append(copies.measure(BATCH_TABLES))
            batched.append(send_batches(web, requests, options.batches))
            bench.progress.advance()
            copied_fewer.append(copies.measure(IMPORT_TABLES))
            imported.append(import_elsewhere(path, bench.environment()))
            bench.progress.advance()
        bench.progress.finish()
        previews = _previews(bench, web, requests)
    bench.progress.start(1, "A large import")
    large = import_elsewhere(_file(bench, "large", options.files[1]), bench.environment())
    bench.progress.advance()
    bench.progress.finish()
    # The first batches warmed the server up, and gave COPY its rows.
    batch_rate = Figure(tuple(load.rate * GROUP for load in batched[1:]))
    import_rate = Figure(tuple(one.purchases / one.seconds for one in imported))
    copy, fewer = Figure(tuple(copied)), Figure(tuple(copied_fewer))
    return [
        Row("c", "COPY of the same rows", copy, "/s"),
        Row("c", "Batch endpoint, 1,000 each", batch_rate, "/s", batch_rate.over(copy), "COPY",
            _BULK_BAR),
        errors_row("c", bench, batched),
        Row("c", "COPY without the keys' rows", fewer, "/s"),
        Row("c", "Importer", import_rate, "/s", import_rate.over(fewer), "COPY", _BULK_BAR),
        _refusals_row(bench, [*imported, large]),
        *previews,
        *_import_memory_rows(options, imported, large),
    ]  # fmt: skip


def _previews(bench: Bench, web: WebProcess, requests: Requests) -> list[Row]:
    rows: list[Row] = []
    rounds = bench.options.rounds
    bench.progress.start(2 * rounds, "Previews")
    for connections in (CLIENTS, 1):
        loads = []
        for _ in range(rounds):
            loads.append(load_of(bench, web, requests.previews(), 200, connections))
            bench.progress.advance()
        many = f"{connections} connection{'s' if connections > 1 else ''}"
        rate = Figure(tuple(load.rate for load in loads))
        rows.append(Row("d", f"Preview, {many}", rate, "/s"))
        rows += latency_rows("d", loads)
        rows.append(errors_row("d", bench, loads))
    bench.progress.finish()
    return rows


def load_of(
    bench: Bench,
    web: WebProcess,
    requests: Iterator[bytes],
    right: int | Callable[[Answer], bool],
    connections: int,
) -> Load:
    """One round over HTTP, by the clock; ``right`` is the status of right answers, or tells them.

    Raises StartFailed when nothing went right in it.
    """
    load = drive(
        web.address,
        requests,
        right if callable(right) else lambda answer: answer.status == right,
        connections=connections,
        seconds=bench.options.seconds,
        warm_up=_WARM_UP_SECONDS,
    )
    return usable(load)


def send_batches(web: WebProcess, requests: Requests, count: int) -> Load:
    """``count`` batches of a thousand purchases, one after the other. Raises StartFailed."""
    # Made beforehand, and waiting for no answer but its own: one connection, as COPY has one.
    ready = list(requests.batches(count, GROUP))
    return usable(drive(web.address, iter(ready), _all_recorded, connections=1))


def usable(load: Load) -> Load:
    """The load itself. Raises StartFailed when nothing went right in it."""
    if not load.latencies:
        raise StartFailed(f"No request was answered rightly. {' '.join(load.examples)}".strip())
    return load


def _all_recorded(answer: Answer) -> bool:
    return answer.status == 200 and answer.body.count(b'"status":"recorded"') == GROUP


def _last_purchase() -> int:
    ((last,),) = fetch("SELECT coalesce(max(id), 0) FROM commerce_purchase")
    return int(last)


def _file(bench: Bench, name: str, purchases: int) -> Path:
    path = bench.folder / f"{name}.csv"
    write_history(path, bench.scene, purchases, name)
    return path


def latency_rows(code: str, loads: Iterable[Load]) -> list[Row]:
    """The median and the worst of a hundred."""
    each = [load.latencies for load in loads]
    return [
        Row(code, f"  p{percent}", Figure(tuple(percentile(x, percent) * 1000 for x in each)), "ms")
        for percent in (50, 99)
    ]


def errors_row(code: str, bench: Bench, loads: Iterable[Load]) -> Row:
    """Wrong answers, of which there must be none; some are kept as complaints."""
    errors = 0
    for load in loads:
        errors += load.errors
        bench.complaints += load.examples
    return Row(code, "  errors", Figure((errors,)), "", bar=_NONE_BAR)


def _refusals_row(bench: Bench, imports: Iterable[Imported]) -> Row:
    refused = sum(one.refused for one in imports)
    return Row("c", "  refused rows", Figure((refused,)), "", bar=_NONE_BAR)


def _import_memory_rows(options: Options, small: list[Imported], large: Imported) -> list[Row]:
    few = Figure(tuple(one.peak_memory / _MB for one in small))
    many = Figure((large.peak_memory / _MB,))
    ratio = Figure((many.median / few.median,))
    first, second = (f"Peak memory, import of {n:,}" for n in options.files)
    return [
        Row("e", first, few, "MB"),
        Row("e", second, many, "MB", ratio, "small file", _FLAT_BAR),
    ]
