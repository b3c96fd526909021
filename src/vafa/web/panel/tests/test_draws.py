"""A draw in the panel: written, opened, closed, drawn and given away; and who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import draws
from tests.work import work
from tests.world import World
from vafa.core.clock import now
from vafa.core.jalali import format_date
from vafa.program.models import Draw, DrawOutcome

VALUES = {"public_value": "۲۱۷۴۳۸۲.۵۵", "again": draws.VALUE}


def conditions(world: World, **fields: str) -> dict[str, Any]:
    day = world.club.local_date(now())
    return {
        "name": "قرعه‌کشی پاییز",
        "name_en": "Autumn draw",
        "permit": "۱۲۳/۴۵",
        "starts_on": format_date(day, "fa", "short", "jalali"),
        "ends_on": format_date(day + timedelta(days=3), "fa", "short", "jalali"),
        "step_amount": "۵۰۰٬۰۰۰",
        "free_chances": "۲",
        "free_words": "دکمهٔ شانس رایگان را بزنید.",
        "reserves": "2",
        "prize_1": "گوشی",
        "prize_2": "کارت هدیه",
        "prize_2_count": "2",
        "draws_on": format_date(day + timedelta(days=5), "fa", "short", "jalali"),
        "draws_time": "۱۸:۳۰",
        "public_value_is": "شاخص کل بورس در پایان آن روز",
        "excludes_staff": "on",
        **fields,
    }


def act(client: Client, name: str, draw: Draw, *more: int, **fields: str) -> Any:
    return client.post(reverse(f"panel:{name}", args=[draw.id, *more]), fields, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_whole_life(world: World) -> None:
    owner, manager = world.client("owner"), world.client("manager")
    saved = manager.post(reverse("panel:new-draw"), conditions(world), follow=True)
    assert "قرعه‌کشی ذخیره شد" in text(saved)
    draw = Draw.objects.get(club=world.record)
    assert (draw.step_amount, draw.prizes[1]["count"]) == (5_000_000, 2)
    page = reverse("site:draw", args=[world.record.slug, draw.id])
    assert Client().get(page).status_code == 404, "a draft is nobody else's business"
    form = text(manager.get(reverse("panel:edit-draw", args=[draw.id])))
    assert "۱۸:۳۰" in form and 'value="کارت هدیه"' in form

    assert "قرعه‌کشی باز شد" in text(act(manager, "open-draw", draw))
    public = text(Client().get(page))
    draw = draws.fresh(draw)
    assert draw.seed_hash in public and "۱۲۳/۴۵" in public and "شرکت رایگان است" in public
    assert "یک شانس می‌گیرید" in public and draw.public_value_is in public
    assert draw.seed_hash in text(owner.get(reverse("panel:draw", args=[draw.id])))
    world.buy(15_000_000)
    member = world.client("member")
    mine = text(member.get(reverse("portal:draws")))
    assert "شانس تا اکنون" in mine and "۳</span>" in mine
    member.post(reverse("portal:claim-chances", args=[draw.id]))
    assert "۵</span>" in text(member.get(reverse("portal:draws")))
    refused = act(owner, "freeze-draw", draw)
    assert refused.status_code == 409 and "هنوز تمام نشده" in text(refused)

    with time_machine.travel(now() + timedelta(days=4), tick=True):
        owner, member = world.client("owner"), world.client("member")
        act(owner, "freeze-draw", draw)
        waiting = text(owner.get(reverse("panel:draw", args=[draw.id])))
        assert (
            "بستن فهرست قرعه‌کشی" in waiting
            and reverse("panel:freeze-draw", args=[draw.id]) not in waiting
        )
        assert work(world)["entrants"] == 1
        draw = draws.fresh(draw)
        assert draw.list_hash in text(Client().get(page))
        early = act(owner, "draw-now", draw, **VALUES)
        assert early.status_code == 422 and "هنوز نرسیده" in text(early)
        mine = text(member.get(reverse("portal:draws")))
        assert "شمارهٔ ۱ است" in mine and "check_draw.py" in mine
    with time_machine.travel(now() + timedelta(days=6), tick=True):
        owner, member = world.client("owner"), world.client("member")
        assert "کشیده نشده" in text(Client().get(page)), "it is late, and everybody sees it"
        differ = act(owner, "draw-now", draw, **{**VALUES, "again": "1"})
        assert differ.status_code == 422 and "این دو مقدار یکی نیست" in text(differ)
        assert "قرعه کشیده شد" in text(act(owner, "draw-now", draw, **VALUES))
        shown = text(owner.get(reverse("panel:draw", args=[draw.id])))
        assert world.member.name in shown and "تأیید" in shown
        public = text(Client().get(page))
        assert "مـ*** ر***" in public and world.member.name not in public
        assert str(world.member.mobile)[3:] not in public
        assert "شما برنده شدید" in text(member.get(reverse("portal:draws")))
        assert act(owner, "confirm-winner", draw, 1).status_code == 200
        assert act(owner, "confirm-winner", draw, 1).status_code == 409
        assert act(owner, "confirm-winner", draw, 9).status_code == 404
        assert "پایان یافت" in text(act(owner, "close-draw", draw))
    assert DrawOutcome.objects.get(draw=draw).kind == "confirmed"
    assert draws.fresh(draw).status == "closed"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("permit", "", "بدون شمارهٔ مجوز"),
        ("ends_on", "۱۴۰۴/۰۱/۰۱", "روز آخر پیش از روز اول است"),
        ("draws_on", "۱۴۰۴/۰۱/۰۱", "روز قرعه‌کشی باید پس از روز آخر باشد"),
        ("prize_1", "", "دست‌کم یک جایزه"),
        ("step_amount", "0", "بیشتر از صفر"),
        ("step_points", "0", ""),
        ("free_chances", "0", ""),
        ("cap", "1", "از شانس رایگان کمتر است"),
        ("draws_time", "25:00", "ساعت را به شکل"),
        ("draws_time", "", ""),
        ("barred", "نه شماره", "شمارهٔ موبایل نیست"),
        ("public_value_is", "", ""),
        ("free_words", "", ""),
    ],
)
def test_bad_conditions_are_told_at_the_field(
    world: World, field: str, value: str, words: str
) -> None:
    answer = world.client("owner").post(
        reverse("panel:new-draw"), conditions(world, **{field: value})
    )
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {field}
    assert not Draw.objects.filter(club=world.record).exists()
    assert words in str(errors[field][0])


def test_the_public_value_is_needed(world: World) -> None:
    draw = draws.frozen_alone(world)
    empty = act(world.client("owner"), "draw-now", draw, public_value="", again="")
    assert empty.status_code == 422 and "مقدار را بنویسید" in text(empty)


def test_a_cancelled_draw_says_why(world: World) -> None:
    draw = draws.running(world)
    owner = world.client("owner")
    assert act(owner, "cancel-draw", draw, reason="").status_code == 422
    act(owner, "cancel-draw", draw, reason="جایزه به دستمان نرسید")
    page = text(Client().get(reverse("site:draw", args=[world.record.slug, draw.id])))
    assert "این قرعه‌کشی لغو شد" in page and "جایزه به دستمان نرسید" in page
    assert act(owner, "open-draw", draw).status_code == 409


def test_who_may_not(world: World, other_world: World) -> None:
    draw = draws.frozen_alone(world)
    for role in ("cashier", "accountant"):
        client = world.client(role)
        assert client.get(reverse("panel:draw", args=[draw.id])).status_code == 403
        assert act(client, "draw-now", draw, **VALUES).status_code == 403
    theirs = other_world.client("owner")
    for name in ("draw-now", "cancel-draw", "open-draw", "close-draw", "freeze-draw"):
        assert act(theirs, name, draw, **VALUES, reason="سلام").status_code == 404
    slug = other_world.record.slug
    for name in ("draw", "draw-file", "draw-list"):
        assert Client().get(reverse(f"site:{name}", args=[slug, draw.id])).status_code == 404
    assert draws.fresh(draw).status == "frozen"
