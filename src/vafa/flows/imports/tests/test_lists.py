"""Members, products, opening balances and codes from files, once, twice, and taken back."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, make_world
from vafa.club.models import Member
from vafa.commerce.models import DataImport, Product, Purchase, Return
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.imports.errors import NoColumnFor, NotUndoable
from vafa.flows.imports.list_summary import ListSummary
from vafa.flows.imports.running import bring_in, choices_of, inspect, start_import
from vafa.flows.imports.summary import Summary
from vafa.flows.imports.tests.files import refusals, text_file
from vafa.flows.imports.undoing import undo_import
from vafa.program.models import Voucher

_numbers = itertools.count(1)

MEMBERS = """کد مشتری,نام,نام خانوادگی,موبایل,جنسیت,تاریخ تولد,تاریخ عضویت
A1,زهرا,احمدی,09121110001,زن,۱۳۷۰/۰۵/۰۴,1402/01/15
A2,علی,کریمی,9121110002,مرد,,1402/02/20
A3,بی‌نام,,0912,,,
A4,رضا,ناصری,09121110004,فضایی,,
,سارا,,,زن,,
A1,زهرا,احمدی,09121110001,زن,۱۳۷۰/۰۵/۰۴,1402/01/15
"""


def bring(
    world: World, kind: str, path: Path, *, dry_run: bool = False, **said: Any
) -> tuple[DataImport, ListSummary]:
    """Import a file of that kind as the panel does."""
    stored = {"unit": "toman", "branch": "main" if kind == "purchases" else "", **said}
    data_import = start_import(world.club, kind, path, world.owner, stored)
    plan = inspect(path, world.club, kind, choices_of(stored))
    summary = bring_in(world.club, data_import, plan, world.owner, dry_run=dry_run)
    data_import.refresh_from_db()
    return data_import, summary  # type: ignore[return-value]  # purchases are asked for by one test


def undo(world: World, data_import: DataImport) -> dict[str, Any]:
    """Take it back."""
    return undo_import(world.club, data_import, world.owner, lambda *_told: None)


def folder(tmp_path: Path) -> Path:
    """A fresh folder, so that a corrected file does not lie over the first."""
    made = tmp_path / str(next(_numbers))
    made.mkdir()
    return made


def test_members_come_once_and_are_closed_again(world: World, tmp_path: Path) -> None:
    path = text_file(tmp_path, MEMBERS)
    before = Member.objects.filter(club=world.record).count()
    _, tried = bring(world, "members", path, dry_run=True)
    assert (tried.made, tried.known, tried.refused) == (2, 1, 3)
    assert Member.objects.filter(club=world.record).count() == before

    data_import, summary = bring(world, "members", path)
    assert summary.adds_up and (summary.made, summary.known) == (2, 1)
    assert set(refusals_of(summary)) == {4, 5, 6}
    her = Member.objects.get(club=world.record, external_id="A1")
    assert (her.name, her.mobile, her.gender) == ("زهرا احمدی", "+989121110001", "female")
    assert her.birth_date is not None and her.birth_date.isoformat() == "1991-07-26"
    assert her.joined_at.astimezone(world.club.tz).date().isoformat() == "2023-04-04"

    again, summary = bring(world, "members", path)
    assert (summary.made, summary.known) == (0, 3)
    assert undo(world, again)["members"] == 0

    world.buy(1_000_000, member=("external", "A2"))
    done = undo(world, data_import)
    assert (done["members"], done["members_kept"]) == (1, 1)
    her.refresh_from_db()
    assert not her.is_active
    with pytest.raises(NotUndoable):
        undo(world, DataImport.objects.get(pk=data_import.pk))

    bring(world, "members", path)
    her.refresh_from_db()
    assert her.is_active, "a file that names her opens what an undoing closed"
    world.verify()


def refusals_of(summary: Any) -> dict[int, str]:
    return refusals(summary)


def test_who_is_known_gets_only_what_she_lacks(world: World, tmp_path: Path) -> None:
    mine = world.enrol(name="", mobile="+989121119999")
    text = "mobile,name,gender\n09121119999,Sara,f\n"
    _, summary = bring(world, "members", text_file(folder(tmp_path), text))
    assert (summary.known, summary.filled) == (1, 1)
    text = "mobile,name,gender\n09121119999,Other,m\n"
    bring(world, "members", text_file(folder(tmp_path), text))
    mine.refresh_from_db()
    assert (mine.name, mine.gender) == ("Sara", "female")


def test_products_come_with_their_categories_and_go_again(world: World, tmp_path: Path) -> None:
    text = "کد کالا,نام کالا,گروه,برند,قیمت\nT1,چای,نوشیدنی,احمد,۱۲۰٬۰۰۰\nT2,قند,خواربار,,\nmilk,x,,,1\n"
    path = text_file(tmp_path, text)
    data_import, summary = bring(world, "products", path)
    assert (summary.made, summary.known, summary.refused) == (2, 1, 0)
    tea = Product.objects.get(club=world.record, sku="T1")
    assert tea.category is not None
    assert (tea.name, tea.price, tea.category.name, tea.brand) == (
        *("چای", 1_200_000, "نوشیدنی", "احمد"),
    )
    assert Product.objects.get(club=world.record, sku="milk").name == "شیر"
    done = undo(world, data_import)
    assert done["products"] == 2
    tea.refresh_from_db()
    assert not tea.is_active
    bring(world, "products", path)
    tea.refresh_from_db()
    assert tea.is_active


def test_balances_keep_their_days_and_come_once(world: World, tmp_path: Path) -> None:
    mobile = (world.member.mobile or "").replace("+98", "0")
    ends = (world.club.local_date(now()) + timedelta(days=40)).isoformat()
    text = (
        "موبایل,امتیاز,اعتبار,تاریخ کسب,تاریخ انقضا\n"
        f"{mobile},120,50000,2026-02-01,{ends}\n"
        f"{mobile},120,50000,2026-02-01,{ends}\n"
        f"09121112299,30,,2026-02-01,{ends}\n"
        f"{mobile},12.5,,2026-02-01,{ends}\n"
        f"{mobile},10,,2020-02-01,2021-01-01\n"
        f"{mobile},,,2026-02-01,{ends}\n"
    )
    path, had = text_file(tmp_path, text), world.balance().available
    data_import, summary = bring(world, "balances", path)
    assert summary.adds_up and (summary.made, summary.refused) == (3, 3)
    assert (summary.points, summary.credit, summary.members) == (270, 1_000_000, 1)
    assert world.balance().available == had + 240
    line = world.line("opening")
    assert line.points == 120
    ((earned, ends_at),) = fetch(
        "SELECT DISTINCT earned_at, expires_at FROM ledger_lot WHERE amount = 120 AND account_id ="
        " (SELECT id FROM ledger_account WHERE unit_id = %s AND holder = %s AND kind = 'available')",
        [world.club.points_unit_id, world.member.id],
    )
    assert ends_at == world.club.day_end(world.club.local_date(now()) + timedelta(days=40))
    assert world.club.local_date(earned).isoformat() == "2026-02-01"
    world.verify()

    _, again = bring(world, "balances", path)
    assert (again.made, again.known) == (0, 3)
    assert world.balance().available == had + 240

    spent = world.redeem("voucher")
    assert spent.error is None
    done = undo(world, data_import)
    assert (done["balances"], done["points"], done["credit"]) == (3, 270, 1_000_000)
    assert done["members"] == 1
    assert world.balance().available + world.balance().debt == had - 50
    world.verify()
    _, third = bring(world, "balances", path)
    assert third.made == 3
    world.verify()


def test_codes_are_one_series(world: World, tmp_path: Path) -> None:
    ends = (world.club.local_date(now()) + timedelta(days=9)).isoformat()
    said = {"series": {"name": "نوروز", "kind": "voucher", "value": 500_000, "last_day": ends}}
    path = text_file(tmp_path, "کد\nab-1\nAB-2\nab-1\n\nab 3\n")
    data_import, summary = bring(world, "codes", path, **said)
    assert (summary.made, summary.refused) == (3, 1)
    codes = Voucher.objects.filter(club=world.record, series=summary.series)
    assert set(codes.values_list("code", flat=True)) == {"AB-1", "AB-2", "AB3"}
    assert world.buy(2_000_000, voucher="AB-1").status == "recorded"
    _, again = bring(world, "codes", path, **said)
    assert (again.made, again.known) == (0, 3)
    assert undo(world, data_import)["series"] == 1
    refused = world.buy(2_000_000, voucher="AB-2")
    assert refused.error is not None
    world.verify()


def test_purchases_are_returned_and_may_come_again(database: None, tmp_path: Path) -> None:
    world = make_world()
    text = (
        "شماره فاکتور,تاریخ,موبایل,مبلغ کل\n"
        "1,1405/06/05,09121113001,1500000\n"
        "2,1405/06/06,09121113001,2500000\n"
        "3,1405/06/07,09121113002,100000\n"
    )
    path = text_file(folder(tmp_path), text)
    data_import, _ = bring(world, "purchases", path)
    her = Member.objects.get(club=world.record, mobile="+989121113001")
    assert world.balance(her).available > 0
    world.verify()
    done = undo(world, data_import)
    assert (done["purchases"], done["members"]) == (3, 2)
    assert (world.balance(her).available, world.balance(her).debt) == (0, 0)
    assert Return.objects.filter(club=world.record).count() == 3
    world.verify()

    corrected = text_file(folder(tmp_path), text.replace("1500000", "1600000"))
    second, summary = bring(world, "purchases", corrected)
    assert isinstance(summary, Summary)
    assert (summary.purchases.bills, summary.purchases_refused.bills) == (3, 0)
    assert summary.members == 0
    her.refresh_from_db()
    assert her.is_active and world.balance(her).available > 0
    assert Purchase.objects.filter(club=world.record, receipt_no="1~2", total=16_000_000).exists()
    _, repeated = bring(world, "purchases", corrected)
    assert isinstance(repeated, Summary)
    assert repeated.purchases_repeated.bills == 3
    assert undo(world, second)["purchases"] == 3
    _, summary = bring(world, "purchases", path)
    assert isinstance(summary, Summary) and summary.purchases.bills == 3
    assert Purchase.objects.filter(club=world.record, receipt_no="1~3").exists()
    world.verify()


def test_what_cannot_be_done_without_is_asked_for(world: World, tmp_path: Path) -> None:
    path = text_file(tmp_path, "a,b\n1,2\n")
    for kind in ("members", "products", "balances", "codes"):
        with pytest.raises(NoColumnFor):
            inspect(path, world.club, kind, choices_of({"unit": "toman"}))
