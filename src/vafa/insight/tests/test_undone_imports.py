"""A file is brought in wrongly, taken back and brought in rightly: every figure of the past is that of a
club which brought in the right file alone. (docs/adr/0024)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.world import World
from vafa.audience.reads.compiling import compile_definition
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.models import Member
from vafa.commerce.models import DataImport, Purchase
from vafa.commerce.reads.usual import usual_purchase
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.entries import LineEntry
from vafa.flows.imports.tests.files import text_file
from vafa.flows.imports.tests.test_lists import bring, folder, undo
from vafa.flows.imports.undoing import undo_import
from vafa.flows.merging import merge_members
from vafa.insight.reads import dashboard_facts as facts
from vafa.insight.reads.dashboard import busy_span, courses, points, trades
from vafa.insight.reads.kept_checks import kept_differences
from vafa.insight.reads.member_filters import MemberFilter
from vafa.insight.reads.members import list_members
from vafa.insight.reads.one_member import totals
from vafa.insight.reads.portrait import portrait
from vafa.insight.reads.products import list_branches
from vafa.insight.reads.purchases import PurchaseFilter, list_purchases, sum_purchases
from vafa.insight.reads.readiness import count_bills, history_span, read_history
from vafa.insight.reads.reports.goods import goods
from vafa.insight.reads.reports.growth import growth
from vafa.insight.reads.reports.habits import habits
from vafa.insight.reads.reports.hours import hours
from vafa.insight.reads.reports.people import people
from vafa.insight.reads.reports.sales import by_branch, sales
from vafa.insight.reads.reports.shape import Ask, Figures
from vafa.insight.reads.reports.value import moved
from vafa.insight.reads.returns import list_returns, sum_returns
from vafa.insight.reads.spans import periods
from vafa.insight.tests.test_dashboard import at, days
from vafa.insight.tests.test_kept import keep
from vafa.program.reads.revisions import live_program

HEAD = "شماره فاکتور,تاریخ,کد مشتری,کد کالا,تعداد,مبلغ کل\n"
RIGHT = HEAD + (
    "1,1405/02/05,C1,milk,1,150000\n"
    "2,1405/02/20,C1,tea,2,250000\n"
    "3,1405/02/25,C2,milk,1,100000\n"
    "C4,1405/03/02,C2,milk,-1,-100000\n"
    "5,1405/03/09,,tea,1,70000\n"
)
# Rials read as tomans, two days of another month, and two bills that never were.
WRONG = (
    RIGHT.replace("1405/02/25", "1405/01/25").replace("1405/02/05", "1405/03/05")
) + "6,1405/02/21,C3,milk,3,9000000\n7,1404/10/01,C2,milk,1,100000\n"
SPANS = [
    days((1405, 1, 1), (1405, 2, 1)),
    days((1405, 2, 1), (1405, 3, 1)),
    days((1405, 3, 1), (1405, 4, 1)),
    days((1405, 1, 1), (1406, 1, 1)),
]
YEAR = SPANS[-1]
FACETS: tuple[tuple[str, dict[str, Any], str, Any], ...] = (
    ("commerce.purchases", {}, "ge", 3),
    ("commerce.spent", {}, "ge", 5_000_000),
    ("commerce.average", {}, "ge", 2_000_000),
    ("commerce.first", {}, "le", 200),
    ("commerce.returns", {}, "ge", 1),
    ("commerce.bought", {}, "ge", 2),
    ("commerce.bought_sum", {}, "ge", 3_000_000),
)


def said(name: str) -> str:
    return name.rpartition(" ")[0] if name.startswith("فروشگاه ") else name


def plain(figures: Figures) -> Any:
    """A report's lines by what they are called: two clubs number their things differently, and call
    their first branch as themselves."""
    lines = sorted(
        (said(line.label) or str(line.key), line.values, line.before) for line in figures.lines
    )
    return lines, figures.totals, figures.totals_before


def every_figure(world: World) -> dict[str, Any]:
    """All that a club says of what was sold, without what the ledger says of points."""
    club, program = world.club, live_program(world.record.id).program
    found: dict[str, Any] = {"busy": busy_span(club)}
    for branch_id in (None, world.branch.id, world.other_branch.id):
        place = (
            "all" if branch_id is None else ("main" if branch_id == world.branch.id else "second")
        )
        found[f"trades {place}"] = trades(club, SPANS, branch_id)
        weeks = courses(club, [periods(YEAR, "week", "jalali")], branch_id)
        found[f"weeks {place}"] = [row.trade for row in weeks[0]]
        if branch_id is not None:
            found[f"points {place}"] = [points(club, span, branch_id) for span in SPANS]
    readers: dict[Callable[..., Figures], tuple[str, ...]] = {
        sales: ("",),
        by_branch: ("",),
        goods: ("product", "category", "brand"),
        hours: ("purchases", "sales"),
        people: ("gender", "branch"),
        habits: ("amount", "frequency", "interval"),
        growth: ("30", "90"),
    }
    main = (world.branch.id,)
    for reader, sides in readers.items():
        for side in sides:
            ask = Ask(SPANS[1], SPANS[2], of=side, by="week")
            found[f"{reader.__name__} {side}"] = plain(reader(club, ask))
            found[f"{reader.__name__} {side} main"] = plain(
                reader(club, replace(ask, branch_ids=main))
            )
    found["given"] = plain(moved(club, Ask(YEAR, by="week", branch_ids=main)))
    found["branches"] = [(row.code, *row[-3:]) for row in list_branches(club, YEAR)]
    span = history_span(club)
    assert span is not None
    found["readiness"] = read_history(club, span), count_bills(club, 100)
    found["bills"] = sum_purchases(club, PurchaseFilter())
    rows = list_purchases(club, PurchaseFilter())
    # Bills of tills (V…) are numbered through all clubs; what comes again has a mark (…~2).
    names = (row.receipt_no.partition("~")[0] for row in rows)
    found["receipts"] = ["till" if name.startswith("V") else name for name in names]
    found["returns"] = sum_returns(club, None), [row.total for row in list_returns(club, None)]
    for wanted, name in (
        (MemberFilter(bought=SPANS[1], at_least=2), "twice"),
        (MemberFilter(), ""),
    ):
        for sort in ("spent", "purchases", "last"):
            rows = list_members(club, program, wanted, sort=sort)
            figures = sorted((r.external_id or "", r.purchases, r.spent, r.last_at) for r in rows)
            # Who came with the wrong file alone is in the list, closed and with nothing.
            found[f"members {name} {sort}"] = [one for one in figures if one[0] != "C3"]
    found["first"] = next(
        iter(list_members(club, program, MemberFilter(), sort="-spent"))
    ).external_id
    for facet, params, op, value in FACETS:
        condition = Condition(facet=facet, op=op, value=value, params=params)
        sql = compile_definition(club, Definition(items=(condition,)), now(), {}).whole()
        ids = [number for (number,) in fetch(sql.text, sql.params)]
        who = Member.objects.filter(pk__in=ids).values_list("external_id", flat=True)
        found[facet] = sorted(one or "" for one in who)
    for code in ("C1", "C2"):
        her = Member.objects.get(club=world.record, external_id=code)
        drawn = portrait(club, her.pk)
        found[code] = (
            *(
                totals(her.pk),
                drawn.totals,
                [(said(b.name), b.times) for b in drawn.branches],
                drawn.products,
                drawn.interval,
            ),
            (usual_purchase(her.pk) or ())[-3:],
        )
    return found


def around(world: World) -> None:
    """What tills sold before, between and after, to somebody of the files as well."""
    for code in ("C1", "C2"):
        world.enrol(external_id=code, mobile=None, joined_at=at(1405, 1, 2), name=code)
    world.buy(800_000, purchased_at=at(1405, 1, 5), member=("external", "C1"))
    world.buy(400_000, purchased_at=at(1405, 2, 22), member=("external", "C1"), branch="second")
    world.buy(600_000, purchased_at=at(1405, 3, 8), member=("external", "C2"))


@pytest.mark.parametrize("kept", [True, False], ids=["kept by days", "from the facts"])
def test_only_the_right_file_counts(
    world: World, other_world: World, tmp_path: Path, kept: bool
) -> None:
    for each in (world, other_world):
        around(each)
    if kept:
        keep(world)
    wrong, _ = bring(world, "purchases", text_file(folder(tmp_path), WRONG))
    # At the till somebody brings back a part of what the wrong file said.
    sold = Purchase.objects.get(club=world.record, receipt_no="2")
    assert world.give_back(sold.id, amount=500_000, returned_at=at(1405, 3, 1)).error is None
    if kept:
        keep(world)
        assert kept_differences(world.club) == []
    assert trades(world.club, [YEAR])[0].sales > 95_000_000

    undo(world, wrong)
    if kept:
        assert kept_differences(world.club) == [], "what waits is no difference"
        keep(world)
    emptied = trades(world.club, SPANS)
    assert emptied[-1][:6] == (1_800_000, 3, 2, 1, 0, 0), "as if the file had never been"
    undone = sum_purchases(world.club, PurchaseFilter(undone=True))
    assert undone.n == 6, "who looks for them finds them"

    for each in (world, other_world):
        bring(each, "purchases", text_file(folder(tmp_path), RIGHT), unit="rial")
        if kept:
            keep(each)
            assert kept_differences(each.club) == []
    ours, theirs = every_figure(world), every_figure(other_world)
    for name, figures in theirs.items():
        assert ours[name] == figures, name
    assert ours["bills"] == (7, 2_370_000)
    for each in (world, other_world):
        each.verify()


@pytest.mark.parametrize("kept", [True, False], ids=["kept by days", "from the facts"])
def test_what_an_undone_file_brought_back_of_a_tills_bill_is_not_back(
    world: World, tmp_path: Path, kept: bool
) -> None:
    """A file takes back what a till sold; the file is taken back. Its return stands for ever, and counts
    in no figure."""
    her = world.enrol(external_id="C1", joined_at=at(1405, 1, 2))
    milk = (LineEntry(300_000, sku="milk"),)
    world.buy(300_000, lines=milk, purchased_at=at(1405, 2, 1), member=("id", str(her.id)))
    wrong, _ = bring(
        world, "purchases", text_file(tmp_path, HEAD + "C9,1405/02/05,C1,milk,-1,-30000\n")
    )

    def returned() -> tuple[int, ...]:
        if kept:
            keep(world)
            assert kept_differences(world.club) == []
        month = trades(world.club, [YEAR])[0]
        assert (month.sales, month.purchases) == (300_000, 1)
        # What the return took of her points stays taken: there is no return of a return.
        assert points(world.club, YEAR, world.branch.id).issued == 0
        listed = list_returns(world.club, None)
        return month.returned, sum_returns(world.club, None).total, len(listed)

    assert returned() == (300_000, 300_000, 1)
    undo(world, wrong)
    assert returned() == (0, 0, 0)


def test_days_hear_of_it_wherever_a_buyer_bought_again(world: World, tmp_path: Path) -> None:
    """Who was found again by a wrong bill had never come back: her later days are told anew, those of
    somebody merged into her as well."""
    twin = world.enrol(joined_at=at(1405, 1, 2))
    world.buy(1_000_000, purchased_at=at(1405, 1, 5))
    world.buy(1_000_000, purchased_at=at(1405, 4, 5), member=("id", str(twin.id)))
    mobile = (world.member.mobile or "").replace("+98", "0")
    text = f"شماره فاکتور,تاریخ,موبایل,مبلغ کل\n1,1405/02/20,{mobile},500000\n"
    wrong, _ = bring(world, "purchases", text_file(tmp_path, text))
    merged = merge_members(
        world.club, keep_id=world.member.id, gone_id=twin.id, reason="یکی", actor=world.owner
    )
    assert merged.status == "recorded", merged.error
    keep(world)
    ask = Ask(days((1405, 1, 1), (1405, 5, 1)), of="60", by="month")
    assert growth(world.club, ask).totals[1:4] == (1, 0, 0), "never silent for sixty days"
    undo(world, wrong)
    keep(world)
    assert growth(world.club, ask).totals[1:4] == (1, 1, 1), "silent from Farvardin to Tir"
    assert kept_differences(world.club) == []
    # A late bill touches the next two that count, not those that were taken back.
    world.buy(300_000, purchased_at=at(1405, 1, 20))
    keep(world)
    assert kept_differences(world.club) == []
    assert trades(world.club, [YEAR]) == facts.trades(world.club, [YEAR])


def test_an_undoing_that_has_begun_is_an_undoing(world: World, tmp_path: Path) -> None:
    """Stopped in the middle, it will go on; until then nobody sees the half of a file."""
    text = (
        "شماره فاکتور,تاریخ,موبایل,مبلغ کل\n1,1405/02/20,09121113001,500000\n2,1405/02/21,,70000\n"
    )
    wrong, _ = bring(world, "purchases", text_file(tmp_path, text))

    class Stopped(Exception):
        pass

    def stop(*_told: Any) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        undo_import(world.club, wrong, world.owner, stop)
    assert trades(world.club, [YEAR])[0][:2] == (0, 0)
    undo(world, DataImport.objects.get(pk=wrong.pk))
    assert trades(world.club, [YEAR])[0][:6] == (0, 0, 0, 0, 0, 0)
    world.verify()
