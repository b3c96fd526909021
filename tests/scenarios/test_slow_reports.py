"""A report that takes longer than a page may wait: made by the worker, kept, opened from its task."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.world import World
from vafa.club.models import Audit, Task
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.models import SavedReport
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


def test_a_slow_file_leads_to_the_page_and_nothing_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database itself stops what takes too long; the connection is of use at once."""
    client = world.client("owner")

    def slowly(reader: Any, club: Any, ask: Any) -> Any:
        return figures_within(lambda _club, _ask: fetch("SELECT pg_sleep(60)"), club, ask, 0.05)

    monkeypatch.setattr(pages, "figures_within", slowly)
    page = client.get(reverse("panel:report", args=["sales"]), {"period": "month"})
    assert page.status_code == 200 and "این گزارش کمی زمان می‌برد" in page.content.decode()
    file = client.get(reverse("panel:report-file", args=["sales", "xlsx"]), {"period": "month"})
    assert file.status_code == 302
    assert file.headers["Location"] == f"{reverse('panel:report', args=['sales'])}?period=month"
    assert not Audit.objects.filter(club=world.record, action="report.exported").exists()
    assert not Task.objects.filter(club=world.record).exists()
    assert world.buy(1_000_000).status == "recorded"


def test_a_question_longer_than_any_of_ours_is_refused_and_not_kept(world: World) -> None:
    """What is kept of a report has room for every page's own question; a longer one is no 500."""
    client = world.client("owner")
    usual, long = {"period": "month"}, {"period": "month", "tier": "x" * 400}
    save = reverse("panel:save-report", args=["sales"])
    refused = client.post(f"{save}?{urlencode(long)}", {"name": "بلند"})
    assert refused.status_code == 422
    prepare = reverse("panel:prepare-report", args=["sales"])
    assert client.post(prepare, {"query": urlencode(long)}).status_code == 422
    assert client.get(f"{save}?{urlencode(long)}").status_code == 422
    assert not SavedReport.objects.filter(club=world.record).exists()
    assert not Task.objects.filter(club=world.record).exists()
    assert not Audit.objects.filter(club=world.record, action__startswith="report.").exists()
    assert client.post(f"{save}?{urlencode(usual)}", {"name": "کوتاه"}).status_code == 302
