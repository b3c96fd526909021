"""The list of members: its columns and filters, and one deed for many of them."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.work import work
from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.club.models import Audit, Member, MemberAttribute, Staff, Task
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.flows.merging import merge_members
from vafa.flows.verification import verify
from vafa.insight.reads.finding import find_member_ids
from vafa.program.models import BulkAdjustment, Voucher


def page(client: Client, name: str, query: str = "", *args: Any) -> str:
    answer = client.get(reverse(f"panel:{name}", args=args) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def three(world: World) -> list[Member]:
    return [world.enrol(name=name) for name in ("آذر بهاری", "بهار پونه", "پونه آذری")]


def ticked(members: list[Member]) -> str:
    people = "&".join(f"m={member.pk}" for member in members)
    return f"{reverse('panel:members-bulk')}?{people}"


def asked(act: str, **fields: str) -> dict[str, str]:
    """The form as its page sends it."""
    return {"key": str(uuid4()), "act": act, **fields}


def test_a_member_is_found_by_whatever_is_remembered(world: World) -> None:
    define_attribute(world.record.pk, key="national_code", kind="text", name="کد ملی")
    hers = world.enrol(name="نرگس رضایی‌نژاد", mobile="+989127654321", external_id="K-55")
    world.enrol(name="رضا نرگسی", mobile="+989351112233")
    Member.objects.filter(pk=hers.pk).update(attributes={"national_code": "0012345678"})
    card = hers.cards.get().number

    def first(text: str) -> str:
        found = find_member_ids(world.record.pk, text)
        return Member.objects.get(pk=found[0]).name if found else ""

    for text in (
        *("۴۳۲۱", "7654", "۰۹۱۲ ۷۶۵ ۴۳۲۱", "0912765", card, "k-55", "۰۰۱۲۳۴۵۶۷۸"),
        *("نرگس", "رضائي نژاد", "نژاد", "نرگس ۴۳۲۱"),
    ):
        assert first(text) == hers.name, text
    assert [first("رضا"), first("نرگسی")] == ["رضا نرگسی"] * 2
    assert first("%") == first("زهرا") == ""


def test_everybody_has_her_own_columns_in_the_list_and_in_files(world: World) -> None:
    three(world)
    owner, url = world.client("owner"), reverse("panel:members-columns")
    assert owner.post(url, {"column": ["points", "branch", "no-such"]}).status_code == 302
    shown = page(owner, "members")
    assert "شعبهٔ عضویت</th>" in shown
    assert "sort=last" not in shown
    assert "شعبهٔ عضویت</th>" not in page(world.client("manager"), "members")
    made = owner.get(reverse("panel:members-sheet"), {"q": "آذر"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made.content)).get_sheet_by_index(0)
    _title, header, *rows = sheet.to_python()
    assert header == ["نام", "امتیاز", "شعبهٔ عضویت", "فعال"]
    assert [row[:2] for row in rows] == [["آذر بهاری", 20], ["پونه آذری", 20]]
    owner.post(url, {"usual": "1"})
    assert "sort=last" in page(owner, "members")


def test_the_folded_filters_narrow_the_list(world: World) -> None:
    azar, bahar, _ = three(world)
    Member.objects.filter(pk=azar.pk).update(birth_date=date(1990, 4, 1))  # 12 Farvardin
    world.buy(1_000_000, member=("id", str(bahar.pk)))
    world.buy(9_000_000, purchased_at=now() - timedelta(days=50))
    owner = world.client("owner")

    def names(query: str) -> set[str]:
        shown = page(owner, "members", query)
        return {m.name for m in Member.objects.filter(club=world.record) if m.name in shown}

    assert names("?birth=1") == {azar.name}
    assert names("?trade=within-30") == {bahar.name}
    assert names("?trade=silent-30") == {world.member.name}
    assert bahar.name not in names("?trade=never") >= {azar.name}
    merged = merge_members(
        world.club, keep_id=azar.pk, gone_id=bahar.pk, reason="یکی", actor=world.owner
    )
    assert merged.error is None
    # What the other bought is hers now.
    assert azar.name in names("?trade=within-30") and azar.name not in names("?trade=never")
    assert azar.name in names(f"?from={now().date() - timedelta(days=3)}")
    assert names("?points_from=۱۰۰") == {world.member.name}
    assert world.member.name not in names("?points_to=99") >= {azar.name}


def test_points_for_many_are_told_then_given_once(world: World) -> None:
    people = three(world)
    owner, url = world.client("owner"), ticked(people)
    told = owner.post(url, asked("points", points="۱۵", reason="عیدی"))
    assert "۴۵ امتیاز" in told.content.decode()
    assert not Task.objects.filter(club=world.record).exists()
    # Somebody has left the list meanwhile: it is told again, and not done.
    stale = asked("points", points="15", reason="عیدی", sure="4")
    assert "عددهای تازه" in owner.post(url, stale).content.decode()
    sure = {**stale, "sure": "3"}
    assert owner.post(url, sure).status_code == 302
    assert work(world) | {"refused": []} == {
        **{"done": 3, "same": 0, "points": 45},
        **{"refused": [], "can_undo": False},
    }
    assert [world.balance(member=m).available for m in people] == [35, 35, 35]
    work(world)  # the worker finds it done
    assert world.balance(member=people[0]).available == 35
    row = Audit.objects.get(club=world.record, action="bulk.asked")
    assert row.after == {"each": 15, "deed": "points", "people": 3}
    assert row.reason == "عیدی"
    assert not verify(world.record.pk)


def test_what_is_sent_twice_is_done_once(world: World) -> None:
    people = three(world)
    owner = world.client("owner")
    sent = asked("points", points="15", reason="عیدی", sure="3")
    first, second = (owner.post(ticked(people), sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    work(world)
    assert Task.objects.filter(club=world.record).count() == 1
    assert [world.balance(member=m).available for m in people] == [35, 35, 35]
    much = asked("points", points="900000", reason="جبران", sure="3")
    for _twice in range(2):
        owner.post(ticked(people), much)
    assert BulkAdjustment.objects.filter(club=world.record).count() == 1
    # The key of another deed: it is said, and nothing is done.
    other = {**sent, "points": "16"}
    assert owner.post(ticked(people), other).status_code == 422
    new = asked("tag", tag="new", new_tag="دوبار", sure="3")
    for _twice in range(2):
        owner.post(ticked(people), new)
    assert Task.objects.filter(club=world.record).count() == 2
    assert MemberAttribute.objects.filter(club=world.record, name="دوبار").count() == 1
    assert world.balance(member=people[0]).available == 35
    world.verify()


def test_many_points_wait_for_a_second_person(world: World) -> None:
    people = three(world)
    sure = asked("points", points="900000", reason="جبران", sure="3")
    manager, owner = world.client("manager"), world.client("owner")
    manager.post(ticked(people), sure)
    assert not Task.objects.filter(club=world.record).exists()
    waiting = BulkAdjustment.objects.get(club=world.record)
    url = reverse("panel:decide-bulk", args=[waiting.pk])
    assert "۲٬۷۰۰٬۰۰۰ امتیاز" in page(owner, "adjustments")
    manager.post(url, {"approve": "1"})  # the first person again
    waiting.refresh_from_db()
    assert waiting.status == "waiting"
    owner.post(url, {"approve": "1"})
    assert work(world)["points"] == 2_700_000
    assert world.balance(member=people[0]).available == 900_020
    owner.post(url, {"approve": "0"})  # too late
    waiting.refresh_from_db()
    assert waiting.status == "approved"
    assert not verify(world.record.pk)


def test_what_can_be_undone_is_undone_once(world: World) -> None:
    azar, bahar, pune = people = three(world)
    owner = world.client("owner")
    tag = asked("tag", tag="new", new_tag="مهمان ویژه", sure="3")
    owner.post(ticked(people), tag)
    assert work(world)["done"] == 3
    tagged = Task.objects.latest("pk")
    key = tagged.params["attribute"]
    Member.objects.filter(pk=bahar.pk).update(attributes={key: False})
    undo = reverse("panel:undo-bulk", args=[tagged.pk])
    assert owner.post(undo).status_code == 302
    result = work(world)
    assert (result["done"], result["same"]) == (2, 1)
    known = dict(
        Member.objects.filter(pk__in=[p.pk for p in people]).values_list("pk", "attributes")
    )
    assert known == {azar.pk: {}, bahar.pk: {key: False}, pune.pk: {}}
    before = Task.objects.count()
    owner.post(undo)
    assert Task.objects.count() == before


def test_closed_memberships_come_back_and_codes_reach_only_the_open(world: World) -> None:
    world.furnish()
    azar, bahar, pune = people = three(world)
    owner = world.client("owner")
    owner.post(ticked([azar]), asked("close", sure="1"))
    assert work(world)["done"] == 1
    assert "۱ عضو از پیش" in owner.post(ticked(people), asked("close")).content.decode()
    codes = asked("voucher", series=str(world.series_id), sure="3")
    short = owner.post(ticked(people), codes)
    held = Voucher.objects.filter(series_id=world.series_id, member__in=people)
    if short.status_code == 302:
        result = work(world)
        assert result["done"] == 2
        assert result["refused"][0]["n"] == 1
        assert {one.member_id for one in held} == {bahar.pk, pune.pk}
    else:
        assert "کد کافی نیست" in short.content.decode()
        assert not held.exists()


def test_what_is_missing_is_said_and_nothing_is_done(world: World) -> None:
    people = three(world)
    owner = world.client("owner")
    for wrong in ({"act": "points", "points": "5"}, {"act": "tag"}, {"act": "fly"}, {"act": ""}):
        assert owner.post(ticked(people), {**asked(""), **wrong, "sure": "3"}).status_code == 422
    assert owner.get(reverse("panel:members-bulk")).status_code == 302
    marketer = world.client("manager")
    stranger = [world.enrol(name="دیگری")]
    assert marketer.get(ticked(stranger)).status_code == 200
    assert not Task.objects.filter(club=world.record).exists()


def test_who_lost_her_rights_meanwhile_does_nothing_any_more(world: World) -> None:
    people = three(world)
    manager = world.client("manager")
    manager.post(ticked(people), asked("points", points="15", reason="عیدی", sure="3"))
    task = Task.objects.get(club=world.record)
    Staff.objects.filter(pk=world.staff["manager"].pk).update(role="analyst")
    carry_out_task(world.record.pk, task.pk)
    task.refresh_from_db()
    assert (task.state, task.trouble) == ("failed", "forbidden")
    assert [world.balance(member=m).available for m in people] == [20, 20, 20]
    world.verify()


def test_a_list_of_everybodys_numbers_is_for_who_may_take_it(world: World) -> None:
    world.buy(1_000_000)
    number = "0" + str(world.member.mobile)[3:]

    def taken(role: str) -> str:
        answer = world.client(role).get(reverse("panel:purchases-export"))
        return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    assert number in taken("owner").replace(" ", "")
    marketers = taken("marketer")
    assert world.member.name in marketers and number[-7:-4] + number[-4:] not in marketers
