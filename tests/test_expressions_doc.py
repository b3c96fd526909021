"""The examples of docs/expressions.md are what expressions really do, and its table is whole."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from vafa.program.rules.expressions import VARIABLES, check_expression, judging
from vafa.program.rules.facts import LineFacts, PurchaseFacts

PAGE = (Path(__file__).parents[1] / "docs" / "expressions.md").read_text("utf-8")
EXAMPLES = re.findall(r"```cel\n(.*?)\n((?://[^\n]*\n)+)```", PAGE, re.S)
ATTRIBUTES = ("children", "pet")


def _facts(said: str) -> PurchaseFacts:
    given = dict(word.split("=", 1) for word in said.split())
    counters = {
        (name.split("_")[0] if name[-1].isdigit() else name, _window(name)): int(value)
        for name, value in given.items()
        if name.startswith(("visits", "spend", "nth", "days_since"))
    }
    line = LineFacts(
        int(given.get("total", 1)),
        None,
        quantity=int(given.get("quantity", 1000)),
        brand=given.get("brand", ""),
    )
    return PurchaseFacts(
        date.fromisoformat(given.get("day", "2026-11-22")),
        "jalali",
        1,
        [line],
        date.fromisoformat(given["born"]) if "born" in given else None,
        None,
        int(given.get("minute", 0)),
        payment=given.get("payment", ""),
        segments=frozenset(given.get("segments", "").split("+")),
        attributes={
            name.partition(".")[2]: int(value)
            for name, value in given.items()
            if name.startswith("attributes.")
        },
        counters=counters,
    )


def _window(name: str) -> int | None:
    last = name.rpartition("_")[2]
    return int(last) if last.isdigit() else None


@pytest.mark.parametrize(("text", "comments"), EXAMPLES)
def test_examples(text: str, comments: str) -> None:
    assert check_expression(text, ATTRIBUTES) is None
    for answer, said in re.findall(r"// (true|false): (.*)", comments):
        facts = _facts(said)
        assert judging((text,), facts, facts.tier)(text) is (answer == "true"), said


def test_the_table_names_everything() -> None:
    assert len(EXAMPLES) == 6
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.M)
    named = {name for row in rows for name in re.findall(r"`(?:'code' in )?(\w+)`", row)}
    assert {name for name in named if not name[-1].isdigit()} == set(VARIABLES)
