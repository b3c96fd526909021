"""The worked examples of docs/how-points-work.md are what the rules really do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vafa.club.actor import SCOPES
from vafa.core.errors import DomainError
from vafa.core.jalali import add_months, parse_date, to_jalali
from vafa.flows.demo.promise import demo_program
from vafa.ledger.rules.dates import BookDates, end_of_day
from vafa.program.rules.allowances import Allowance, allowances
from vafa.program.rules.document import PointTerms, Program
from vafa.program.rules.earning import LineFacts, PurchaseFacts, decide_purchase
from vafa.program.rules.expiry import After
from vafa.program.rules.limits import Limit
from vafa.program.rules.recipes import multiplier, per_amount
from vafa.program.rules.rule import Between, Fixed, Group, Lines, PerItem, PerStep, Rule, Text
from vafa.program.rules.shares import spread
from vafa.program.rules.terms import lot_terms, most_points_payable
from vafa.program.rules.undoing import LineProgress, granted_to_undo
from vafa.program.rules.what_earns import EarningTerms
from vafa.web.api.errors import _TITLES as TITLES
from vafa.web.api.urls import api

PAGE = Path(__file__).parents[1] / "docs" / "how-points-work.md"
CATEGORIES = {"kitchen": 1, "home": 2, "dairy": 3, "staples": 4, "beauty": 5}
TEHRAN, ONLINE = 10, 11
PROGRAM = demo_program(ONLINE, CATEGORIES["kitchen"], CATEGORIES["home"])
MONDAY = date(2026, 11, 16)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RIALS = 10


STEP = per_amount("per-amount", Text(fa="امتیاز"), 1, 100_000, order=1)
THURSDAY = multiplier("thursday", Text(fa="پنجشنبه"), 200, weekdays=[5], order=2)
KITCHEN = multiplier(
    "kitchen", Text(fa="آشپزخانه"), 300, category_ids=[CATEGORIES["kitchen"]], order=3
)
STAMP = Rule(
    id="stamp",
    name=Text(fa="مهر"),
    conditions=(Lines(fact="category", values=(CATEGORIES["beauty"],)),),
    gives=PerItem(points=1),
)
BIG = Rule(
    id="big",
    name=Text(fa="بزرگ"),
    conditions=(Between(fact="total", least=10_000_000),),
    gives=Fixed(points=25),
)
BACK = Rule(
    id="back", name=Text(fa="برگشت"), gives=PerStep(points=5_000, step=100_000, unit="credit")
)
A_WEEK = Limit(scope="member", per="week", most=500)


def of(*rules: Rule, mode: Any = "", **more: Any) -> Program:
    """A programme of the page; with ``mode`` all rules but the first are one group."""
    if mode:
        more["groups"] = (Group(code="g", name=Text(fa="دسته"), mode=mode),)
        rules = (rules[0], *(rule.model_copy(update={"group": "g"}) for rule in rules[1:]))
    return Program(rules=rules, tiers=PROGRAM.tiers, **more)


PROGRAMS = {
    "": PROGRAM,
    "stamps": of(STEP, STAMP),
    "big": of(STEP, BIG),
    "best": of(STEP, THURSDAY, KITCHEN, mode="best"),
    "first": of(STEP, THURSDAY, KITCHEN, mode="first"),
    "back": of(STEP, BACK),
    "limited": of(STEP, THURSDAY.model_copy(update={"limits": (A_WEEK,)})),
    "ceiling": of(STEP, THURSDAY, earning=EarningTerms(ceiling=600)),
}


def bills() -> list[tuple[str, str]]:
    """The bills of the page, each with the programme that it is about."""
    return re.findall(r"```bill ?(\w*)\n(.*?)\n```", PAGE.read_text("utf-8"), re.S)


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)\n```", PAGE.read_text("utf-8"), re.S)


def numbers(text: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]


@pytest.mark.parametrize(("name", "block"), bills())
def test_bill(name: str, block: str) -> None:
    program = PROGRAMS[name]
    head, *rows = block.splitlines()
    terms = [term.strip() for term in head.split(", ")]
    day = MONDAY + timedelta(days=DAYS.index(terms[0]))
    tier = next(t for t in PROGRAM.tiers if t.code in terms)
    paid_by_points = sum(n for t in terms if t.startswith("points paid") for n in numbers(t))
    away = next((numbers(t)[0] for t in terms if t.startswith("birthday")), None)
    birthday = None if away is None else add_months(day + timedelta(days=away), -360, "jalali")
    lines = [row.split() for row in rows if not row.startswith("=")]
    amounts = [numbers(line[1])[0] * RIALS for line in lines]
    taken = spread(paid_by_points * RIALS, amounts)
    facts = PurchaseFacts(
        day,
        "jalali",
        ONLINE if "online" in terms else TEHRAN,
        [
            LineFacts(amount - part, CATEGORIES[line[2]], quantity=thousandths(line))
            for amount, part, line in zip(amounts, taken, lines, strict=True)
        ],
        birthday,
        tier.code,
        left=left_of(program, terms),
    )
    decided = decide_purchase(program, facts)
    told = {row.split()[1]: numbers(row)[0] for row in rows if row.startswith("=")}
    assert told.pop("total") == decided.points == sum(decided.shares)
    assert decided.credit == sum(decided.credit_shares)
    assert told == {part.rule: part.points for part in decided.parts if part.points}


def thousandths(line: list[str]) -> int:
    """How much of it was bought, by the fourth column; one where there is none."""
    return int(Decimal(line[3]) * 1000) if len(line) > 3 else 1000


def left_of(program: Program, terms: list[str]) -> dict[Allowance, int]:
    """What is left of every limit, where the bill says so."""
    left = next((numbers(term)[0] for term in terms if term.endswith(" left")), None)
    if left is None:
        return {}
    return {one: left for rule in program.rules for one in allowances(program, rule)}


@pytest.mark.parametrize("line", "\n".join(blocks("spread")).splitlines())
def test_spread(line: str) -> None:
    given, parts = line.split("=")
    amount, *weights = numbers(given)
    assert spread(amount, weights) == numbers(parts)


@pytest.mark.parametrize("block", blocks("return"))
def test_return(block: str) -> None:
    head, amounts_line, *backs = block.splitlines()
    shares = list(enumerate(numbers(head)))
    amounts = numbers(amounts_line)
    returned, undone = [0] * len(amounts), 0
    for row in backs:
        given, told = row.split("=")
        returned = [a + b for a, b in zip(returned, numbers(given), strict=True)]
        progress = {
            n: LineProgress(amount, back)
            for n, (amount, back) in enumerate(zip(amounts, returned, strict=True))
        }
        now = granted_to_undo(shares, progress, undone)
        undone += now
        assert now == numbers(told)[0]


def test_the_returned_mixer_is_the_thursdays() -> None:
    lines = [LineFacts(92_000 * RIALS, 3), LineFacts(4_150_000 * RIALS, 1)]
    thursday = PurchaseFacts(MONDAY + timedelta(days=3), "jalali", TEHRAN, lines, None, "silver")
    shares = decide_purchase(PROGRAM, thursday).shares
    assert numbers(blocks("return")[1].splitlines()[0]) == shares


@pytest.mark.parametrize("line", "\n".join(blocks("pay")).splitlines())
def test_pay(line: str) -> None:
    toman, points = numbers(line)
    assert most_points_payable(PROGRAM.terms, toman * RIALS) == points


@pytest.mark.parametrize("line", "\n".join(blocks("expiry")).splitlines())
def test_expiry(line: str) -> None:
    earned, months, last = re.findall(r"\d{4}/\d\d/\d\d|\d+(?= months)", line)
    dates = BookDates("jalali", "Asia/Tehran")
    policy = PointTerms(expiry=After(count=int(months)))
    earned_at = end_of_day(parse_date(earned), dates.zone) - timedelta(hours=1)
    moment = lot_terms(policy, earned_at, dates).expires_at
    assert moment is not None
    last_day = moment - timedelta(seconds=1) + timedelta(hours=3, minutes=30)
    assert "{}/{:02d}/{:02d}".format(*to_jalali(last_day.date())) == last


API = PAGE.with_name("api.md").read_text("utf-8")


def test_the_api_page_names_every_request_and_scope() -> None:
    told = set(re.findall(r"^\| `([A-Z]+) (/\S+)` \|", API, re.M))
    paths = api.get_openapi_schema()["paths"]
    made = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in paths.items()
        for method in methods
    }
    assert told == made
    assert set(re.findall(r"^\| `(\w+:\w+)` \|", API, re.M)) == set(SCOPES)


def test_the_api_page_names_only_codes_that_there_are() -> None:
    table = API.split("| status | codes |")[1].split("Another club")[0]
    told = set(re.findall(r"`([a-z]+_[a-z_]+)`", table))
    known = {error.code for error in subclasses(DomainError)} | set(TITLES)
    assert told and told <= known


def subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for error in kind.__subclasses__():
        yield error
        yield from subclasses(error)


REPOSITORY = PAGE.parents[1]
PAGES = [
    *REPOSITORY.glob("*.md"),
    *PAGE.parent.rglob("*.md"),
    *(REPOSITORY / "src").rglob("*.md"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for link in links:
        if "://" not in link and not link.startswith("#"):
            assert (page.parent / link.split("#")[0]).exists(), link
