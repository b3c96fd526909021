"""How long a member with a cheap phone on a slow line waits for the portal's first view."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec

from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.looking import stored_session
from vafa.config.bench.stages import Bench
from vafa.config.bench.web import WebProcess, web_process

_BAR = Bar(at_most=1.5)
_PAGES = {"Portal's first page": "/portal/", "Portal's login": "/portal/login/"}
_PATIENCE_SECONDS = 300.0


def first_view(bench: Bench) -> list[Row]:
    """(q) The portal's first page and its login in a browser with nothing kept, on slow 4G with a
    processor four times slower: seconds to the first thing seen, and to all of it.

    The browser is Debian's Chromium, driven by Playwright; a machine without them has no such rows
    and says so.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or find_spec("playwright") is None:
        bench.complaints.append("(q) was not measured: it needs Chromium and Playwright")
        return []
    scene = bench.scene
    session = stored_session(member_id=scene.first_member + scene.members // 2)
    rows: list[Row] = []
    bench.progress.start(len(_PAGES), "The portal on a slow line")
    with web_process(bench.environment(), bench.options.port, bench.log()) as web:
        for name, path in _PAGES.items():
            seen, loaded = _views(bench, chromium, web, path, session)
            rows += [
                Row("q", f"{name}: first seen, slow 4G, CPU ÷ 4", seen, "s", bar=_BAR),
                Row("q", f"{name}: all there", loaded, "s", bar=_BAR),
            ]
            bench.progress.advance()
    bench.progress.finish()
    return rows


def _views(
    bench: Bench, chromium: str, web: WebProcess, path: str, session: str
) -> tuple[Figure, Figure]:
    """Seconds to the first contentful paint and to the load event, one view in each round."""
    host, port = web.address
    asked = {
        "chromium": chromium,
        "address": f"http://{host}:{port}",
        "path": path,
        # Who is logged in would not be shown the login.
        "session": "" if "login" in path else session,
        "views": bench.options.rounds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "vafa.config.bench.slow_phone"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=True,
    )
    views: list[tuple[float, float]] = json.loads(done.stdout)
    return Figure(tuple(seen for seen, _ in views)), Figure(tuple(load for _, load in views))
