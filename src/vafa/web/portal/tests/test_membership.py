"""What a member accepts, allows, tells, takes with her, and how she leaves: on her own pages."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.actions.consents import set_consents, write_purpose
from vafa.club.actions.profile_fields import set_profile_fields
from vafa.club.actions.terms import publish_terms, save_draft, withdraw_planned
from vafa.club.models import Consent, Member, TermsAcceptance
from vafa.club.reads.consent_links import consent_token
from vafa.club.reads.terms import forget_terms, version_in_force
from vafa.core.clock import now
from vafa.engage.actions.emails import NewEmail, queue_email, withhold_email
from vafa.engage.actions.messages import send_text, withhold_unwanted
from vafa.engage.models import Message
from vafa.program.models import Voucher
from vafa.program.rules.rule import Fixed, Rule, Text
from vafa.web.portal.tests.test_pages import text_of

TERMS = "امتیاز فروختنی نیست."


@pytest.fixture
def client(world: World) -> Client:
    return world.client("member")


def publish(world: World, text: str = TERMS, *, asks_again: bool = True, **fields: Any) -> None:
    save_draft(world.record.id, text=text, by=world.owner.label)
    publish_terms(
        world.record.id, starts_at=None, asks_again=asks_again, by=world.owner.label, **fields
    )


def again(world: World) -> Member:
    return Member.objects.get(pk=world.member.id)


def test_new_terms_come_before_anything_is_spent(world: World, client: Client) -> None:
    world.buy(50_000_000)
    publish(world)
    reward = reverse("portal:reward", args=[world.rewards["voucher"].id])
    refused = client.post(reward, {"key": "k-1"})
    assert refused.url.startswith(reverse("portal:terms"))
    assert not Voucher.objects.filter(member=world.member).exists()
    page = client.get(reverse("portal:home"), follow=True)
    assert TERMS in text_of(page)
    # A version that nobody has shown her cannot be accepted.
    client.post(reverse("portal:terms"), {"version": "7"})
    assert again(world).terms_version == 0
    home = client.post(reverse("portal:terms"), {"version": "1", "next": reverse("portal:card")})
    assert home.url == reverse("portal:card")
    assert client.get(home.url).status_code == 200
    kept = TermsAcceptance.objects.get(member=world.member)
    assert (kept.version, kept.face, kept.actor) == (1, "portal", f"member:{world.member.id}")
    # A correction of a word asks nobody again; new duties do, and say what is new.
    publish(world, "امتیاز فروختنی نیست، و هدیه هست.", asks_again=False)
    assert client.get(reverse("portal:home")).status_code == 200
    save_draft(world.record.id, text="سوم", changes="بند سوم تازه است", by=world.owner.label)
    publish_terms(world.record.id, starts_at=None, asks_again=True, by=world.owner.label)
    assert "بند سوم تازه است" in text_of(client.get(reverse("portal:home"), follow=True))


def test_terms_hold_from_their_day_on(world: World, client: Client) -> None:
    save_draft(world.record.id, text=TERMS, by=world.owner.label)
    tomorrow = now() + timedelta(days=1)
    publish_terms(world.record.id, starts_at=tomorrow, asks_again=True, by=world.owner.label)
    assert client.get(reverse("portal:home")).status_code == 200
    public = reverse("site:terms", args=[world.record.slug])
    assert Client().get(public).status_code == 404
    withdraw_planned(world.record.id, 1, by=world.owner.label)
    forget_terms()
    assert version_in_force(world.record.id) == 0
    publish(world)
    assert TERMS in text_of(Client().get(public))


def test_she_allows_and_takes_back_and_both_are_kept(world: World, client: Client) -> None:
    url = reverse("portal:consents")
    client.post(url, {"consent_offers:sms": "on"})
    assert again(world).consents == ["offers:sms"]
    client.post(url, {})
    assert again(world).consents == []
    said = Consent.objects.filter(member=world.member).order_by("id")
    assert [(s.purpose, s.is_given, s.version, s.face) for s in said] == [
        ("offers", True, 1, "portal"),
        ("offers", False, 1, "portal"),
    ]
    client.post(url, {})
    assert said.count() == 2
    assert "پس گرفتید: پیشنهادها و تخفیف‌ها" in text_of(client.get(url))


def test_an_offer_goes_only_to_who_allowed_it(world: World, client: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://club.example"
    me = world.member

    def offer(key: str) -> Message:
        send_text(
            world.club,
            me.mobile or "",
            "۲۰٪ تخفیف",
            "test",
            key=key,
            member_id=me.id,
            purpose="offers",
        )
        return Message.objects.get(club=world.record, key=key)

    assert (offer("a").state, offer("a").why) == ("withheld", "no_consent")
    page = text_of(world.client("owner").get(reverse("panel:messages"), {"state": "withheld"}))
    assert "رضایت ندارد" in page
    set_consents(world.record.id, me.id, {"offers:sms": True}, by=world.owner.label, face="till")
    sent = offer("b")
    assert sent.state == "stored"
    way_out = reverse("site:way-out", args=[consent_token(me.id)])
    assert f"https://club.example{way_out}" in sent.text
    # Looking changes nothing; the button does, without a login.
    stranger = Client()
    assert me.name not in text_of(stranger.get(way_out))
    assert again(world).consents == ["offers:sms"]
    Message.objects.filter(pk=sent.pk).update(state="queued")
    stranger.post(way_out, {"all": "1"})
    assert again(world).consents == []
    assert Consent.objects.filter(member=me).latest("id").face == "link"
    # What was queued meanwhile does not go either.
    assert withhold_unwanted(world.record.id) == 1
    sent.refresh_from_db()
    assert sent.state == "withheld"
    assert stranger.get(reverse("site:way-out", args=["2222aaaaaaaa"])).status_code == 404


def test_what_is_not_asked_any_more_allows_nothing(world: World, client: Client) -> None:
    set_consents(world.record.id, world.member.id, {"surveys:sms": True}, by="staff:1", face="till")
    write_purpose(
        world.record.id,
        "surveys",
        name="نظرسنجی",
        name_en="",
        text="دیگر نمی‌پرسیم",
        text_en="",
        channels=["sms"],
        is_active=False,
        by=world.owner.label,
    )
    page = client.get(reverse("portal:consents"))
    assert "نظرم را" not in text_of(page)
    client.post(reverse("portal:consents"), {"consent_offers:sms": "on"})
    assert again(world).consents == ["offers:sms"]


def test_a_complete_profile_brings_its_points_once(world: World, client: Client) -> None:
    rule = Rule(id="all", name=Text(fa="مشخصات"), on="profile_completed", gives=Fixed(points=30))
    world.change_program(rules=(rule,))
    asked: Any = {
        "email": ("profile", False),
        "city": ("profile", True),
        "gender": ("never", False),
    }
    set_profile_fields(world.record.id, asked, by=world.owner.label)
    page = text_of(client.get(reverse("portal:profile")))
    assert "مانده" in page
    assert "ایمیل، شهر" in page
    given = {"name": "مریم رضایی", "email": "maryam@example.com"}
    refused = client.post(reverse("portal:profile"), given)
    assert refused.status_code == 422
    assert "maryam@example.com" in refused.content.decode()
    before = world.balance()[0]
    told = {**given, "city": "شیراز", "gender": "female", "language": "en", "calendar": "jalali"}
    for _ in range(2):
        client.post(reverse("portal:profile"), told)
    assert world.balance()[0] == before + 30
    me = again(world)
    assert (me.city, me.language, me.calendar) == ("شیراز", "en", "jalali")
    # Her language goes with her to another device.
    elsewhere = world.client("member")
    assert elsewhere.get(reverse("portal:profile")).status_code == 200
    bad = client.post(reverse("portal:profile"), {**told, "email": "no-address"})
    assert bad.status_code == 422
    assert again(world).email == "maryam@example.com"


def test_she_takes_her_data_with_her(world: World, client: Client, other_world: World) -> None:
    world.buy(30_000_000)
    world.redeem("voucher")
    other_world.buy(20_000_000)
    Member.objects.filter(pk=world.member.pk).update(city="=HYPERLINK(1)")
    answer = client.post(reverse("portal:my-data"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        data = json.loads(archive.read("data.json"))
        assert archive.read("purchases.csv").startswith(b"\xef\xbb\xbf")
        assert ",'=HYPERLINK(1)" in archive.read("profile.csv").decode(), "no formula"
    assert {row["field"]: row["value"] for row in data["profile"]}["mobile"] == world.member.mobile
    assert [row["total"] for row in data["purchases"]] == [30_000_000]
    assert {row["kind"] for row in data["points"]} == {"join", "purchase", "redeem"}
    assert len(data["vouchers"]) == 1
    assert client.get(reverse("portal:my-data")).status_code == 405
    assert Client().post(reverse("portal:my-data")).status_code == 302


def test_her_e_mails_are_in_her_data_and_nobody_elses(
    world: World, client: Client, other_world: World
) -> None:
    """Also one that she did not allow and that never went; not the staff's own report, though it went to
    the same address, nor what another club wrote to her."""
    hers = NewEmail(
        "maryam@mail.example", "جمعه‌ها", "=ده درصد", member_id=world.member.id, kind="rule"
    )
    queue_email(world.club, hers)
    withhold_email(world.club, replace(hers, subject="هرگز", text="نخواسته"))
    queue_email(world.club, replace(hers, subject="گزارش فروش", member_id=None))
    queue_email(world.club, replace(hers, subject="سارا", member_id=world.enrol().id))
    queue_email(other_world.club, replace(hers, subject="آن‌جا", member_id=other_world.member.id))
    with zipfile.ZipFile(io.BytesIO(client.post(reverse("portal:my-data")).content)) as archive:
        told = json.loads(archive.read("data.json"))["messages"]
        sheet = archive.read("messages.csv").decode("utf-8-sig")
    mails = [row for row in told if row["channel"] == "email"]
    assert {(row["text"], row["state"]) for row in mails} == {
        ("جمعه‌ها\n=ده درصد", "stored"),
        ("هرگز\nنخواسته", "withheld"),
    }
    assert {row["recipient"] for row in mails} == {"maryam@mail.example"}
    assert "جمعه‌ها" in sheet and "گزارش فروش" not in sheet and "سارا" not in sheet


def test_she_leaves_by_the_word_and_is_out(world: World, client: Client) -> None:
    world.buy(30_000_000)
    url = reverse("portal:leave")
    assert "۳۲۰" in text_of(client.get(url))
    before = world.balance()
    assert client.post(url, {"word": "شاید"}).status_code == 422
    assert world.balance() == before
    gone = client.post(url, {"word": "خداحافظ"}, follow=True)
    assert "شما باشگاه را ترک کردید" in text_of(gone)
    assert world.balance()[:3] == (0, 0, 0)
    assert client.get(reverse("portal:home")).url.startswith(reverse("portal:login"))


def test_who_joins_says_yes_to_the_terms_and_what_she_allows(world: World) -> None:
    publish(world)
    client, mobile = Client(), new_mobile()
    client.get("/")
    session = client.session
    session["portal_proved"] = [world.record.id, mobile, now().timestamp(), ""]
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    told = {"name": "سارا", "terms_version": "1", "consent_surveys:sms": "on"}
    refused = client.post(reverse("portal:join"), told)
    assert refused.status_code == 422
    assert "برای عضویت، قوانین را بپذیرید" in text_of(refused)
    assert not Member.objects.filter(mobile=mobile).exists()
    publish(world, "تازه")
    changed = client.post(reverse("portal:join"), {**told, "terms": "on"})
    assert "قوانین همین حالا تغییر کرد" in text_of(changed)
    joined = client.post(reverse("portal:join"), {**told, "terms": "on", "terms_version": "2"})
    assert joined.status_code == 302
    sara = Member.objects.get(mobile=mobile)
    assert (sara.terms_version, sara.consents) == (2, ["surveys:sms"])
    kept = Consent.objects.get(member=sara)
    assert (kept.actor, kept.version, kept.face) == (f"member:{sara.id}", 1, "portal")
