"""The pages of reports: figures, files, filters, and who is kept to her branch."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.pdf import pdf_text
from tests.world import World
from vafa.club.models import Audit
from vafa.club.reads.context import club_context, forget_contexts
from vafa.core.clock import now
from vafa.core.jalali import Calendar, add_months, format_date, period_start
from vafa.insight.reads.reports.asking import JOB_SECONDS, figures_within
from vafa.program.models import Reward
from vafa.web.panel.reports.catalogue import KINDS
from vafa.web.panel.views.reports import pages


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no slow report."""
    monkeypatch.setattr(
        pages,
        "figures_within",
        lambda reader, club, ask: figures_within(reader, club, ask, JOB_SECONDS),
    )


def _page(client: Client, slug: str, **query: str) -> str:
    answer = client.get(reverse("panel:report", args=[slug]), query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _sell(world: World) -> None:
    yesterday = now() - timedelta(days=1)
    world.buy(1_000_000, purchased_at=yesterday)
    world.buy(2_000_000, purchased_at=yesterday)
    world.buy(7_770_000, purchased_at=yesterday, branch="second")


def test_a_reward_has_its_english_name_in_an_english_report(world: World) -> None:
    _sell(world)
    named = Reward.objects.filter(pk=world.rewards["voucher"].pk)
    named.update(name="جایزهٔ بهار", name_en="Spring reward")
    world.redeem("voucher", use=True)
    client = world.client("owner")

    for slug in ("rewards", "vouchers"):
        client.cookies["vafa_lang"] = "fa"
        assert "جایزهٔ بهار" in _page(client, slug)
        client.cookies["vafa_lang"] = "en"
        page = _page(client, slug)
        assert "Spring reward" in page
        assert "جایزهٔ بهار" not in page


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_report_opens_in_few_queries(world: World, lang: str) -> None:
    _sell(world)
    world.redeem("voucher", use=True)
    client = world.client("owner")
    client.cookies["vafa_lang"] = lang
    world.describe()
    segment = str(world.segment_id)
    _page(client, "sales", period="recent")
    for slug, kind in KINDS.items():
        for side, _label in kind.sides or (("", ""),):
            # What a process remembers of a club for some seconds is no part of a page.
            forget_contexts()
            club_context(world.record.id)
            with CaptureQueriesContext(connection) as queries:
                page = _page(client, slug, of=side, period="recent", segment=segment)
            asked = [q["sql"] for q in queries if q["sql"] not in ("BEGIN", "COMMIT")]
            assert len(asked) <= 12, "\n".join(sql[:120] for sql in asked)
            # No credit has moved in this club.
            assert ("<tfoot" in page) == (side != "credit"), (slug, side)
    assert client.get(reverse("panel:reports")).status_code == 200
    assert client.get(reverse("panel:report", args=["nothing"])).status_code == 404


def test_the_picked_days_stay_from_report_to_report(world: World) -> None:
    _sell(world)
    client = world.client("owner")
    _page(client, "sales", period="year", against="year")
    page = _page(client, "branches")
    assert '<option value="year" selected>' in page
    figures = re.findall(r'num-col whitespace-nowrap">([^<]+)', page)
    assert "۷۷۷٬۰۰۰" in figures and "۳۰۰٬۰۰۰" in figures


def test_the_spreadsheet_holds_the_pages_numbers(world: World) -> None:
    _sell(world)
    client = world.client("owner")
    url = reverse("panel:report-file", args=["sales", "xlsx"])
    answer = client.get(url, {"period": "recent", "by": "month"})
    assert answer.status_code == 200
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[0][0] == "فروش"
    header = next(row for row in rows if "فروش (تومان)" in row)
    totals = rows[-1]
    assert totals[header.index("فروش (تومان)")] == 1_077_000
    assert totals[header.index("خریدها")] == 3
    kept = Audit.objects.filter(club=world.record, action="report.exported").latest("id")
    assert kept.after == {"filter": "period=recent&by=month", "format": "xlsx"}


def test_the_pdf_says_what_the_page_says(world: World) -> None:
    _sell(world)
    world.buy(10_003, purchased_at=now() - timedelta(days=1))
    client = world.client("owner")
    said = {}
    for slug in ("sales", "hours", "goods"):
        answer = client.get(reverse("panel:report-file", args=[slug, "pdf"]), {"period": "recent"})
        assert answer.headers["Content-Type"] == "application/pdf"
        said[slug] = pdf_text(answer.content)
    for words in ("فروش", world.record.name, "میانگین هر خرید", "۱٬۰۷۸٬۰۰۰٫۳"):
        assert words in said["sales"], words
    # 2,695,000 rials and three quarters on average: nobody pays a tenth of a toman.
    assert "۲۶۹٬۵۰۰" in said["sales"] and "۲۶۹٬۵۰۰٫" not in said["sales"]
    assert "۲۶۹٬۵۰۰٫" not in _page(client, "sales", period="recent")
    assert "شنبه" in said["hours"] and "۱٬۰۷۸٬۰۰۰٫۳" in said["goods"]
    assert client.get(reverse("panel:report-file", args=["sales", "doc"])).status_code == 404


def test_a_branch_manager_sees_her_branch_alone(world: World) -> None:
    _sell(world)
    world.hire_branch_manager()
    client = world.client("branch_manager")
    page = _page(client, "branches", period="year")
    assert "شعبهٔ دوم" not in page
    assert "۷۷۷" not in page
    # Asking for the other branch, or for everything, gives hers.
    asked = _page(client, "sales", period="year", branch=str(world.other_branch.id), merchant="1")
    assert "۳۰۰٬۰۰۰" in asked
    assert "۷۷۷" not in asked
    for slug in ("expiring", "rewards"):
        assert client.get(reverse("panel:report", args=[slug])).status_code == 403
    assert "reports/expiring" not in client.get(reverse("panel:reports")).content.decode()


def test_the_lines_of_members_are_called_by_what_they_are(world: World) -> None:
    """No table has two columns of one name: lines by city are cities, counted in members."""
    _sell(world)
    client = world.client("owner")

    for side, head in (("gender", "جنسیت"), ("city", "شهر"), ("branch", "شعبهٔ عضویت")):
        heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', _page(client, "members", of=side))
        assert [head, "اعضا"] == [words.strip() for words in heads[:2]]
        assert len(set(heads)) == len(heads)
        file = client.get(reverse("panel:report-file", args=["members", "xlsx"]), {"of": side})
        sheet = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0)
        assert any(row[0] == head and "اعضا" in row for row in sheet.to_python())


def test_what_runs_out_is_told_by_the_months_of_the_reader(world: World) -> None:
    """An English reader plans by her own months, a Persian one by the club's; both add up to the same."""
    world.buy(10_000_000)
    client, today = world.client("owner"), world.club.local_date(now())
    calendars: tuple[tuple[str, Calendar], ...] = (("en", "gregorian"), ("fa", "jalali"))
    for lang, calendar in calendars:
        client.cookies["vafa_lang"] = lang
        page = _page(client, "expiring")
        first = period_start(today, "month", calendar)
        for n in range(3):
            month = add_months(first, n, calendar)
            assert format_date(month, lang, "month", calendar) in page
        other = "jalali" if calendar == "gregorian" else "gregorian"
        assert format_date(today, lang, "month", other) not in page
        assert ("120" if lang == "en" else "۱۲۰") in page


def test_only_what_is_plainly_good_or_bad_has_a_colour(world: World) -> None:
    """More sales are good news; more goods that came back, or more points given, are just more."""
    for days_ago, totals in ((40, (1_000_000,)), (1, (2_000_000, 3_000_000))):
        for total in totals:
            at = now() - timedelta(days=days_ago)
            bought = world.buy(total, purchased_at=at)
            part = {"amount": total // 2, "returned_at": at + timedelta(hours=1)}
            assert world.give_back(bought.answer["purchase_id"], **part).error is None
    client = world.client("owner")
    client.cookies["vafa_lang"] = "en"
    for slug, bright, dull in (
        ("sales", {"Sales", "Purchases"}, set()),
        ("goods", {"Sales"}, {"Came back"}),
        ("value", set(), {"Given"}),
    ):
        colours = _colours(_page(client, slug, period="recent"))
        assert {colours[title] for title in bright} <= {"text-success"}, slug
        assert {colours[title] for title in dull} <= {"text-muted"}, slug


def _colours(page: str) -> dict[str, str]:
    """By the title of each card that tells a change, its colour."""
    cards = page.split('<p class="text-muted text-sm">')[1:]
    found = {}
    for card in cards:
        change = re.search(r"flex items-center gap-1 text-sm (text-\w+)", card)
        if change:
            found[card.partition("</p>")[0]] = change[1]
    return found


def test_a_segment_narrows_a_report(world: World) -> None:
    _sell(world)
    stranger = world.buy(5_000_000, member=None, purchased_at=now() - timedelta(days=1))
    assert stranger.error is None
    world.describe()
    page = _page(world.client("owner"), "sales", segment=str(world.segment_id), period="recent")
    assert "خریداران" in page
    assert "۱٬۰۷۷٬۰۰۰" in page
    # One that was deleted meanwhile narrows nothing.
    page = _page(world.client("owner"), "sales", segment="999999", period="recent")
    assert "۱٬۵۷۷٬۰۰۰" in page
