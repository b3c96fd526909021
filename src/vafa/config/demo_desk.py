"""What else lies on the demo club's desks: files that were brought in, saved reports, messages, and
a check of the ledger. By the same doors as the pages, for which the flows are too low a room."""

from __future__ import annotations

import tempfile
from pathlib import Path

from vafa.club.access import staff_actor
from vafa.club.actor import Actor
from vafa.club.models import Member, Staff, Task
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import DataImport
from vafa.config.tasks import carry_out_task
from vafa.engage.actions.expiry_warnings import warn_of_expiry
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.flows.demo.people import free_mobiles
from vafa.flows.demo.shop import ANALYST, MANAGER, OWNER
from vafa.flows.imports.asking import ask_run, ask_undo, describe, upload_file
from vafa.flows.ledger_checks import ask_for_check
from vafa.insight.actions.saved import Sending, save_report, schedule_report
from vafa.insight.models import SavedReport
from vafa.insight.rules.sending_times import Times
from vafa.ledger.reads.verifications import latest_verification

_LANG = "fa"
_CSV = "text/csv"
# Some rows are as they come from a shop's old list: a number too short, one twice, none at all.
_GUESTS = """موبایل,نام,نام خانوادگی,شهر
{0},رویا,مظفری,تهران
{1},سهراب,ملکی,تهران
0912000,نسرین,طاهری,کرج
{2},بیژن,عطایی,تهران
{3},گلناز,فروتن,ری
{1},سهراب,ملکی,تهران
{4},مهدی,شفیعی,تهران
,اکرم,بهرامی,تهران
{5},شهره,پناهی,شیراز
{6},کامران,دلیری,تهران
"""
_MOBILES = 7
_GOODS = """کد,نام کالا,دسته,قیمت
sample-01,نمونهٔ شمع معطر,نمونه‌ها,۳۵۰٬۰۰۰
sample-02,نمونهٔ دمنوش بابونه,نمونه‌ها,۱۲۰٬۰۰۰
sample-03,نمونهٔ صابون زیتون,نمونه‌ها,۹۵٬۰۰۰
sample-04,نمونهٔ کرهٔ بادام,نمونه‌ها,۲۸۰٬۰۰۰
"""


def furnish_offices(club: ClubContext) -> None:
    """Lay it all there; what lies there already stays. The check of the ledger is only asked for:
    the worker does it when it begins."""
    if not DataImport.objects.filter(club_id=club.id, kind="members").exists():
        taken = set(Member.objects.filter(club_id=club.id).values_list("mobile", flat=True))
        guests = _GUESTS.format(*free_mobiles(taken, _MOBILES))
        _bring(club, "members", "مهمان‌های جشن پاییز.csv", guests, {"grant_points": False})
    if not DataImport.objects.filter(club_id=club.id, kind="products").exists():
        brought = _bring(club, "products", "نمونه‌ها.csv", _GOODS, {"unit": "toman"})
        _do(club, ask_undo(club, _of_staff(club, MANAGER), brought, _LANG))
    if not SavedReport.objects.filter(club_id=club.id).exists():
        _save_reports(club)
    write_what_is_wanted()
    warn_of_expiry(club)
    if latest_verification(club.book_id) is None:
        ask_for_check(club, _of_staff(club, OWNER))


def _of_staff(club: ClubContext, username: str) -> Actor:
    return staff_actor(Staff.objects.get(club_id=club.id, user__username=username))


def _bring(
    club: ClubContext, kind: str, name: str, text: str, said: dict[str, object]
) -> DataImport:
    """A file as it goes through the pages: uploaded, described, brought in."""
    by = _of_staff(club, MANAGER)
    with tempfile.TemporaryDirectory(prefix="vafa-demo-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        made = upload_file(club, by, kind, path, name, _CSV)
    assert made.upload is not None
    _do(club, made.upload)
    made.refresh_from_db()
    describe(club, by, made, said)
    _do(club, ask_run(club, by, made, _LANG))
    made.refresh_from_db()
    return made


def _do(club: ClubContext, task: Task) -> None:
    """What the worker would do; its own job then finds it done."""
    carry_out_task(club.id, task.pk)


def _save_reports(club: ClubContext) -> None:
    owner, analyst = _of_staff(club, OWNER), _of_staff(club, ANALYST)
    sales = save_report(
        club, owner, name="فروش هر ماه", kind="sales", query="period=last_month", is_shared=True
    )
    save_report(
        club, owner, name="شعبه‌ها در ۳۰ روز", kind="branches", query="period=recent", is_shared=True
    )
    save_report(
        club, analyst, name="تازه‌ها و رفته‌ها", kind="growth", query="period=recent", is_shared=False
    )
    receivers = ("parisa@ravagh.example", "hesabdari@ravagh.example")
    sending = Sending(Times("monthly", 8, day=1), "pdf", _LANG, receivers)
    schedule_report(club, owner, sales, sending, origin="http://localhost:8000")
