"""What a club of very many members costs who looks at it: pages over HTTP beside those of a club of
ten thousand, with as many purchases to each member."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from math import inf
from urllib.parse import quote

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from vafa.club.actions.clubs import create_staff
from vafa.club.models import Club
from vafa.club.reads.context import club_context, forget_contexts
from vafa.config.bench.databases import django_on
from vafa.config.bench.figures import Bar, Figure, Row, percentile
from vafa.config.bench.http_load import Load, drive
from vafa.config.bench.importing import import_elsewhere, write_history
from vafa.config.bench.seeding import FAMILIES, Scene, find_scene, seed
from vafa.config.bench.stages import Bench, errors_row, usable
from vafa.config.bench.web import WebProcess, web_process
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.actions.keeping import bring_up, note_what_happened

FEW_MEMBERS = 10_000
_BAR = Bar(at_most=1.5)
_SECONDS = 2.0
_WARM_UP_SECONDS = 1.0
_VISITORS = 20
_TO_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, and the requests for it that go on for ever."""

    name: str
    requests: Iterator[bytes]


def looking(bench: Bench) -> list[Row]:
    """(p) Searching for members, one member's page, the overview, a report, and the portal's first
    page; the daily figures are kept, as the worker keeps them."""
    databases = bench.databases
    purchases = _purchases_each() * min(FEW_MEMBERS, bench.options.members)
    seed(databases, databases.small, min(FEW_MEMBERS, bench.options.members), bench.progress)
    with django_on(databases.small):
        few = find_scene()
        history = bench.folder / "few.csv"
        write_history(history, few, max(round(purchases), 100), "few")
        import_elsewhere(history, databases.environment(databases.small))
        _keep_figures()
        few_visits = _visits(few)
    _keep_figures()
    visits = _visits(bench.scene)
    databases.analyse(databases.small)
    databases.analyse(databases.measured)
    log = bench.folder / "web-few.log"
    with (
        web_process(bench.environment(), bench.options.port, bench.log()) as large,
        web_process(databases.environment(databases.small), None, log) as small,
    ):
        return _rows(bench, (small, few_visits), (large, visits))


def _rows(
    bench: Bench, few: tuple[WebProcess, list[Visit]], many: tuple[WebProcess, list[Visit]]
) -> list[Row]:
    rows: list[Row] = []
    every: list[Load] = []
    rounds = bench.options.rounds
    bench.progress.start(len(many[1]) * rounds, "Pages of a small and of a large club")
    for small, large in zip(few[1], many[1], strict=True):
        loads: tuple[list[Load], list[Load]] = ([], [])
        for _ in range(rounds):
            loads[0].append(_load(bench, few[0], small))
            loads[1].append(_load(bench, many[0], large))
            bench.progress.advance()
        every += [*loads[0], *loads[1]]
        least, most = _median(loads[0]), _median(loads[1])
        rows += [
            Row("p", f"{small.name}, {FEW_MEMBERS:,} members", least, "ms"),
            Row(
                *("p", f"{large.name}, {bench.options.members:,} members", most, "ms"),
                *(most.over(least), "few members", _BAR),
            ),
        ]
    bench.progress.finish()
    return [*rows, errors_row("p", bench, every)]


def _load(bench: Bench, web: WebProcess, visit: Visit) -> Load:
    """One visitor, by the clock. Raises StartFailed when nothing went right in it."""
    load = drive(
        web.address,
        visit.requests,
        lambda answer: answer.status == 200,
        connections=1,
        seconds=min(bench.options.seconds, _SECONDS),
        warm_up=_WARM_UP_SECONDS,
    )
    return usable(load)


def _median(loads: list[Load]) -> Figure:
    return Figure(tuple(percentile(load.latencies, 50) * _TO_MS for load in loads))


def _keep_figures() -> None:
    # The other database has a club of the same number.
    forget_contexts()
    for club_id in note_what_happened(inf):
        bring_up(club_context(club_id), None)


def _purchases_each() -> float:
    ((purchases, members),) = fetch(
        "SELECT (SELECT count(*) FROM commerce_purchase), (SELECT count(*) FROM club_member)"
    )
    return float(purchases / members)


def _visits(scene: Scene) -> list[Visit]:
    draw = random.Random(scene.members)  # noqa: S311  (made-up visitors)
    manager = _manager_session(scene)
    members = [draw.randrange(scene.members) for _ in range(_VISITORS)]
    portals = [stored_session(member_id=scene.first_member + place) for place in members]
    return [
        Visit("Member search", _search(manager, draw)),
        Visit("A member's page", _pages(manager, [f"/panel/members/{scene.first_member + place}/" for place in members])),
        Visit("Overview", _pages(manager, ["/panel/"])),
        Visit("Report of sales", _pages(manager, ["/panel/reports/sales/?period=year&by=month"])),
        Visit("Portal's first page", cycle(_get(session, "/portal/") for session in portals)),
    ]  # fmt: skip


def _search(session: str, draw: random.Random) -> Iterator[bytes]:
    """The first letters of a family name, a whole one, or the last digits of a mobile."""
    while True:
        family = draw.choice(FAMILIES)
        typed = draw.choice([family[:3], family, f"{draw.randrange(10_000):04d}"])
        yield _get(session, f"/panel/members/?q={quote(typed)}")


def _pages(session: str, paths: list[str]) -> Iterator[bytes]:
    return cycle([_get(session, path) for path in paths])


def _get(session: str, path: str) -> bytes:
    head = f"Host: 127.0.0.1\r\nCookie: sessionid={session}\r\nConnection: keep-alive\r\n"
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode("ascii")


def _manager_session(scene: Scene) -> str:
    """Of somebody who sees every branch and is asked for no second factor."""
    staff = create_staff(
        Club.objects.get(pk=scene.club_id),
        username=f"looker-{secrets.token_hex(4)}",
        password=secrets.token_urlsafe(24),
        name="Bench",
        role="manager",
    )
    return stored_session(
        **{
            SESSION_KEY: str(staff.user_id),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: staff.user.get_session_auth_hash(),
            "staff_id": staff.id,
        }
    )


def stored_session(**values: object) -> str:
    """The key of a session that holds these values, seen just now."""
    store = SessionStore()
    store.update({**values, "seen_at": now().timestamp()})
    store.create()
    return str(store.session_key)
