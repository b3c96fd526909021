"""Rewards, staff and API keys."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.actions.api_keys import actor_of_key
from vafa.club.models import ApiKey, Staff
from vafa.program.models import Reward

VOUCHER = {
    "kind": "voucher",
    "name": "کد صد هزار تومانی",
    "points": "۱۰۰",
    "value": "100,000",
    "min_basket": "",
    "valid_days": "30",
    "stock": "",
    "is_active": "on",
}


def post(client: Client, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client.post(reverse(f"panel:{name}", args=args), data)


def test_a_voucher_is_made_and_changed(world: World) -> None:
    owner = world.client("manager")
    assert post(owner, "new-reward", VOUCHER).status_code == 302
    made = Reward.objects.get(club=world.record, name="کد صد هزار تومانی")
    assert (made.points, made.value, made.min_basket, made.stock) == (100, 1_000_000, 0, None)
    changed = {**VOUCHER, "min_basket": "500,000", "stock": "5", "is_active": ""}
    assert post(owner, "edit-reward", changed, made.id).status_code == 302
    made.refresh_from_db()
    assert (made.min_basket, made.stock, made.is_active) == (5_000_000, 5, False)
    shown = owner.get(reverse("panel:rewards")).content.decode()
    assert "ارائه نمی‌شود" in shown


def test_a_new_reward_says_that_a_code_works_once(world: World) -> None:
    page = world.client("owner").get(reverse("panel:new-reward")).content.decode()
    field = re.search(r'<input[^>]*name="max_uses"[^>]*>', page)
    assert field is not None and 'value="۱"' in field[0]


def test_a_product_is_named_by_its_code(world: World) -> None:
    owner = world.client("owner")
    product = {**VOUCHER, "kind": "product", "name": "پنیر هدیه", "value": "", "sku": "cheese"}
    assert post(owner, "new-reward", product).status_code == 302
    made = Reward.objects.get(club=world.record, name="پنیر هدیه")
    assert made.product == world.products["cheese"]
    assert post(owner, "new-reward", {**product, "sku": "no-such"}).status_code == 422
    assert post(owner, "new-reward", {**product, "sku": ""}).status_code == 422
    assert post(owner, "new-reward", {**VOUCHER, "value": ""}).status_code == 422


def test_another_clubs_product_is_no_product(world: World, other_world: World) -> None:
    other_world.products["lamp"].sku = "only-theirs"
    other_world.products["lamp"].save()
    data = {**VOUCHER, "kind": "product", "sku": "only-theirs"}
    assert post(world.client("owner"), "new-reward", data).status_code == 422


def test_the_owner_adds_staff(world: World) -> None:
    owner = world.client("owner")
    username = f"new.{world.record.slug}"
    data = {
        "name": "سینا رستمی",
        "username": username,
        "password": "a-long-passphrase",
        "role": "cashier",
        "branches": [str(world.branch.id)],
    }
    assert post(owner, "new-staff", {**data, "branches": []}).status_code == 422
    assert post(owner, "new-staff", {**data, "password": "12345"}).status_code == 422
    assert post(owner, "new-staff", {**data, "role": "owner"}).status_code == 422
    assert post(owner, "new-staff", {**data, "role": "sultan"}).status_code == 422
    assert post(owner, "new-staff", data).status_code == 302
    taken = post(owner, "new-staff", data)
    assert taken.status_code == 422
    assert "گرفته شده" in taken.content.decode()
    made = Staff.objects.get(club=world.record, user__username=username)
    assert (made.role, made.branch) == ("cashier", world.branch)
    assert "سینا رستمی" in owner.get(reverse("panel:staff")).content.decode()


def test_a_key_is_shown_once_and_revoked(world: World) -> None:
    owner = world.client("owner")
    assert post(owner, "new-key", {"name": "صندوق"}).status_code == 422
    answer = post(owner, "new-key", {"name": "صندوق", "scopes": ["members:read"]})
    assert answer.status_code == 302
    answer = owner.get(answer.url)
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r'value="(vafa_[^"]+)"', answer.content.decode())
    assert found
    assert actor_of_key(found[1]).club_id == world.record.id
    again = owner.get(answer.request["PATH_INFO"], follow=True)
    assert again.redirect_chain == [(reverse("panel:keys"), 302)]
    assert ApiKey.objects.filter(club=world.record).count() == 1
    listed = again.content.decode()
    assert found[1] not in listed
    assert found[1][:12] in listed
    key = ApiKey.objects.get(club=world.record)
    assert post(owner, "revoke-key", {}, key.id).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_secret_is_shown_to_who_made_it_and_kept_nowhere(world: World) -> None:
    owner = world.client("owner")
    made = post(owner, "new-key", {"name": "صندوق", "scopes": ["members:read"]})
    cookie = owner.cookies["vafa_new_key"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (made.url, True, "Strict")
    secret = str(cookie.value).rsplit(":", 2)[0]
    assert actor_of_key(secret).club_id == world.record.id
    assert secret not in str(dict(owner.session))

    assert world.client("owner").get(made.url).url == reverse("panel:keys")
    other = post(owner, "new-key", {"name": "دیگر", "scopes": ["members:read"]})
    owner.cookies["vafa_new_key"] = cookie.value
    assert owner.get(other.url).url == reverse("panel:keys")


def test_another_clubs_key_cannot_be_revoked(world: World, other_world: World) -> None:
    other_world.api_key()
    key = ApiKey.objects.get(club=other_world.record)
    assert post(world.client("owner"), "revoke-key", {}, key.id).status_code == 404
    assert post(world.client("manager"), "revoke-key", {}, key.id).status_code == 403
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_person_who_left_is_let_in_no_more(world: World) -> None:
    owner, manager = world.client("owner"), world.client("manager")
    staff = world.staff
    assert post(manager, "staff-active", {"active": "0"}, staff["cashier"].id).status_code == 403
    assert post(owner, "staff-active", {"active": "0"}, staff["owner"].id).status_code == 403
    assert post(owner, "staff-active", {"active": "0"}, staff["manager"].id).status_code == 302
    assert manager.get(reverse("panel:dashboard")).status_code == 302
    post(owner, "staff-active", {"active": "1"}, staff["manager"].id)
    assert manager.get(reverse("panel:dashboard")).status_code == 200


def test_a_closed_membership_earns_nothing_and_is_reopened(
    world: World, other_world: World
) -> None:
    owner, args = world.client("owner"), world.member.id
    assert post(other_world.client("owner"), "member-active", {}, args).status_code == 404
    assert post(world.client("accountant"), "member-active", {}, args).status_code == 403
    post(owner, "member-active", {"active": "0"}, args)
    refused = world.buy(1_000_000)
    assert refused.error is not None
    assert refused.error.code == "inactive_member"
    post(owner, "member-active", {"active": "1"}, args)
    assert world.buy(1_000_000).error is None
