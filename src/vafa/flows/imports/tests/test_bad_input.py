"""Files and rows that are not right: each has its reason, and the rest goes in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.world import World
from vafa.club.errors import UnknownBranch
from vafa.club.models import Member
from vafa.commerce.errors import WrongCurrency
from vafa.commerce.models import Purchase
from vafa.core.money import UnknownUnit
from vafa.flows.imports.errors import (
    BranchNeeded,
    CannotWrite,
    UnclearDayOrder,
    UnitNeeded,
    UnknownColumn,
)
from vafa.flows.imports.purchases import import_purchases
from vafa.flows.imports.tests.files import bring_in, plan_of, refusals, text_file

HEADER = "receipt,date,mobile,total\n"
GOOD = "1,1404/01/01,09121112233,100000\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,1404/01/02,0912111,100000", "not a valid mobile|not a mobile"),
        ("2,1404/01/02,02188776655,100000", "not a mobile"),
        ("2,1404/01/02,,-100000", "negative"),
        ("2,1404/01/02,,0", "zero"),
        ("2,1404/01/02,,", "empty"),
        ("2,1404/01/02,,ده هزار", "not a valid amount"),
        ("2,1404/01/02,,10000000000001", "at most"),
        ("2,1404/01/02,,12,5", "5 cells"),
        ("2,1499/01/02,,100000", "future"),
        ("2,1340/01/02,,100000", "1990"),
        ("2,1404/13/02,,100000", "not a valid date"),
        ("2,2025-03-21,,100000", "not in the chosen calendar"),
        ("2,,,100000", "empty"),
        (",1404/01/02,,100000", "empty"),
        (f"{'9' * 61},1404/01/02,,100000", "longer than 60"),
        ("1,1404/01/02,09121112233,999", "another purchase with the receipt"),
    ],
)
def test_a_bad_row_is_refused_alone(world: World, tmp_path: Path, row: str, reason: str) -> None:
    text = HEADER + GOOD + row + "\n3,۱۴۰4/۰1/۰3,٠٩١٢١١١٢٢٤٤,۱۰۰٬۰0۰\n"
    members = Member.objects.filter(club=world.record).count()
    summary = bring_in(world, text_file(tmp_path, text), calendar="jalali")
    ((line, said),) = refusals(summary).items()
    assert line == 3
    assert any(part in said for part in reason.split("|")), said
    assert summary.purchases.bills == 2
    assert Member.objects.filter(club=world.record).count() == members + 2


def test_a_bad_line_spoils_its_receipt_only(world: World, tmp_path: Path) -> None:
    text = (
        "receipt,date,customer,product,amount\n"
        "1,1404/01/01,5,Tea,1000\n1,1404/01/01,5,Cup,many\n"
        "2,1404/01/01,5,Tea,1000\n"
        "3,1404/01/01,5,Tea,1000\n3,1404/01/01,6,Cup,1000\n"
        "4,1404/01/01,5,Adjust bad debt,9000\n"
        "5,1404/01/01,5,Tea,2000\n5,1404/01/01,5,Cup,-500\n"
    )
    summary = bring_in(world, text_file(tmp_path, text))
    said = refusals(summary)
    assert list(said) == [2, 3, 5, 6, 7, 8, 9]
    assert "row 3" in said[2] and "customer" in said[5] and "bad debt" in said[7]
    assert "row 9" in said[8] and "negative" in said[9]
    assert [p.receipt_no for p in Purchase.objects.filter(club=world.record)] == ["2"]


def test_the_same_receipt_twice_in_one_file(world: World, tmp_path: Path) -> None:
    summary = bring_in(world, text_file(tmp_path, HEADER + GOOD + GOOD))
    assert (summary.purchases.bills, summary.purchases_repeated.bills) == (1, 1)
    assert summary.rows_refused == 0


def test_a_receipt_with_other_contents_makes_no_member(world: World, tmp_path: Path) -> None:
    bring_in(world, text_file(tmp_path, HEADER + GOOD))
    changed = HEADER + "1,1404/01/01,09351112299,100000\n"
    summary = bring_in(world, text_file(tmp_path, changed))
    assert "another purchase" in refusals(summary)[2]
    assert not Member.objects.filter(club=world.record, mobile="+989351112299").exists()


def test_a_cancellation_with_other_contents_is_refused(world: World, tmp_path: Path) -> None:
    header = "receipt,date,customer,product,amount\n"
    bring_in(world, text_file(tmp_path, header + "C1,1404/01/01,5,Tea,-1000\n"))
    for row in ("C1,1404/01/01,5,Tea,-2000\n", "C1,1404/01/02,5,Tea,-1000\n"):
        summary = bring_in(world, text_file(tmp_path, header + row))
        assert (summary.returns.bills, summary.returns_refused.bills) == (0, 1)


def test_bills_that_do_not_add_up(world: World, tmp_path: Path) -> None:
    text = (
        "receipt,date,product,amount,total\n"
        "1,1404/01/01,Tea,1000,3000\n1,1404/01/01,Cup,2000,3000\n"
        "2,1404/01/01,Tea,1000,5000\n2,1404/01/01,Cup,2000,5000\n"
        "3,1404/01/01,Tea,1000,5000\n3,1404/01/01,Cup,2000,6000\n"
    )
    said = refusals(bring_in(world, text_file(tmp_path, text)))
    assert list(said) == [4, 5, 6, 7]
    assert "add up" in said[4] and "differ" in said[6]


def test_reasons_are_in_the_language_of_the_user(world: World, tmp_path: Path) -> None:
    path = text_file(tmp_path, HEADER + GOOD + "2,1404/01/02,,0\n")
    summary = bring_in(world, path, language="fa")
    assert refusals(summary) == {3: "مبلغ این خرید صفر است."}
    assert summary.refused_path == tmp_path / "sales.csv.refused.csv"
    with summary.refused_path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["سطر", "دلیل", "receipt", "date", "mobile", "total"],
            ["3", "مبلغ این خرید صفر است.", "2", "1404/01/02", "", "0"],
        ]


def test_refused_cells_do_not_become_formulas(world: World, tmp_path: Path) -> None:
    text = 'receipt,date,name,total\n1,1404/01/01,"=HYPERLINK(""x"")",-5\n'
    summary = bring_in(world, text_file(tmp_path, text))
    assert summary.refused_path is not None
    row = summary.refused_path.read_text(encoding="utf-8-sig").splitlines()[1]
    assert "'=HYPERLINK" in row and row.endswith(",-5")


def test_wrong_choices_are_said_before_anything_happens(world: World, tmp_path: Path) -> None:
    path = text_file(tmp_path, HEADER + GOOD)
    with pytest.raises(UnitNeeded):
        plan_of(world, path, unit="")
    with pytest.raises(WrongCurrency):
        plan_of(world, path, unit="pound")
    with pytest.raises(UnknownUnit):
        plan_of(world, path, unit="shekels")
    with pytest.raises(UnknownBranch):
        plan_of(world, path, branch="third")
    with pytest.raises(BranchNeeded):
        plan_of(world, path, branch="")
    with pytest.raises(UnknownColumn) as error:
        plan_of(world, path, columns={"receipt": "InvoiceNo"})
    assert "receipt, date, mobile, total" in error.value.message("fa")
    with pytest.raises(CannotWrite):
        import_purchases(
            world.club, plan_of(world, path), refused_to=tmp_path / "absent" / "refused.csv"
        )


def test_the_order_of_day_and_month_may_show_late(world: World, tmp_path: Path) -> None:
    early = "".join(f"{i},03/{1 + i % 9:02},,1000\n".replace(",,", "/2024,,") for i in range(1500))
    path = text_file(tmp_path, HEADER + early)
    with pytest.raises(UnclearDayOrder):
        plan_of(world, path)
    path = text_file(tmp_path, HEADER + early + "9999,03/28/2024,,1000\n")
    assert plan_of(world, path).style.day_order == "mdy"


def test_a_file_that_is_bad_throughout(world: World, tmp_path: Path) -> None:
    text = 'receipt,date,total\n1,1404/01/01,"5\n2,1404/01/01,6\n3,1404/01/01,7\n'
    summary = bring_in(world, text_file(tmp_path, text))
    assert (summary.purchases.bills, summary.rows_refused) == (0, 1)
