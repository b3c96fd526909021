"""A report that takes longer than a page may wait: made by the worker, kept, opened from its task."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.world import World
from vafa.club.models import Task
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.reads.reports.asking import figures_within
from vafa.web.panel.views.reports import pages


def test_what_takes_too_long_is_made_by_the_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = now() - timedelta(days=1)
    world.buy(3_000_000, purchased_at=yesterday)
    world.buy(7_770_000, purchased_at=yesterday, branch="second")
    client = world.client("owner")

    def slowly(reader: Any, club: Any, ask: Any) -> Any:
        def read(club: Any, ask: Any) -> Any:
            return fetch("SELECT pg_sleep(60)")

        return figures_within(read, club, ask, 0.05)

    with monkeypatch.context() as patience:
        patience.setattr(pages, "figures_within", slowly)
        address = reverse("panel:report", args=["hours"])
        page = client.get(address, {"period": "year", "of": "sales"}).content.decode()
    asked = re.search(r'name="query" value="([^"]+)"', page)
    assert asked is not None
    told = client.post(
        reverse("panel:prepare-report", args=["hours"]), {"query": html.unescape(asked[1])}
    )
    task = Task.objects.filter(club=world.record).latest("id")
    assert told.headers["Location"] == reverse("panel:task", args=[task.pk])
    carry_out_task(world.record.id, task.pk)
    done = client.get(reverse("panel:task", args=[task.pk])).content.decode()
    link = re.search(r'href="([^"]*task=\d+)"', done)
    assert link is not None
    world.buy(9_000_000, purchased_at=now() - timedelta(days=1))
    ready = client.get(html.unescape(link[1])).content.decode()
    # As it was kept: what was sold since then is not in it.
    assert "۱٬۰۷۷٬۰۰۰" in ready
    assert "۱٬۹۷۷٬۰۰۰" not in ready
