"""The owner writes terms, consents and details; a person is forgotten; the cashier reads out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.actions.terms import accept_terms
from vafa.club.models import Audit, Consent, ConsentPurpose, Member, Terms
from vafa.club.reads.terms import list_terms, version_in_force
from vafa.core.clock import now
from vafa.web.panel.tests.test_messages import text_of


@pytest.fixture
def owner(world: World) -> Client:
    return world.client("owner")


def test_terms_are_written_kept_and_published(world: World, owner: Client) -> None:
    url = reverse("panel:terms")
    refused = owner.post(url, {"text": "", "changes": "تازه"})
    assert refused.status_code == 422
    assert "تازه" in refused.content.decode()
    owner.post(url, {"text": "متن نخست"})
    assert version_in_force(world.record.id) == 0
    day = world.club.local_date(now()) - timedelta(days=3)
    early = owner.post(reverse("panel:publish-terms"), {"starts_on": str(day)})
    assert early.status_code == 422
    assert version_in_force(world.record.id) == 0
    owner.post(reverse("panel:publish-terms"), {"asks_again": "on", "sure": "on"})
    assert version_in_force(world.record.id) == 1
    assert "برقرار" in text_of(owner.get(url))
    # Nothing is left to publish, and what holds stays as it is.
    assert owner.post(reverse("panel:publish-terms"), {}).status_code == 422
    assert Terms.objects.get(club=world.record).text == "متن نخست"
    manager = world.client("manager").post(url, {"text": "x"})
    assert manager.status_code == 403


def test_publishing_terms_asks_first_how_many_will_be_asked(world: World, owner: Client) -> None:
    owner.post(reverse("ui:language"), {"lang": "en"})
    url, publish = reverse("panel:terms"), reverse("panel:publish-terms")
    for _ in range(2):
        world.enrol()
    Member.objects.filter(pk=world.enrol().pk).update(is_active=False)
    owner.post(url, {"text": "متن نخست"})
    asked = owner.post(publish, {})
    assert asked.status_code == 200 and version_in_force(world.record.id) == 0
    assert "3 members are asked to accept" in text_of(asked), "of the first terms everybody"
    assert "cannot be undone" in text_of(asked)
    owner.post(publish, {"sure": "on"})
    assert version_in_force(world.record.id) == 1
    accept_terms(world.record.id, world.member.id, 1, by=f"member:{world.member.id}")

    owner.post(url, {"text": "متن دوم"})
    assert "3 members are asked" in text_of(owner.post(publish, {"asks_again": "on"}))
    day = world.club.local_date(now()) + timedelta(days=3)
    later = text_of(owner.post(publish, {"starts_on": str(day)}))
    assert "2 members are asked" in later, "without asking again those who accepted none"
    assert "Until that day you can take it back" in later
    assert version_in_force(world.record.id) == 1 and not list_terms(world.record.id)[1:]
    # Exactly what was said is sent with the answer.
    assert (
        f'name="starts_on" value="{day}"'
        in owner.post(publish, {"starts_on": str(day)}).content.decode()
    )


def test_other_words_are_another_version(world: World, owner: Client) -> None:
    url = reverse("panel:edit-consent", args=["offers"])
    told = {
        "name": "پیشنهادها",
        "text": "متن تازه",
        "channels": ["sms", "email"],
        "is_active": "on",
    }
    owner.post(url, told)
    owner.post(url, told)
    versions = ConsentPurpose.objects.filter(club=world.record, code="offers")
    assert list(versions.values_list("version", flat=True).order_by("version")) == [1, 2]
    assert versions.get(version=1).text != "متن تازه"
    taken = owner.post(
        reverse("panel:new-consent"),
        {"name": "x", "text": "y", "channels": ["sms"], "code": "offers"},
    )
    assert taken.status_code == 422


def test_the_cashier_notes_what_a_new_member_allows(world: World, owner: Client) -> None:
    owner.post(
        reverse("panel:profile-fields"),
        {f"ask{n}": "joining" if n in (0, 4, 5) else "never" for n in range(9)} | {"must0": "on"},
    )
    assert "هنگام عضویت" in text_of(owner.get(reverse("panel:audit")))
    owner.post(reverse("panel:terms"), {"text": "متن"})
    owner.post(reverse("panel:publish-terms"), {"asks_again": "on", "sure": "on"})
    mobile = new_mobile()
    till = world.client("cashier")
    asked = till.get(reverse("till:find"), {"q": mobile})
    page = text_of(asked)
    assert "شهر" in page
    assert "تاریخ تولد" not in page
    assert "قوانین عضویت را می‌پذیرد" in page
    told = {"mobile": mobile, "name": "سارا", "city": "تبریز", "consent_offers:sms": "on"}
    till.post(reverse("till:enrol"), told)
    assert not Member.objects.filter(mobile=mobile).exists()
    till.post(reverse("till:enrol"), {**told, "terms": "on", "terms_version": "1"})
    sara = Member.objects.get(mobile=mobile)
    assert (sara.city, sara.terms_version, sara.consents) == ("تبریز", 1, ["offers:sms"])
    kept = Consent.objects.get(member=sara)
    assert (kept.face, kept.actor) == ("till", world.actor("cashier").label)


def test_a_person_is_forgotten_on_request(world: World, owner: Client, other_world: World) -> None:
    world.buy(20_000_000)
    url = reverse("panel:erase-member", args=[world.member.id])
    name = world.member.name
    before = text_of(owner.get(reverse("panel:member", args=[world.member.id])))
    assert "امتیاز" in text_of(owner.get(url))
    refused = owner.post(url, {"reason": "خواست", "word": "نه"})
    assert refused.status_code == 422
    assert Member.objects.get(pk=world.member.id).name == name
    assert world.client("support").post(url).status_code == 403
    assert other_world.client("owner").get(url).status_code == 404
    assert owner.post(url, {"reason": "خودش خواست", "word": "پاک شود"}).status_code == 302
    assert Member.objects.get(pk=world.member.id).erased_at is not None
    row = Audit.objects.filter(club=world.record).latest("id")
    assert (row.action, row.reason) == ("member.erased", "خودش خواست")
    for page in (reverse("panel:audit"), reverse("panel:members"), reverse("panel:purchases")):
        assert name not in text_of(owner.get(page))
    # Her page is still there, as nobody's, and offers nothing to do with her.
    page = text_of(owner.get(reverse("panel:member", args=[world.member.id])))
    assert "شخصی که داده‌هایش پاک شده است" in page
    for offer in ("بستن عضویت", "ویرایش مشخصات", "یکی کردن با عضوی دیگر", "پاک کردن داده‌های"):
        assert offer in before
        assert offer not in page


def test_another_program_notes_consents_too(world: World) -> None:
    def ask(path: str, body: object = None, key: str = "") -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
        client = Client()
        answer = (
            client.get(path, headers=headers)
            if body is None
            else client.post(path, body, content_type="application/json", headers=headers)
        )
        return answer.status_code, answer.json()

    secret = world.api_key()
    asked = ask("/api/v1/consents")[1]
    assert [one["key"] for one in asked["items"]] == ["offers:sms", "surveys:sms"]  # type: ignore[attr-defined]
    person = {"mobile": new_mobile(), "consents": ["offers:sms"], "city": "یزد"}
    status, made = ask("/api/v1/members", person, "k-1")
    assert (status, made["consents"], made["city"]) == (201, ["offers:sms"], "یزد")
    url = f"/api/v1/members/{made['id']}/consents"
    wrong = ask(url, {"consents": {"dreams:sms": True, "offers:sms": False}})
    assert (wrong[0], wrong[1]["code"]) == (422, "unknown_consent")
    assert ask(url)[1]["consents"] == ["offers:sms"]
    assert ask(url, {"consents": {"offers:sms": False}})[1]["consents"] == []
    assert ask(url, {"terms_version": 3})[1]["code"] == "unknown_terms"
    kept = Consent.objects.filter(member_id=made["id"]).order_by("id")
    assert [one.face for one in kept] == ["api", "api"]
