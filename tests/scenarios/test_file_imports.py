"""Files in the panel: uploaded, described, tried out, brought in, corrected, taken back."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.world import World
from vafa.club.models import Audit, Member, OwnRole, Staff, Task, TaskFile
from vafa.commerce.actions.orders import OrderTerms
from vafa.commerce.models import DataImport
from vafa.config.jobs import forget_files_of_tasks
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.flows.orders import make_order

PANEL = "/panel/imports/"
MEMBERS = """کد مشتری,نام,نام خانوادگی,موبایل,تاریخ عضویت,یادداشت
B1,زهرا,احمدی,09121210001,1402/01/15,الف
B2,علی,کریمی,0912121,1402/02/20,ب
B3,رضا,ناصری,09121210003,1402/13/20,ج
"""


def work(world: World) -> None:
    """The worker does everything that waits."""
    for task in Task.objects.filter(club=world.record, finished_at__isnull=True).order_by("pk"):
        carry_out_task(world.record.id, task.pk)


def upload(client: Client, kind: str, content: str | bytes, name: str = "people.csv") -> Any:
    """Send a file as the form does."""
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"{PANEL}new/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def uploaded(world: World, kind: str, content: str | bytes, name: str = "people.csv") -> DataImport:
    """An upload that the worker has read."""
    answer = upload(world.client("owner"), kind, content, name)
    assert answer.status_code == 302, answer.content.decode()
    work(world)
    return DataImport.objects.filter(club=world.record).latest("pk")


def posted(one: DataImport, columns: dict[str, str], **said: Any) -> dict[str, Any]:
    """What the form of the columns sends: header → field."""
    headers = one.sample["headers"]
    return {f"column-{headers.index(h)}": field for h, field in columns.items()} | said


def test_members_from_upload_to_undo(world: World) -> None:
    owner = world.client("owner")
    one = uploaded(world, "members", MEMBERS)
    page = owner.get(f"{PANEL}{one.pk}/").content.decode()
    assert "۰۹۱۲ ۱۲۱ ۰۰۰۱" in page and "2023-04-04" in page and "۱۴۰۲/۰۱/۱۵" in page
    assert page.count("line-through") == 2, "a short mobile and a thirteenth month"
    assert Member.objects.filter(club=world.record, external_id="B1").count() == 0

    columns = {"کد مشتری": "customer", "نام": "name", "نام خانوادگی": "last_name",
               "موبایل": "mobile", "تاریخ عضویت": "joined"}  # fmt: skip
    twice = posted(one, columns | {"یادداشت": "mobile"}, branch="main")
    answer = owner.post(f"{PANEL}{one.pk}/columns/", twice)
    assert answer.status_code == 422 and "ستون دیگری" in answer.content.decode()

    said = posted(one, columns, branch="main")
    owner.post(f"{PANEL}{one.pk}/columns/", said | {"then": "check"})
    work(world)
    one.refresh_from_db()
    assert one.found is not None and (one.found["made"], one.found["refused"]) == (1, 2)
    assert (
        one.state == "ready"
        and not Member.objects.filter(club=world.record, external_id="B1").exists()
    )

    owner.post(f"{PANEL}{one.pk}/columns/", said | {"then": "run"})
    again = owner.post(f"{PANEL}{one.pk}/columns/", said | {"then": "run"})
    assert again.status_code == 302, "a double click asks once"
    work(world)
    one.refresh_from_db()
    assert one.state == "done" and one.counts is not None
    her = Member.objects.get(club=world.record, external_id="B1")
    assert her.name == "زهرا احمدی"
    page = owner.get(f"{PANEL}{one.pk}/").content.decode()
    address = f"{PANEL}{one.pk}/refused.csv"
    assert address in page
    refused = b"".join(world.client("manager").get(address).streaming_content)
    rows = refused.decode("utf-8-sig")
    assert "B2" in rows and "B3" in rows and "B1" not in rows

    fixed = uploaded(
        world, "members", rows.replace("0912121,", "09121210002,").replace("/13/", "/12/")
    )
    owner.post(f"{PANEL}{fixed.pk}/columns/", posted(fixed, columns, branch="main", then="run"))
    work(world)
    assert Member.objects.filter(club=world.record, external_id__in=["B1", "B2", "B3"]).count() == 3

    asked = owner.get(f"{PANEL}{fixed.pk}/undo/").content.decode()
    assert "۲" in asked
    assert owner.post(f"{PANEL}{fixed.pk}/undo/", {}).status_code == 422
    ordering = Member.objects.get(club=world.record, external_id="B3")
    make_order(world.club, world.owner, ordering.pk, OrderTerms(world.branch.id))
    owner.post(f"{PANEL}{fixed.pk}/undo/", {"sure": "yes"})
    work(world)
    fixed.refresh_from_db()
    assert fixed.state == "undone" and fixed.undone is not None
    assert (fixed.undone["members"], fixed.undone["members_kept"]) == (1, 1)
    ordering.refresh_from_db()
    assert ordering.is_active, "she has ordered something"
    assert Member.objects.filter(club=world.record, external_id="B2", is_active=True).count() == 0
    her.refresh_from_db()
    assert her.is_active
    assert "برگردانده" in owner.get(f"{PANEL}{fixed.pk}/").content.decode()
    assert owner.post(f"{PANEL}{fixed.pk}/undo/", {"sure": "yes"}).status_code == 302
    acts = set(Audit.objects.filter(club=world.record).values_list("action", flat=True))
    assert {"import.uploaded", "import.asked", "import.undone", "import.finished"} <= acts
    world.verify()


def test_purchases_are_read_as_they_were_described(world: World) -> None:
    owner = world.client("owner")
    text = "فاکتور,روز,تلفن,پرداختی\n1,05/06/1405,09121219001,۱۵۰٬۰۰۰\n2,06/06/1405,,abc\n"
    one = uploaded(world, "purchases", text)
    page = owner.get(f"{PANEL}{one.pk}/").content.decode()
    assert "ستون تاریخ" in page or "تاریخ" in page
    columns = {"فاکتور": "receipt", "روز": "date", "تلفن": "mobile", "پرداختی": "total"}
    said = posted(one, columns, unit="toman", branch="main", calendar="jalali", grant_points="on")
    answer = owner.post(f"{PANEL}{one.pk}/columns/", said | {"then": "run"}, follow=True)
    assert "روز" in answer.content.decode() and not Task.objects.filter(kind="import_run").filter(
        club=world.record
    ), "day or month first is not known yet"
    owner.post(f"{PANEL}{one.pk}/columns/", said | {"day_order": "dmy", "then": "run"})
    work(world)
    one.refresh_from_db()
    assert one.counts is not None and one.counts["purchases"] == [1, 1_500_000]
    assert one.counts["refused"] == 1
    her = Member.objects.get(club=world.record, mobile="+989121219001")
    assert world.balance(her).available > 0
    owner.post(f"{PANEL}{one.pk}/undo/", {"sure": "yes"})
    work(world)
    assert world.balance(her).available == 0
    world.verify()


def test_what_joining_brought_is_counted_with_the_purchases(world: World) -> None:
    """The owner reads every point that a file has cost her; and none are given unless she says so."""
    owner = world.client("owner")
    text = "فاکتور,تاریخ,موبایل,مبلغ کل (ریال)\n1,1405/06/05,09121219005,1500000\n"
    one = uploaded(world, "purchases", text)
    page = owner.get(f"{PANEL}{one.pk}/").content.decode()
    assert '<option value="rial" selected' in page, "the file says so"
    assert '<option value="total" selected' in page
    assert not re.search(r'name="grant_points"[^>]*checked', page)
    columns = {
        "فاکتور": "receipt",
        "تاریخ": "date",
        "موبایل": "mobile",
        "مبلغ کل (ریال)": "total",
    }
    how = {"unit": "rial", "branch": "main", "calendar": "jalali"}
    said = posted(one, columns, **how)
    owner.post(f"{PANEL}{one.pk}/columns/", said | {"then": "run", "grant_points": "on"})
    work(world)
    one.refresh_from_db()
    her = Member.objects.get(club=world.record, mobile="+989121219005")
    assert one.counts is not None and one.counts["points"] == world.balance(her).available == 35

    silent = uploaded(world, "purchases", text.replace("\n1,", "\n2,").replace("9005", "9006"))
    owner.post(f"{PANEL}{silent.pk}/columns/", posted(silent, columns, **how, then="run"))
    work(world)
    silent.refresh_from_db()
    assert silent.counts is not None and silent.counts["points"] == 0
    new = Member.objects.get(club=world.record, mobile="+989121219006")
    assert world.balance(new).available == 0


def test_balances_and_codes_by_the_form(world: World) -> None:
    owner, mobile = world.client("owner"), (world.member.mobile or "").replace("+98", "0")
    one = uploaded(world, "balances", f"موبایل,امتیاز\n{mobile},70\n{mobile},هفتاد\n")
    columns = {"موبایل": "mobile", "امتیاز": "points"}
    owner.post(f"{PANEL}{one.pk}/columns/", posted(one, columns, unit="toman", then="run"))
    had = world.balance().available
    work(world)
    assert world.balance().available == had + 70

    codes = uploaded(world, "codes", "code\nX-1\nX-2\n", "codes.csv")
    form = posted(codes, {"code": "code"}, series_name="بن", series_kind="partner", last_day="x")
    bad = owner.post(f"{PANEL}{codes.pk}/columns/", form)
    assert bad.status_code == 422
    form |= {"text": "یک قهوه", "last_day": "2099-01-01", "then": "run"}
    owner.post(f"{PANEL}{codes.pk}/columns/", form)
    work(world)
    codes.refresh_from_db()
    assert codes.state == "done" and codes.counts is not None and codes.counts["made"] == 2


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 40, b"%PDF-1.7\n\x00\x00"])
def test_what_is_no_table_is_refused_at_the_field(world: World, content: bytes) -> None:
    answer = upload(world.client("owner"), "members", content)
    assert answer.status_code == 422
    assert not DataImport.objects.filter(club=world.record).exists()


def test_what_is_too_large_never_arrives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vafa.web.panel.views.imports.MOST_BYTES", 1000)
    answer = upload(world.client("owner"), "members", io.BytesIO(b"a,b\n" * 1000).read())
    assert answer.status_code == 422
    assert "50" in answer.content.decode() or "۵۰" in answer.content.decode()
    assert not DataImport.objects.filter(club=world.record).exists()


def test_only_who_may_import_gets_in(world: World) -> None:
    for role, status in (("accountant", 403), ("cashier", 403)):
        client = world.client(role)
        assert client.get(PANEL).status_code == status
        assert upload(client, "members", MEMBERS).status_code == status
    assert not DataImport.objects.filter(club=world.record).exists()


def test_stopped_it_goes_on_and_is_taken_back(world: World) -> None:
    owner, mobile = world.client("owner"), (world.member.mobile or "").replace("+98", "0")
    one = uploaded(world, "balances", f"موبایل,امتیاز\n{mobile},70\n")
    columns = {"موبایل": "mobile", "امتیاز": "points"}
    owner.post(f"{PANEL}{one.pk}/columns/", posted(one, columns, unit="toman", then="run"))
    had = world.balance().available
    Task.objects.filter(club=world.record, kind="import_run").update(stop_asked_at=now())
    work(world)
    one.refresh_from_db()
    assert (world.balance().available, one.counts) == (had, None)
    assert "متوقف" in owner.get(f"{PANEL}{one.pk}/").content.decode()
    if one.state == "ready":
        owner.post(f"{PANEL}{one.pk}/columns/", posted(one, columns, unit="toman", then="run"))
    else:
        owner.post(f"{PANEL}{one.pk}/run/")
    work(world)
    assert world.balance().available == had + 70
    owner.post(f"{PANEL}{one.pk}/undo/", {"sure": "yes"})
    Task.objects.filter(club=world.record, kind="import_undo").update(stop_asked_at=now())
    work(world)
    owner.post(f"{PANEL}{one.pk}/undo/", {"sure": "yes"})
    work(world)
    one.refresh_from_db()
    assert (one.state, world.balance().available) == ("undone", had)
    world.verify()


def test_two_files_of_a_club_wait_for_each_other(world: World) -> None:
    owner = world.client("owner")
    one = uploaded(world, "members", "mobile\n09121310001\n")
    owner.post(f"{PANEL}{one.pk}/columns/", posted(one, {"mobile": "mobile"}, then="run"))
    asked = Task.objects.get(club=world.record, kind="import_run")
    lock = "(hashtextextended('import', %s))"
    with connections["owner"].cursor() as other:
        other.execute(f"SELECT pg_advisory_lock{lock}", [world.record.id])
        with ThreadPoolExecutor(1) as worker:
            doing = worker.submit(in_a_thread, world.record.id, asked.pk)
            until = monotonic() + 20
            while not Task.objects.filter(pk=asked.pk, step="import_waits").exists():
                assert monotonic() < until and not doing.done()
                sleep(0.05)
            assert not Member.objects.filter(club=world.record, mobile="+989121310001").exists()
            other.execute(f"SELECT pg_advisory_unlock{lock}", [world.record.id])
            doing.result(timeout=20)
    assert Member.objects.filter(club=world.record, mobile="+989121310001").exists()


def in_a_thread(club_id: int, task_id: int) -> None:
    """Another worker does it, on a connection of its own."""
    try:
        carry_out_task(club_id, task_id)
    finally:
        connection.close()


def test_an_excel_file_with_dates_of_its_own(world: World, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["mobile", "birth date", "points"])
        sheet.write_number(1, 0, 9121320001)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 1, date(1991, 7, 26), day)
    owner = world.client("owner")
    one = uploaded(world, "members", path.read_bytes(), "people.xlsx")
    assert "۱۳۷۰/۰۵/۰۴" in owner.get(f"{PANEL}{one.pk}/").content.decode()
    columns = {"mobile": "mobile", "birth date": "birth_date"}
    owner.post(f"{PANEL}{one.pk}/columns/", posted(one, columns, then="run"))
    work(world)
    her = Member.objects.get(club=world.record, mobile="+989121320001")
    assert her.birth_date == date(1991, 7, 26)


def test_a_broken_workbook_is_told_on_its_page(world: World) -> None:
    one = uploaded(world, "members", b"\xd0\xcf\x11\xe0" + bytes(900), "old.xls")
    assert one.state == "new"
    page = world.client("owner").get(f"{PANEL}{one.pk}/").content.decode()
    assert "خراب" in page and "انتخاب فایل دیگر" in page


def test_pages_ask_little(world: World) -> None:
    owner = world.client("owner")
    one = uploaded(world, "purchases", "receipt,date,total\n1,2026-01-02,5000\n")
    for address in (PANEL, f"{PANEL}new/", f"{PANEL}{one.pk}/", f"{PANEL}{one.pk}/undo/"):
        with CaptureQueriesContext(connection) as asked:
            assert owner.get(address).status_code == 200
        assert len(asked) <= 12, (address, len(asked))


def test_a_file_gives_no_value_that_its_bringer_may_not_give(world: World) -> None:
    """Who may bring in files, and nothing else, brings in no balances and no codes."""
    role = OwnRole.objects.create(club=world.record, name="ورود", permissions=["imports.run"])
    clerk = world.staff["support"]
    Staff.objects.filter(pk=clerk.pk).update(role="own", own_role=role)
    ready = uploaded(world, "balances", f"موبایل,امتیاز\n{world.member.mobile},500\n")
    client = world.client("support")
    assert 'value="balances"' not in client.get(f"{PANEL}new/").content.decode()
    before = world.snapshot()
    for kind in ("balances", "codes"):
        assert upload(client, kind, "موبایل,امتیاز\n09121210001,5\n").status_code == 422
    said = posted(ready, {"موبایل": "mobile", "امتیاز": "points"}, unit="toman", then="run")
    client.post(f"{PANEL}{ready.pk}/columns/", said)
    client.post(f"{PANEL}{ready.pk}/run/")
    work(world)
    ready.refresh_from_db()
    assert ready.state == "ready"
    assert world.snapshot() == before
    assert upload(client, "members", MEMBERS).status_code == 302


def test_a_refused_row_runs_in_no_spreadsheet(world: World) -> None:
    """Neither what it says, nor what its column is called."""
    text = 'موبایل,نام,"=HYPERLINK(""x"")"\n0912,=1+1,@SUM(1)\n'
    one = uploaded(world, "members", text)
    owner = world.client("owner")
    said = posted(one, {"موبایل": "mobile", "نام": "name"}, then="run")
    owner.post(f"{PANEL}{one.pk}/columns/", said)
    work(world)
    taken = b"".join(owner.get(f"{PANEL}{one.pk}/refused.csv").streaming_content)
    cells = [cell for row in csv.reader(io.StringIO(taken.decode("utf-8-sig"))) for cell in row]
    assert "'=1+1" in cells and "'@SUM(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]


def test_of_a_file_that_nobody_brought_in_no_person_stays(world: World) -> None:
    one = uploaded(world, "members", MEMBERS)
    with time_machine.travel(now() + timedelta(days=31)):
        forget_files_of_tasks(0)
        page = world.client("owner").get(f"{PANEL}{one.pk}/")
    assert page.status_code == 200 and "زهرا" not in page.content.decode()
    one.refresh_from_db()
    assert one.sample["headers"] and "زهرا" not in str(one.sample)
    assert not TaskFile.objects.filter(task=one.upload).exists()
