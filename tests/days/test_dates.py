"""Value ends at the club's midnight: for every month's end from 1395 to 1437, under every policy,
against a calendar that was counted off by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.days.calendars import DAYS, MONTH_ENDS, midnight_ending, months_later
from tests.days.tell import policies, table, told
from vafa.ledger.rules.dates import DEFAULT_DATES, sliding_due

ROOT = Path(__file__).resolve().parents[2]


def test_every_month_end_from_1395_to_1437() -> None:
    assert len(MONTH_ENDS) == 43 * 12
    for jalali in MONTH_ENDS:
        earned = midnight_ending(DAYS[jalali]) - timedelta(seconds=1)
        for name, policy, last_day in policies(jalali):
            assert told(policy, earned) == midnight_ending(last_day), (jalali, name)


def test_a_second_later_it_is_the_next_day() -> None:
    for jalali in MONTH_ENDS:
        midnight = midnight_ending(DAYS[jalali])
        _, policy, last_day = next(policies(jalali))
        assert told(policy, midnight - timedelta(microseconds=1)) == midnight_ending(last_day)
        first = (jalali[0] + jalali[1] // 12, jalali[1] % 12 + 1, 1)
        _, policy, last_day = next(policies(first))
        assert told(policy, midnight) == midnight_ending(last_day)


def test_sliding_counts_from_the_last_activity() -> None:
    for jalali in MONTH_ENDS:
        active = midnight_ending(DAYS[jalali]) - timedelta(seconds=1)
        for months in (1, 6, 12):
            last_day = DAYS[months_later(jalali, months)]
            assert sliding_due(active, months, DEFAULT_DATES) == midnight_ending(last_day)


@pytest.mark.parametrize(
    ("jalali", "midnight"),
    [
        ((1403, 12, 30), datetime(2025, 3, 20, 20, 30, tzinfo=UTC)),
        ((1404, 12, 29), datetime(2026, 3, 20, 20, 30, tzinfo=UTC)),
        ((1401, 6, 29), datetime(2022, 9, 20, 19, 30, tzinfo=UTC)),
        ((1401, 6, 30), datetime(2022, 9, 21, 20, 30, tzinfo=UTC)),
        ((1401, 1, 1), datetime(2022, 3, 21, 20, 30, tzinfo=UTC)),
        ((1401, 1, 2), datetime(2022, 3, 22, 19, 30, tzinfo=UTC)),
        ((1402, 1, 2), datetime(2023, 3, 22, 20, 30, tzinfo=UTC)),
    ],
)
def test_the_counted_calendar_knows_the_days_that_others_get_wrong(
    jalali: tuple[int, int, int], midnight: datetime
) -> None:
    assert midnight_ending(DAYS[jalali]) == midnight


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_zone_of_the_machine_changes_nothing(zone: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tests.days.tell"],
        input="{}\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
    )
    assert json.loads(said.stdout) == table()
