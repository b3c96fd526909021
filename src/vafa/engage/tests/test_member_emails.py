"""A rule's message by e-mail: to whom allowed it, once, with a way out that needs no login."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.smtp_server import PASSWORD, USER, MailBox, smtp_server
from tests.world import World
from vafa.club.actions.consents import set_consents, write_purpose
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.engage.actions.email_accounts import EmailChoice, save_email
from vafa.engage.actions.emails import send_emails
from vafa.engage.actions.erasure import erase_from_messages
from vafa.engage.actions.quiet import save_quiet
from vafa.engage.actions.telling import Reader, ToSay, tell_member
from vafa.engage.models import Email, Message
from vafa.engage.reads.messages import messages_of
from vafa.engage.tests.sms_world import messages

ADDRESS = "maryam@mail.example"
TEXT = "۲۰٪ تخفیف تا جمعه"


@pytest.fixture
def box(world: World, settings: Any) -> Iterator[MailBox]:
    settings.REAL_MESSAGES, settings.OUTBOX_PAGE = True, False
    settings.PUBLIC_URL = "https://club.example"
    save_quiet(world.club, 0, 0, by=world.owner.label)
    words = {"name": "پیشنهادها", "name_en": "Offers", "text": "پیشنهاد بفرستید", "text_en": ""}
    write_purpose(world.record.id, "offers", **words, channels=["sms", "email"], by="staff:0")
    Member.objects.filter(pk=world.member.id).update(email=ADDRESS)
    with smtp_server() as made:
        choice = EmailChoice("127.0.0.1", made.port, "none", USER, "club@shop.example", "باشگاه")
        save_email(world.record, choice, password=PASSWORD, by="staff:0")
        yield made


def allow(world: World, *keys: str) -> None:
    given = {key: key in keys for key in ("offers:sms", "offers:email")}
    set_consents(world.record.id, world.member.id, given, by="test")


def tell(world: World, key: str = "1", **more: Any) -> bool:
    her = Member.objects.get(pk=world.member.id)
    reader = Reader(her.id, her.mobile, her.email, her.language, her.consents)
    said = ToSay(TEXT, **{"purpose": "offers", **more})
    return tell_member(world.club, reader, said, "rule", key=key)


def test_an_offer_goes_by_mail_to_who_allowed_that_and_one_post_ends_it(
    world: World, box: MailBox, client: Client
) -> None:
    allow(world, "offers:email")
    assert tell(world, subject="جمعه‌های ما") and not tell(world)
    assert send_emails(world.club) == 1 and send_emails(world.club) == 0
    [mail] = box.mails
    link = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "جمعه‌های ما")
    body = mail.get_content()
    assert TEXT in body and "«پیشنهادها»" in body and link in body
    assert [one.text.split("\n")[0] for one in messages_of([world.member.id], limit=9, offset=0)]
    # One that waits while she takes it back is not sent.
    assert tell(world, "2")
    path = link.removeprefix("https://club.example")
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(path)["Location"] == path.partition("/stop/")[0]
    assert Member.objects.get(pk=world.member.id).consents == ["offers:email"]
    for _ in range(2):
        answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert Member.objects.get(pk=world.member.id).consents == []
    assert stranger.post(path.replace("/stop/", "2/stop/")).status_code == 404
    assert send_emails(world.club) == 0 and len(box.mails) == 1
    waited = Email.objects.get(club=world.record, key="2")
    assert (waited.state, waited.why) == ("withheld", "no_consent")
    shown = world.client("owner").get(reverse("panel:messages"), {"state": "email"})
    assert ADDRESS not in shown.content.decode() and TEXT in shown.content.decode()
    world.verify()


def test_which_way_a_message_goes(world: World, box: MailBox, settings: Any) -> None:
    settings.OUTBOX_PAGE, settings.REAL_MESSAGES = True, False
    allow(world, "offers:sms", "offers:email")
    tell(world, "text")
    tell(world, "mail", first="email")
    allow(world, "offers:sms")
    tell(world, "only-text", first="email")
    allow(world)
    assert not tell(world, "none", first="email")
    tell(world, "news", purpose="service", first="email")
    assert [(m.key, m.state) for m in messages(world)] == [
        *[("text", "stored"), ("only-text", "stored"), ("none", "withheld")]
    ]
    mails = Email.objects.filter(club=world.record).order_by("id")
    assert [(m.key, bool(m.leave_url)) for m in mails] == [("mail", True), ("news", False)]
    # Nobody is written to who could not take it back.
    settings.PUBLIC_URL = ""
    allow(world, "offers:email")
    assert not tell(world, "no-address")
    assert Message.objects.get(club=world.record, key="no-address").state == "withheld"


def test_mails_wait_for_the_morning_and_are_forgotten_with_her(world: World, box: MailBox) -> None:
    allow(world, "offers:email")
    hour = datetime.now(world.club.tz).hour
    save_quiet(world.club, hour, (hour + 2) % 24, by=world.owner.label)
    assert tell(world) and send_emails(world.club) == 0
    mail = Email.objects.get(club=world.record)
    assert now() < mail.send_after < now() + timedelta(hours=3)
    # The hours changed meanwhile: what is due is looked at again.
    Email.objects.filter(pk=mail.pk).update(send_after=now())
    assert send_emails(world.club) == 0
    erase_from_messages(world.record.id, [world.member.id], [])
    save_quiet(world.club, 0, 0, by=world.owner.label)
    assert send_emails(world.club) == 0 and not box.mails
    mail.refresh_from_db()
    assert (mail.recipient, mail.subject, mail.text, mail.leave_url) == ("", "", "", "")


def test_the_owner_sets_the_quiet_hours(world: World) -> None:
    owner, page = world.client("owner"), reverse("panel:quiet")
    assert "۲۲" in owner.get(page).content.decode()
    wrong = owner.post(page, {"has": "on", "begins": "7", "ends": "7"})
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.content.decode()
    assert owner.post(page, {"has": "on", "begins": "21", "ends": "9"}).status_code == 302
    step = owner.get(reverse("panel:setup-step", args=["talk"])).content.decode()
    assert "۲۱" in step and "۹" in step and page in step
    assert owner.post(page, {"begins": "21", "ends": "9"}).status_code == 302
    assert "checked" not in owner.get(page).content.decode()
    assert world.client("cashier").get(page).status_code in (302, 403)
