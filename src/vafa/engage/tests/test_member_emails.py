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
from vafa.club.actions.fees import save_fee
from vafa.club.models import Member
from vafa.club.reads.context import forget_contexts
from vafa.club.reads.members import Reader
from vafa.club.rules.fees import Fee
from vafa.core.clock import now
from vafa.engage.actions.email_accounts import EmailChoice, save_email
from vafa.engage.actions.emails import send_emails
from vafa.engage.actions.erasure import erase_from_messages
from vafa.engage.actions.expiry_warnings import warn_of_expiry
from vafa.engage.actions.fee_reminders import remind_of_fees
from vafa.engage.actions.quiet import save_quiet
from vafa.engage.actions.telling import ToSay, tell_member
from vafa.engage.errors import NoChannel
from vafa.engage.models import Email, Message
from vafa.engage.reads.messages import messages_of
from vafa.engage.tests.sms_world import messages
from vafa.flows.fees import pay_fee
from vafa.flows.upkeep import run_upkeep
from vafa.program.reads.revisions import live_program
from vafa.program.rules.expiry import After

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


def points_last_30_days(world: World) -> None:
    program = live_program(world.record.id).program
    lasting = {"expiry": After(count=30, each="days"), "warn_days": 5}
    world.publish(program.model_copy(update={"terms": program.terms.model_copy(update=lasting)}))


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


def test_warnings_and_reminders_go_by_mail_where_no_text_can(world: World, box: MailBox) -> None:
    points_last_30_days(world)
    world.buy(10_000_000)
    unreachable = world.enrol()
    save_fee(world.record.id, Fee(amount=1_000_000, months=1, remind_days=14), by="staff:0")
    forget_contexts()
    pay_fee(
        world.club, world.owner, world.member.id, branch_id=world.branch.id, payment="cash", key="f"
    )
    soon = now() + timedelta(days=27)
    for _ in range(2):
        # She has an address and is told; the other has a mobile alone, and there is no account for texts.
        with pytest.raises(NoChannel):
            warn_of_expiry(world.club, at=soon)
        remind_of_fees(world.club, at=soon)
    assert send_emails(world.club) == 2
    warned, reminded = box.mails
    assert world.club.name in warned["Subject"] and "مهلت امتیازهای شما" in warned["Subject"]
    assert "۱۰۰ امتیاز شما" in warned.get_content()
    assert "رو به پایان" in reminded["Subject"] and "۱۰۰٬۰۰۰ تومان" in reminded.get_content()
    # What follows from her membership needs no consent, and so no way out.
    assert not warned["List-Unsubscribe"] and not reminded["List-Unsubscribe"]
    run_upkeep(world.club, at=soon + timedelta(days=5))
    left = world.balance().available, world.balance(unreachable).available
    assert left == (20, 20), "hers of the purchase are gone; what nobody was told of waits"
    assert not messages(world)


def test_who_has_both_is_warned_by_text_and_who_has_an_address_alone_by_mail(
    world: World, settings: Any
) -> None:
    points_last_30_days(world)
    world.buy(10_000_000)
    both, alone = world.enrol(), world.enrol(external_id="7")
    Member.objects.filter(pk=both.id).update(email="both@mail.example")
    Member.objects.filter(pk=alone.id).update(
        mobile=None, email="alone@mail.example", language="en"
    )
    assert warn_of_expiry(world.club, at=now() + timedelta(days=27)) == 3
    texts = messages(world, kind="expiry")
    assert {text.member_id for text in texts} == {world.member.id, both.id}
    [mail] = Email.objects.filter(club=world.record)
    assert (mail.recipient, mail.kind, mail.purpose) == ("alone@mail.example", "expiry", "service")
    assert "20 points of yours" in mail.text


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
