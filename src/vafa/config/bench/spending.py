"""Spending: by reserve and capture, of one member only, and out of very many lots."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from vafa.config.bench.ceiling import CLIENTS, Ceiling
from vafa.config.bench.figures import Bar, Figure, Row, percentile
from vafa.config.bench.http_load import Answer, Load, drive
from vafa.config.bench.requests import Requests
from vafa.config.bench.stages import (
    Bench,
    beside_ceiling,
    between,
    errors_row,
    latency_rows,
    load_of,
    usable,
)
from vafa.config.bench.value import Grant, give
from vafa.config.bench.web import WebProcess, web_process

_HOLD_BAR = Bar(at_least=0.15)
_HOT_BAR = Bar(at_least=0.5)
_LOTS_BAR = Bar(at_most=1.2)
_FUNDED = 20_000
_POINTS = 5
_MANY, _FEW = 10_000, 10
_PURCHASES = 200
_MADE = re.compile(rb'"reservation_id":(\d+)')


def spending(bench: Bench) -> list[Row]:
    """(g) Reserve and capture, (h) one hot member, (i) a member with very many lots."""
    funded = min(_FUNDED, bench.scene.members)
    give(bench.databases, bench.scene, Grant(0, funded, 1))
    with web_process(bench.environment(), bench.options.port, bench.log()) as web:
        return [
            *_held(bench, web, funded, with_bill=False),
            *_held(bench, web, funded, with_bill=True),
            *_hot(bench, web),
            *_many_lots(bench, web),
        ]


class _Reserving:
    """Reservations, each of them spent by the next request of whichever connection is free."""

    def __init__(self, requests: Requests, funded: int, *, with_bill: bool) -> None:
        self._requests = requests
        self._funded = funded
        self._with_bill = with_bill
        self._open: deque[tuple[int, int]] = deque()
        self._places: dict[str, int] = {}

    def requests(self) -> Iterator[bytes]:
        """Spends what is reserved, and reserves when nothing is."""
        while True:
            if not self._open:
                place = self._requests.place(self._funded)
                yield self._requests.reservation(place, _POINTS)
                continue
            reservation, place = self._open.popleft()
            if self._with_bill:
                yield self._requests.bill(place, reservation)
            else:
                yield self._requests.capture(reservation)

    def is_right(self, answer: Answer) -> bool:
        """Whether it was done; what was reserved is kept for the next request."""
        if answer.status != 201:
            return False
        made = _MADE.search(answer.body)
        if made is not None and b'"status":"open"' in answer.body:
            member = re.search(rb'"member_id":(\d+)', answer.body)
            assert member is not None
            place = int(member[1]) - self._requests.scene.first_member
            self._open.append((int(made[1]), place))
        return True


def _held(bench: Bench, web: WebProcess, funded: int, *, with_bill: bool) -> list[Row]:
    reserving = _Reserving(Requests(bench.scene, bench.secret), funded, with_bill=with_bill)
    what = "POST /purchases" if with_bill else "capture"
    ceilings, loads = beside_ceiling(
        bench,
        f"Reserve, then {what}",
        Ceiling(bench.databases, bench.scene),
        lambda: load_of(bench, web, reserving.requests(), reserving.is_right, CLIENTS),
    )
    # Every spend is two requests.
    rate = Figure(tuple(load.rate / 2 for load in loads))
    share = rate.over(between(ceilings))
    return [
        Row("g", f"Reserve, then {what}", rate, "/s", share, "ceiling", _HOLD_BAR),
        *latency_rows("g", loads),
        errors_row("g", bench, loads),
    ]


def _hot(bench: Bench, web: WebProcess) -> list[Row]:
    """Every purchase is of the same member, here and in the ceiling."""
    singles = Requests(bench.scene, bench.secret).singles(bench.scene.members - 1)
    ceilings, loads = beside_ceiling(
        bench,
        "One hot member",
        Ceiling(bench.databases, bench.scene, members=1),
        lambda: load_of(bench, web, singles, 201, CLIENTS),
    )
    rate = Figure(tuple(load.rate for load in loads))
    return [
        Row("h", "Ceiling of one member", Figure(tuple(ceilings)), "/s"),
        Row("h", "POST /purchases of one member", rate, "/s", rate.over(between(ceilings)),
            "ceiling", _HOT_BAR),
        errors_row("h", bench, loads),
    ]  # fmt: skip


def _many_lots(bench: Bench, web: WebProcess) -> list[Row]:
    """What a purchase costs that points pay for, one at a time."""
    scene, options = bench.scene, bench.options
    rich, poor = scene.members - 2, scene.members - 3
    give(bench.databases, scene, Grant(rich, 1, _MANY))
    give(bench.databases, scene, Grant(poor, 1, _FEW))
    requests = Requests(scene, bench.secret)
    loads: dict[int, list[Load]] = {rich: [], poor: []}
    bench.progress.start(2 * (options.rounds + 1), "A member with very many lots")
    for _ in range(options.rounds + 1):
        for place, done in loads.items():
            sent = requests.paid_with_points(place, _PURCHASES)
            done.append(usable(drive(web.address, sent, _is_recorded, connections=1)))
            bench.progress.advance()
    bench.progress.finish()
    # The first of each warmed up.
    many, few = (
        Figure(tuple(percentile(load.latencies, 50) * 1000 for load in loads[place][1:]))
        for place in (rich, poor)
    )
    name = "Purchase paid with points, {:,} lots"
    return [
        Row("i", name.format(_FEW), few, "ms"),
        Row("i", name.format(_MANY), many, "ms", many.over(few), f"{_FEW} lots", _LOTS_BAR),
        errors_row("i", bench, [load for done in loads.values() for load in done]),
    ]


def _is_recorded(answer: Answer) -> bool:
    return answer.status == 201
