"""The audit as owner and accountant read it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, World, new_mobile
from vafa.club.actions.api_keys import create_api_key
from vafa.club.actions.audit import SYSTEM, Thing, record_audit
from vafa.club.actions.clubs import create_staff
from vafa.club.actions.members import update_member
from vafa.club.actor import SCOPES
from vafa.club.models import Audit
from vafa.program.actions.rewards import update_reward

ISOLATES = dict.fromkeys([0x2068, 0x2069])


def page(client: Client, query: str = "") -> str:
    answer = client.get(reverse("panel:audit") + query)
    assert answer.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode().split('id="list"')[1])
    return " ".join(unescape(plain).translate(ISOLATES).split())


def in_english(client: Client) -> Client:
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def hire(world: World, name: str, role: str) -> str:
    """Somebody of that name; her label."""
    made = create_staff(
        world.record, username=new_mobile(), password=PASSWORD, name=name, role=role
    )
    return f"staff:{made.id}"


def test_a_change_is_a_sentence_with_before_and_after(world: World) -> None:
    maryam, coffee = hire(world, "مریم کاظمی", "owner"), world.rewards["voucher"]
    update_reward(coffee, by=maryam, name="قهوه", points=200)
    update_reward(coffee, by=maryam, points=150)
    shown = page(world.client("owner"))
    assert "مریم کاظمی قیمت جایزهٔ «قهوه» را از ۲۰۰ امتیاز به ۱۵۰ امتیاز تغییر داد" in shown
    english = page(in_english(world.client("accountant")))
    said = "changed the price of reward “قهوه” from 200 points to 150 points"
    assert f"مریم کاظمی {said}" in english
    assert "کد ۵۰ هزار تومانی قهوه" in english, "two fields make a table"
    update_reward(coffee, by=maryam, points=150)
    assert Audit.objects.filter(club=world.record, action="reward.changed").count() == 2


def test_the_draft_is_told_in_words_and_a_publication_leads_to_its_revision(world: World) -> None:
    manager = world.client("manager")
    rule = {"name_fa": "امتیاز خرید", "points": "2", "step": "10,000"}
    manager.post(reverse("panel:edit-rule", args=["per-amount"]), rule)
    shown = page(world.client("owner"))
    assert "۲ امتیاز برای هر ۱۰٬۰۰۰ تومان خرید" in shown
    draft = world.client("owner").get(reverse("panel:draft")).content.decode()
    stamp = re.search(r'name="stamp"[^>]*value="([0-9a-f]+)"', draft)
    assert stamp
    manager.post(reverse("panel:publish"), {"stamp": stamp[1], "note": "آغاز پاییز"})
    html = world.client("owner").get(reverse("panel:audit")).content.decode()
    assert reverse("panel:revision", args=[2]) in html and "آغاز پاییز" in html


def test_parts_of_the_programme_bear_their_names(world: World) -> None:
    owner = world.client("owner")
    nothing = dict.fromkeys(("offline_credit", "confirm_points", "confirm_credit"), "0")
    asked = {"offline_points": "300"} | nothing
    saved = owner.post(reverse("panel:edit-part", args=["till"]), asked)
    assert saved.status_code == 302
    assert "صندوق وقتی اینترنت قطع است" in page(owner)
    english = page(in_english(owner))
    assert "The till While the line is down" in english and "300 points a day" in english


def test_the_dots_of_a_key_stand_after_it_in_a_persian_name(world: World) -> None:
    create_api_key(world.record, name="صندوق فروشگاه", scopes=SCOPES)
    for client in (world.client("owner"), in_english(world.client("owner"))):
        html = client.get(reverse("panel:audit")).content.decode()
        assert re.search(r"صندوق فروشگاه \(vafa_\w+…\u200e\)", html)


def test_a_search_finds_however_it_is_spelt(world: World) -> None:
    manager = hire(world, "علی‌رضا نوری", "manager")
    update_member(world.member.id, name="نگار رضایی‌نژاد", gender="", birth_date=None, by=manager)
    owner = world.client("owner")
    for text in ("عليرضا", "رضائي نژاد", "نگار علی رضا"):
        assert "نگار رضایی‌نژاد" in page(owner, f"?q={text}&group=members"), text
    assert "چیزی پیدا نشد" in page(owner, "?q=کسی که نیست")
    assert "چیزی پیدا نشد" in page(owner, "?q=100%")


def test_rare_rows_are_found_behind_many(world: World) -> None:
    """Beyond the newest rows the index of texts answers."""
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False), transaction.atomic():
        record_audit(world.record.id, SYSTEM, "club.changed", Thing("club", 1, "گوزن‌های شمالی"))
    Audit.objects.bulk_create(
        Audit(
            club=world.record,
            at=datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=n),
            actor=SYSTEM,
            action="logout",
            thing_kind="staff",
            thing_id=str(n),
            thing_label="انبوه",
            search_text="انبوه",
        )
        for n in range(5_200)
    )
    owner = world.client("owner")
    assert "تنظیمات باشگاه" in page(owner, "?q=گوزن")
    assert "تنظیمات باشگاه" in page(owner, "?q=گو شم")
    assert "انبوه" not in page(owner, "?q=گوزن")


def test_filters_by_person_act_thing_and_jalali_days(world: World) -> None:
    manager, owner = world.actor("manager").label, world.client("owner")
    with time_machine.travel(datetime(2026, 3, 20, 21, 0, tzinfo=UTC), tick=False):
        update_member(world.member.id, name="نوروزی", gender="", birth_date=None, by=manager)
    assert "نوروزی" in page(owner, f"?actor={manager}")
    assert "نوروزی" not in page(owner, f"?actor={world.owner.label}")
    assert "نوروزی" in page(owner, f"?thing=member:{world.member.id}")
    assert "نوروزی" not in page(owner, "?thing=member:0")
    assert "نوروزی" not in page(owner, "?group=logins")
    assert "نوروزی" in page(owner, "?from=1405/01/01&to=1405/01/01"), "half past midnight in Tehran"
    assert "نوروزی" not in page(owner, "?to=1404/12/29")


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False), transaction.atomic():
        for n in range(120):
            record_audit(world.record.id, SYSTEM, "branch.created", Thing("branch", n, f"ش{n}ش"))
    owner, query, seen = world.client("owner"), "?group=house&to=2026-01-02", []
    while query:
        html = owner.get(reverse("panel:audit") + query).content.decode()
        seen += re.findall(r"ش(\d+)ش", re.sub(r"<[^>]+>|\u2068|\u2069", "", html))
        older = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
        query = unescape(older[1]) if older else ""
    assert [int(n) for n in seen] == list(range(119, -1, -1))
    assert "branch" not in page(owner, "?after=nonsense")


def test_another_clubs_acts_are_not_seen(world: World, other_world: World) -> None:
    by = other_world.owner.label
    update_member(other_world.member.id, name="بیگانه", gender="", birth_date=None, by=by)
    owner = world.client("owner")
    assert "بیگانه" not in page(owner)
    assert "بیگانه" not in page(owner, "?q=بیگانه")
    assert "بیگانه" not in page(owner, f"?thing=member:{other_world.member.id}")


def test_the_audit_leaves_as_a_file_and_that_is_audited(world: World) -> None:
    by = world.owner.label
    update_member(world.member.id, name="=HYPERLINK(1)", gender="", birth_date=None, by=by)
    accountant = world.client("accountant")
    answer = accountant.get(reverse("panel:audit-export") + "?group=members&q=hyperlink")
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    _header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert len(rows) == 1 and "=HYPERLINK(1)" in rows[0][6]
    row = Audit.objects.filter(club=world.record).latest("id")
    assert (row.action, row.role, row.after) == (
        "audit.exported",
        "accountant",
        {"filter": "group=members"},
    )


def test_nothing_is_written_without_its_row_nor_a_row_without_it(world: World) -> None:
    with pytest.raises(AssertionError, match="transaction"):
        record_audit(world.record.id, SYSTEM, "club.changed", Thing("club", 1))
    before = Audit.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        update_member(world.member.id, name="هیچ", gender="", birth_date=None, by=SYSTEM)
        raise RuntimeError
    assert Audit.objects.count() == before
    world.member.refresh_from_db()
    assert world.member.name == "مریم رضایی"
    with pytest.raises(AssertionError, match="never in an audit row"), transaction.atomic():
        record_audit(world.record.id, SYSTEM, "x", Thing("club", 1), after={"password": "hunter2"})


def test_a_mobile_is_never_kept_whole(world: World) -> None:
    nameless = world.enrol()
    assert nameless.mobile
    row = Audit.objects.filter(club=world.record, action="member.enrolled").latest("id")
    assert row.thing_label.endswith(f"***{nameless.mobile[-4:]}")
    assert nameless.mobile not in row.search_text + row.thing_label
