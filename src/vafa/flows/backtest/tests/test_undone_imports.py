"""A file is brought in wrongly and taken back: a draft is tested on what the club really sold, as if the
file had never been. (docs/adr/0024)"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.world import World
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.jalali import to_jalali
from vafa.flows.backtest.asking import question_of
from vafa.flows.backtest.errors import NoPurchases
from vafa.flows.backtest.tests.programs import KINDS, THREE, N, publish, rule
from vafa.flows.backtest.tests.telling import assert_equal, exact, line
from vafa.flows.imports.tests.files import text_file
from vafa.flows.imports.tests.test_lists import bring, undo
from vafa.program.reads.revisions import live_program
from vafa.program.rules.backtest import COLUMNS
from vafa.program.rules.deeds import GiveBadge, RaiseEvent
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Between, Fixed, Times
from vafa.program.rules.tier_terms import TierTerms

HEAD = "شماره فاکتور,تاریخ,موبایل,کد کالا,تعداد,مبلغ کل\n"
# What a till gave her for bringing back a bill of the file stays given, and stands in the ledger.
LEDGER = {"economy", "outlook"}
Basis = Literal["points", "spend", "visits"]


def day(club: ClubContext, ago: int) -> str:
    year, month, when = to_jalali(club.local_date(now() - timedelta(days=ago)))
    return f"{year}/{month:02d}/{when:02d}"


def wrong_file(world: World) -> str:
    """Five bills of the member, one of nobody, and a return that was none."""
    mobile = (world.member.mobile or "").replace("+98", "0")
    bills = [
        f"w{n},{day(world.club, 9 + n)},{mobile},{sku},1,5000000\n"
        for n, sku in enumerate(("milk", "cheese", "milk", "cheese", "milk"))
    ]
    nobody = f"w9,{day(world.club, 9)},,milk,1,700000\n"
    return HEAD + "".join(bills) + nobody + f"Cw,{day(world.club, 3)},{mobile},milk,-1,-400000\n"


def programme(world: World, basis: Basis) -> None:
    """Tiers, challenges, events, a limit, and a rule that asks for what was bought before."""
    need = {"points": 300, "spend": 30_000_000, "visits": 5}[basis]
    publish(
        world,
        rule(
            Times(percent=200),
            id="third",
            conditions=(Between(fact="visits", least=2, window_days=90),),
        ),
        rule(Fixed(points=40), id="three", on="challenge", what="three"),
        rule(RaiseEvent(event="one"), id="raises", on="challenge", what="three"),
        rule(Fixed(points=7), id="one", on="event", what="one"),
        rule(Fixed(points=3), id="back", on="return"),
        rule(GiveBadge(badge="regular"), id="kinds", on="challenge", what="kinds"),
        rule(Fixed(points=9), id="scarce", limits=(Limit(scope="member", counts="times", most=4),)),
        challenges=(THREE, KINDS),
        tiers=(Tier(code="gold", name=N, least=need, percent=150),),
        tier_terms=TierTerms(basis=basis),
    )


def story(world: World, tmp_path: Path | None, *, on_top: bool) -> None:
    """What tills sold before and after; with ``tmp_path``, a wrong file comes between and goes, of
    which a till has taken back a part. ``on_top``: tills sell while it stands."""
    other = world.enrol()
    for ago in (20, 6):
        world.buy(4_000_000, purchased_at=now() - timedelta(days=ago))
    back = world.buy(3_000_000, member=("id", str(other.id)))
    if tmp_path is not None:
        wrong, _ = bring(world, "purchases", text_file(tmp_path, wrong_file(world)), branch="main")
        sold = Purchase.objects.get(club=world.record, receipt_no="w1")
        assert world.give_back(sold.id, amount=1_000_000).error is None
    if on_top:
        world.buy(6_000_000)
    if tmp_path is not None:
        assert undo(world, wrong)["purchases"] == 6
    world.give_back(back.answer["purchase_id"], amount=1_000_000)
    for _ in range(2):
        world.buy(2_000_000, branch="second")


def told(world: World, result: dict[str, Any]) -> dict[str, Any]:
    """A result without the numbers of branches, which differ between clubs."""
    names = {str(world.branch.id): "main", str(world.other_branch.id): "second"}
    branches = {names[key]: row for key, row in result["tables"]["branch"].items()}
    return {**result, "tables": {**result["tables"], "branch": branches}}


def of_draft(result: dict[str, Any]) -> dict[str, Any]:
    """What the draft gives alone, by month and branch, kind, rule and deed."""
    wanted = [n for n, column in enumerate(COLUMNS) if not column.startswith("real")]
    tables = {
        name: {key: [row[n] for n in wanted] for key, row in rows.items()}
        for name, rows in result["tables"].items()
        if name != "kind"
    }
    kinds = {
        key: [row[n] for n in (0, *wanted[2:])]
        for key, row in result["tables"]["kind"].items()
        if row[0]
    }
    rules = {
        key: (*row[:4], row[8]) for key, row in result["rules"].items() if any(row[:4]) or row[8]
    }
    deeds = {key: row[:3] for key, row in result["deeds"].items() if row[0]}
    return {"tables": tables, "kinds": kinds, "rules": rules, "deeds": deeds}


@pytest.mark.parametrize("shared", [False, True], ids=["by members", "in order"])
@pytest.mark.parametrize("basis", ["points", "spend", "visits"])
def test_a_file_that_was_taken_back_is_not_judged(
    world: World, other_world: World, tmp_path: Path, basis: Basis, shared: bool
) -> None:
    results = []
    for each, folder in ((world, tmp_path), (other_world, None)):
        programme(each, basis)
        story(each, folder, on_top=False)
        live = live_program(each.club.id).program
        draft = _shared(live) if shared else live
        results.append([told(each, exact(each, draft, **days)) for days in _periods(each)])
        if not shared:
            assert_equal(results[-1][0])
    for ours, theirs in zip(*results, strict=True):
        for name in theirs.keys() - LEDGER:
            assert ours[name] == theirs[name], name
    whole = results[0][0]
    assert line(whole, "all", "")["purchases"] == 5 and whole["strangers"] == 0
    for each in (world, other_world):
        each.verify()


@pytest.mark.parametrize("basis", ["points", "spend", "visits"])
def test_a_draft_does_not_follow_a_file_that_stood_for_a_while(
    world: World, other_world: World, tmp_path: Path, basis: Basis
) -> None:
    """What was bought while it stood was really given more; the draft gives what it would have."""
    results = []
    for each, folder in ((world, tmp_path), (other_world, None)):
        programme(each, basis)
        story(each, folder, on_top=True)
        live = live_program(each.club.id).program
        asked = [(draft, days) for draft in (live, _shared(live)) for days in _periods(each)]
        results.append([told(each, exact(each, draft, **days)) for draft, days in asked])
    for ours, theirs in zip(*results, strict=True):
        mine, others = of_draft(ours), of_draft(theirs)
        for name, figures in others.items():
            assert mine[name] == figures, name
    really = [line(each[0], "all", "")["real_points"] for each in results]
    assert really[0] > really[1], "the file had lifted her"


def test_a_draft_finds_nothing_where_all_was_taken_back(world: World, tmp_path: Path) -> None:
    wrong, _ = bring(world, "purchases", text_file(tmp_path, wrong_file(world)))
    live, today = live_program(world.club.id).program, world.club.local_date(now())
    asked = question_of(world.club, live, today - timedelta(days=30), today)
    assert asked.first < asked.last
    undo(world, wrong)
    with pytest.raises(NoPurchases):
        question_of(world.club, live, today - timedelta(days=30), today)
    world.verify()


def _shared(live: Program) -> Program:
    """The same with a limit that all members share: everything is judged in one go."""
    rules = [
        one.model_copy(update={"limits": (Limit(scope="total", most=60),)})
        if one.id == "scarce"
        else one
        for one in live.rules
    ]
    return live.model_copy(update={"rules": tuple(rules)})


def _periods(world: World) -> list[dict[str, Any]]:
    """Everything, and the last five days alone, for which all else lies before."""
    return [{}, {"first": world.club.local_date(now() - timedelta(days=5))}]
