"""The worked examples of docs/tiers.md are what the function really says."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from vafa.core.jalali import parse_date
from vafa.ledger.rules.dates import BookDates, end_of_day
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import Text
from vafa.program.rules.tier_terms import TierTerms
from vafa.program.rules.tiers import TierFact, tier_at

PAGE = Path(__file__).parents[1] / "docs" / "tiers.md"
BLOCKS = re.findall(r"```tiers\n(.*?)\n```", PAGE.read_text("utf-8"), re.S)
DATES = BookDates("jalali", "Asia/Tehran")
TIERS = tuple(
    Tier(code=code, name=Text(fa=code), least=least)
    for code, least in (("bronze", 0), ("silver", 500), ("gold", 2_000))
)
DOWNGRADES = {"to what is earned": "earned", "one step": "one_step", "none": "none"}


def terms(line: str) -> TierTerms:
    window, downgrade, grace = line.split(", ")
    months = re.search(r"\d+", window)
    return TierTerms.model_validate(
        {
            "window": "rolling" if months else window.replace(" ", "_"),
            "months": int(months[0]) if months else 12,
            "downgrade": DOWNGRADES[downgrade],
            "grace_days": int(grace.removeprefix("grace ")),
        }
    )


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_example(block: str) -> None:
    first, *rows = block.splitlines()
    program = Program(tiers=TIERS, tier_terms=terms(first))
    facts: list[TierFact] = []
    for row in rows:
        day, said = row.removeprefix("= ").split()
        # The last moment of the day.
        at = end_of_day(parse_date(day), DATES.zone)
        at -= timedelta(seconds=1)
        if not row.startswith("="):
            facts.append(TierFact(at, int(said.replace(",", ""))))
            continue
        tier = tier_at(program, facts, at, DATES)
        assert tier is not None and tier.code == said, row
