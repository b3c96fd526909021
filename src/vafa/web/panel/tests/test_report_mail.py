"""Reports that are saved and sent: once, to whom they are for, with the rights of whoever set it up."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.smtp_server import PASSWORD, USER, MailBox, smtp_server
from tests.world import World
from vafa.club.models import Audit, Staff
from vafa.core.clock import now
from vafa.engage.actions.email_accounts import EmailChoice, save_email
from vafa.engage.actions.emails import NewEmail, queue_email, send_emails
from vafa.engage.models import Email, EmailSettings
from vafa.insight.actions.saved import Sending, save_report, schedule_report
from vafa.insight.models import ReportRun, ReportSchedule, SavedReport
from vafa.insight.rules.sending_times import Times
from vafa.web.panel.reports.sending import send_due_reports

COLLEAGUE, ACCOUNTANT = "colleague@shop.example", "books@shop.example"


@pytest.fixture
def box(world: World, settings: Any) -> Any:
    settings.REAL_MESSAGES = True
    with smtp_server() as made:
        choice = EmailChoice("127.0.0.1", made.port, "none", USER, "club@shop.example", "باشگاه")
        save_email(world.record, choice, password=PASSWORD, by="staff:0")
        yield made


def _scheduled(world: World, role: str = "owner", form: str = "xlsx") -> ReportSchedule:
    """A report of yesterday's sales that is due."""
    actor = world.actor(role)
    saved = save_report(
        world.club,
        actor,
        name="فروش ماه",
        kind="branches",
        query="period=recent",
        is_shared=True,
    )
    sending = Sending(Times("daily", 8), form, "fa", (COLLEAGUE, ACCOUNTANT))
    made = schedule_report(world.club, actor, saved, sending, origin="https://club.example")
    ReportSchedule.objects.filter(pk=made.pk).update(next_at=now() - timedelta(minutes=1))
    world.buy(1_000_000, purchased_at=now() - timedelta(days=1))
    world.buy(7_770_000, purchased_at=now() - timedelta(days=1), branch="second")
    return made


def _send_all(world: World) -> int:
    send_due_reports(world.record.id)
    return send_emails(world.club)


def test_a_due_report_goes_out_once_to_each(world: World, box: MailBox) -> None:
    schedule = _scheduled(world)
    assert _send_all(world) == 2
    assert _send_all(world) == 0
    assert [mail["To"] for mail in box.mails] == [COLLEAGUE, ACCOUNTANT]
    mail = box.mails[0]
    assert mail["From"] == "باشگاه <club@shop.example>"
    assert "فروش ماه" in mail["Subject"]
    body = mail.get_body()
    assert body is not None
    assert "۸۷۷٬۰۰۰" in body.get_content()
    [file] = mail.iter_attachments()
    sheet = CalamineWorkbook.from_filelike(BytesIO(file.get_content())).get_sheet_by_index(0)
    assert 877_000 in [cell for row in sheet.to_python() for cell in row]
    run = ReportRun.objects.get(schedule=schedule)
    assert (run.state, run.receivers) == ("sent", 2)
    schedule.refresh_from_db()
    assert schedule.next_at > now()
    sent = Audit.objects.get(club=world.record, action="report.sent")
    assert sent.after == {"receivers": f"{COLLEAGUE}, {ACCOUNTANT}", "format": "xlsx"}
    # At rest an e-mail's file is forgotten.
    assert set(Email.objects.filter(club=world.record).values_list("state", "file")) == {
        ("sent", None)
    }


def test_what_broke_off_is_taken_up_and_still_sent_once(world: World, box: MailBox) -> None:
    schedule = _scheduled(world, form="pdf")
    _send_all(world)
    # As if whoever made it had gone before she noted that it was done.
    ReportRun.objects.filter(schedule=schedule).update(
        state="making", told_at=now() - timedelta(hours=1)
    )
    assert _send_all(world) == 0
    assert ReportRun.objects.get(schedule=schedule).state == "sent"
    assert len(box.mails) == 2
    [file] = box.mails[0].iter_attachments()
    assert file.get_content().startswith(b"%PDF")


def test_who_leaves_gets_no_more(world: World, box: MailBox) -> None:
    schedule = _scheduled(world)
    _send_all(world)
    body = box.mails[0].get_body()
    assert body is not None
    found = re.search(r"https://club\.example(/\S+)", body.get_content())
    assert found is not None
    stranger = Client()
    assert stranger.get(found[1]).status_code == 200
    assert schedule.receivers.filter(left_at__isnull=True).count() == 2
    assert "دیگر" in stranger.post(found[1]).content.decode()
    assert stranger.get(found[1].replace("leave/", "leave/x")).status_code == 404
    left = Audit.objects.get(club=world.record, action="schedule.left")
    assert left.after == {"receivers": COLLEAGUE}
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_at=now() - timedelta(minutes=1))
    assert _send_all(world) == 1
    assert box.mails[-1]["To"] == ACCOUNTANT


def test_a_report_shows_what_its_maker_may_see_today(world: World, box: MailBox) -> None:
    world.hire_branch_manager()
    schedule = _scheduled(world, "branch_manager")
    _send_all(world)
    body = box.mails[0].get_body()
    assert body is not None
    assert "۱۰۰٬۰۰۰" in body.get_content()
    assert "۷۷۷" not in body.get_content()
    Staff.objects.filter(pk=schedule.staff_id).update(is_active=False)
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_at=now() - timedelta(minutes=1))
    assert _send_all(world) == 0
    schedule.refresh_from_db()
    assert (schedule.is_on, schedule.trouble) == (False, "forbidden")


@pytest.mark.parametrize(
    ("command", "told", "state", "why"),
    [
        ("RCPT", "450 later", "queued", "later"),
        ("RCPT", "550 nobody", "failed", "recipient"),
        ("AUTH", "535 no", "queued", "login"),
        ("MAIL", "553 not yours", "queued", "sender"),
        ("MAIL", "", "queued", "unavailable"),
        ("DATA", "554 no", "failed", "refused"),
        ("END", "452 full", "queued", "later"),
        ("END", "552 too big", "failed", "refused"),
    ],
)
def test_what_the_server_refuses(
    world: World, box: MailBox, command: str, told: str, state: str, why: str
) -> None:
    queue_email(world.club, NewEmail(COLLEAGUE, "آزمایش", "متن"))
    box.answers[command] = told
    assert send_emails(world.club) == 0
    row = Email.objects.get(club=world.record)
    assert (row.state, row.why, box.mails) == (state, why, [])
    if state == "queued":
        assert row.send_after > now()
        Email.objects.filter(pk=row.pk).update(send_after=now())
        assert send_emails(world.club) == 1
        row.refresh_from_db()
        assert (row.state, row.tries, len(box.mails)) == ("sent", 2, 1)


def test_where_the_line_breaks_behind_the_text_it_is_not_sent_again(
    world: World, box: MailBox
) -> None:
    queue_email(world.club, NewEmail(COLLEAGUE, "آزمایش", "متن"))
    box.answers["END"] = "250 hang up"
    assert send_emails(world.club) == 0
    Email.objects.filter(club=world.record).update(send_after=now())
    assert send_emails(world.club) == 0
    assert Email.objects.get(club=world.record).state == "unknown"
    assert len(box.mails) == 1


def test_an_owner_saves_and_schedules_in_the_panel(world: World) -> None:
    client = world.client("owner")
    save = reverse("panel:save-report", args=["sales"])
    made = client.post(f"{save}?period=last_month&of=&x=1", {"name": "ماه پیش", "is_shared": "on"})
    saved = SavedReport.objects.get(club=world.record)
    assert made.headers["Location"] == reverse("panel:schedule-report", args=[saved.pk])
    assert saved.query == "period=last_month"
    again = client.post(f"{save}?period=month", {"name": "ماه پیش"})
    assert again.status_code == 422
    assert SavedReport.objects.get(club=world.record).query == "period=last_month"
    url = reverse("panel:schedule-report", args=[saved.pk])
    fields = {"rhythm": "monthly", "weekday": "5", "day": "31", "hour": "7", "format": "pdf"}
    fields |= {"language": "fa", "receivers": f"{COLLEAGUE}، not-an-address"}
    wrong = client.post(url, fields)
    assert wrong.status_code == 422
    assert "not-an-address" in wrong.content.decode()
    assert not ReportSchedule.objects.filter(club=world.record).exists()
    assert client.post(url, fields | {"receivers": COLLEAGUE}).status_code == 302
    index = world.client("accountant").get(reverse("panel:reports")).content.decode()
    assert "روز آخر هر ماه ساعت ۰۷:۰۰" in index
    # A colleague looks at it and does not change it.
    assert world.client("accountant").get(url).status_code == 403
    assert client.post(reverse("panel:delete-report", args=[saved.pk])).status_code == 302
    assert not SavedReport.objects.filter(club=world.record).exists()


def test_the_accounts_password_is_kept_sealed_and_goes_to_its_own_server_alone(
    world: World,
) -> None:
    client, url = world.client("owner"), reverse("panel:email")
    fields = {"host": "mail.shop.example", "port": "۵۸۷", "security": "starttls", "user": "club"}
    fields |= {"sender": "club@shop.example", "is_on": "on"}
    assert client.post(url, fields).status_code == 422
    assert client.post(url, fields | {"password": PASSWORD}).status_code == 302
    stored = EmailSettings.objects.get(club=world.record)
    assert PASSWORD.encode() not in bytes(stored.sealed_password or b"")
    assert PASSWORD not in client.get(url).content.decode()
    assert client.post(url, fields | {"sender_name": "ما"}).status_code == 302
    elsewhere = client.post(url, fields | {"host": "mail.other.example"})
    assert elsewhere.status_code == 422
    assert EmailSettings.objects.get(club=world.record).host == "mail.shop.example"
    broken = client.post(url, fields | {"sender": "a@b\r\nBcc: c@d.example"})
    assert broken.status_code == 422


def test_in_a_demo_e_mails_stay_in_the_outbox(world: World) -> None:
    client = world.client("owner")
    client.post(reverse("panel:try-email"), {"address": COLLEAGUE})
    assert Email.objects.get(club=world.record).state == "stored"
    assert send_emails(world.club) == 0
    assert COLLEAGUE in Client().get(reverse("site:outbox")).content.decode()
