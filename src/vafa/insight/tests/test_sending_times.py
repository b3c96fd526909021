"""When scheduled reports are due: by the club's clock, weeks and months."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from vafa.core.jalali import Calendar, from_jalali
from vafa.insight.rules.sending_times import Times, next_due

TEHRAN = ZoneInfo("Asia/Tehran")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock of Tehran."""
    d = from_jalali(year, month, day)
    return datetime(d.year, d.month, d.day, hour, minute, tzinfo=TEHRAN)


@pytest.mark.parametrize(
    ("times", "after", "due"),
    [
        (Times("daily", 8), at(1405, 8, 30, 7, 59), at(1405, 8, 30, 8)),
        (Times("daily", 8), at(1405, 8, 30, 8), at(1405, 9, 1, 8)),
        # 30 Aban 1405 is a Saturday.
        (Times("weekly", 8, weekday=5), at(1405, 8, 30, 9), at(1405, 9, 7, 8)),
        (Times("monthly", 8, day=1), at(1405, 8, 30, 9), at(1405, 9, 1, 8)),
        # The last day: the 31st of Shahrivar, the 30th of Mehr, the 29th of a plain Esfand.
        (Times("monthly", 23, day=31), at(1405, 6, 31, 22), at(1405, 6, 31, 23)),
        (Times("monthly", 23, day=31), at(1405, 6, 31, 23), at(1405, 7, 30, 23)),
        (Times("monthly", 0, day=31), at(1404, 12, 1, 12), at(1404, 12, 29, 0)),
        (Times("monthly", 0, day=30), at(1403, 12, 1, 12), at(1403, 12, 30, 0)),
        (Times("monthly", 0, day=30), at(1404, 12, 29, 0), at(1405, 1, 30, 0)),
    ],
)
def test_the_next_time(times: Times, after: datetime, due: datetime) -> None:
    found = next_due(times, after, TEHRAN, "jalali")
    assert found == due
    assert found.tzinfo is UTC


def test_a_gregorian_club_has_its_own_months() -> None:
    calendar: Calendar = "gregorian"
    london = ZoneInfo("Europe/London")
    after = datetime(2027, 2, 1, tzinfo=UTC)
    due = next_due(Times("monthly", 9, day=31), after, london, calendar)
    assert due == datetime(2027, 2, 28, 9, tzinfo=UTC)
    # Summer time begins on 28 March.
    assert next_due(Times("daily", 9), datetime(2027, 3, 28, tzinfo=UTC), london, calendar) == (
        datetime(2027, 3, 28, 8, tzinfo=UTC)
    )
