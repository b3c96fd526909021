"""Chances in a draw for points, at every face: made in the panel, taken in the portal, at the till
and over the API, given up while the list is open."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.urls import reverse

from tests.draws import running
from tests.program import Program
from tests.world import World
from vafa.club.models.audit import Audit
from vafa.flows.draws import cancel_draw
from vafa.program.models import Draw, Reward


def text_of(answer: Any) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def made(world: World, draw: Draw, **fields: str) -> Reward:
    """A reward of three chances, as the owner types it."""
    typed = {"kind": "chances", "name": "سه شانس", "points": "۱۰", "chances": "۳", "draw": draw.pk}
    answer = world.client("owner").post(
        "/panel/rewards/new/", {**typed, "is_active": "on", **fields}
    )
    assert answer.status_code == 302, text_of(answer)
    return Reward.objects.filter(club=world.record, kind="chances").latest("id")


def test_the_owner_makes_them_and_reads_them_back(world: World) -> None:
    owner = world.client("owner")
    assert "شانس در قرعه‌کشی" not in text_of(owner.get("/panel/rewards/new/"))
    draw = running(world)
    reward = made(world, draw)
    assert (reward.value, reward.terms, reward.points) == (3, {"draw": draw.pk}, 10)
    assert "۳ شانس در «قرعه‌کشی پاییز»" in text_of(owner.get("/panel/rewards/"))
    form = owner.get(f"/panel/rewards/{reward.pk}/").context["form"]
    again = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    assert owner.post(f"/panel/rewards/{reward.pk}/", again).status_code == 302
    same = Reward.objects.get(pk=reward.pk)
    assert (same.value, same.terms, same.points) == (3, {"draw": draw.pk}, 10)
    kept = Audit.objects.filter(club=world.record, action="reward.created").latest("id").after
    assert kept is not None
    assert (kept["chances"], kept["draw"]) == (3, "قرعه‌کشی پاییز")
    assert "در میان جایزه‌های باشگاه هم شانس" in text_of(owner.get(f"/panel/draws/{draw.pk}/"))


def test_what_is_wrong_is_told_at_its_field(world: World) -> None:
    running(world)
    owner = world.client("owner")
    typed = {"kind": "chances", "name": "شانس", "points": "5", "is_active": "on"}
    errors = owner.post("/panel/rewards/new/", typed).context["form"].errors
    assert set(errors) == {"chances", "draw"}
    free = {**typed, "kind": "delivery", "points": "0"}
    assert set(owner.post("/panel/rewards/new/", free).context["form"].errors) == {"points"}


def test_a_member_takes_them_and_gives_them_up(world: World) -> None:
    draw = running(world)
    reward = made(world, draw)
    her = world.client("member")
    shelf = text_of(her.get("/portal/rewards/"))
    assert "سه شانس" in shelf and "۱۰ امتیاز" in shelf
    url = f"/portal/rewards/{reward.pk}/"
    assert "۳ شانس در «قرعه‌کشی پاییز»" in text_of(her.get(url))
    page = her.post(url, {"key": str(uuid4())}, follow=True)
    assert "این شانس‌ها برای شما ثبت شد" in text_of(page)
    assert "QR" not in text_of(page)
    assert "۳ شانس تا اکنون" in text_of(her.get("/portal/draws/"))
    code = page.context["held"].voucher.code
    back = her.post(reverse("portal:give-up", args=[code]), {"key": str(uuid4())}, follow=True)
    assert "پس داده‌شده" in text_of(back) and "۱۰ امتیاز به شما برگشت" in text_of(back)
    assert "۰ شانس تا اکنون" in text_of(her.get("/portal/draws/"))
    world.verify()


def test_what_costs_nothing_is_said_so(world: World) -> None:
    reward = made(world, running(world), points="0", per_member="1")
    her = world.client("member")
    url = f"/portal/rewards/{reward.pk}/"
    assert "گرفتن رایگان" in text_of(her.get(url))
    taken = her.post(url, {"key": str(uuid4())}, follow=True)
    assert "در قرعه‌کشی" in text_of(taken) and "۰ امتیاز" not in text_of(taken)
    assert "به تعداد مجاز گرفته‌اید" in text_of(her.get(url))
    assert "جایزهٔ «سه شانس»" in text_of(her.get("/portal/history/"))
    world.verify()


def test_the_shelf_says_why_not(world: World) -> None:
    draw = running(world, cap=4, step_amount=5_000_000)
    reward = made(world, draw)
    her = world.client("member")
    world.buy(10_000_000)
    assert "از سقف این قرعه‌کشی" in text_of(her.get("/portal/rewards/"))
    refused = her.post(f"/portal/rewards/{reward.pk}/", {"key": str(uuid4())})
    assert refused.status_code == 409 and "(۴ شانس)" in text_of(refused)


def test_what_is_over_is_offered_no_more(world: World) -> None:
    made(world, running(world))
    her, home = world.client("member"), f"/club/{world.record.slug}/"
    assert "سه شانس" in text_of(her.get("/portal/rewards/"))
    assert "سه شانس" in text_of(her.get(home))
    cancel_draw(world.club, world.draw_id, "مجوز لغو شد", world.owner)
    assert "سه شانس" not in text_of(her.get("/portal/rewards/"))
    assert "سه شانس" not in text_of(her.get(home))


def test_at_the_till_the_chances_go_into_the_draw(world: World) -> None:
    reward = made(world, running(world))
    url = reverse("till:redeem", args=[world.member.id, reward.pk])
    till = world.client("cashier")
    page = till.post(url, {"key": str(uuid4())}, headers={"HX-Request": "true"})
    assert "«سه شانس»: شانس‌ها وارد قرعه‌کشی شد" in text_of(page)
    world.verify()


def test_a_program_takes_them_once_and_gives_them_up(world: World) -> None:
    reward = made(world, running(world))
    shop = Program(world.api_key())
    (listed,) = [one for one in shop.get("/rewards").json() if one["kind"] == "chances"]
    assert listed["text"] == "3 chances in “Autumn draw”" and listed["value"] == 3
    asked = {"member": {"id": world.member.id}, "reward_id": reward.pk}
    first, again = (shop.post("/redemptions", asked, key="k") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    explained = shop.get(f"/members/{world.member.id}/transfers").json()["items"][0]
    assert explained["explanation"] == [
        "10 points for the reward “سه شانس”",
        "3 chances in a draw",
    ]
    (held,) = shop.get(f"/members/{world.member.id}/vouchers").json()["items"]
    assert (held["kind"], held["state"]) == ("chances", "usable")
    number = first.json()["redemption_id"]
    back = shop.post(f"/redemptions/{number}/cancel", {}, key="c")
    assert back.json()["points_given_back"] == 10
    cancel_draw(world.club, reward.terms["draw"], "مجوز لغو شد", world.owner)
    late = shop.post("/redemptions", asked, key="late")
    assert (late.status_code, late.json()["code"]) == (409, "draw_takes_no_chances")
    world.verify()
