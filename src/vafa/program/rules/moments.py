"""What a rule may be about beside a purchase: happenings of a member, and when they happen.

Everything here is plain data and checks of it; ``happening.py`` says what a happening earns,
``occasions.py`` and ``calendar_days.py`` on which days it happens. Pure.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from vafa.program.rules.frozen import Frozen

Happening = Literal[
    "purchase",
    "return",
    "joining",
    "profile_completed",
    "birthday",
    "anniversary",
    "occasion",
    "schedule",
    "member_date",
    "visit",
    "event",
    "challenge",
]
# What these happen to is named by a code: which occasion, event, challenge or date of hers.
NAMED_HAPPENINGS = frozenset({"occasion", "event", "challenge", "member_date"})
# Dates that every club may know of a member; its own ones are attributes ("attribute:moved_in").
MemberDate = Literal["birth_date", "wedding_date"]
MEMBER_DATES: tuple[MemberDate, ...] = ("birth_date", "wedding_date")
# These happen to each rule by itself, as what names their occurrences.
OF_ONE_RULE = frozenset({"schedule", "member_date"})
# Rules about these may name the years that they are about.
COUNTED_IN_YEARS = frozenset({"anniversary", "member_date"})
MOST_SHIFT = 60
# Events that every programme knows without defining them: whoever asks members something, here or
# elsewhere, reports them by these names.
SURVEY_ANSWERED: Final = "survey.answered"
REVIEW_POSTED: Final = "review.posted"
KnownEvent = Literal["survey.answered", "review.posted"]
KNOWN_EVENTS: tuple[KnownEvent, ...] = (SURVEY_ANSWERED, REVIEW_POSTED)
# The clock makes these, not a person.
BY_THE_CLOCK: tuple[Happening, ...] = (
    *("birthday", "anniversary", "occasion", "schedule", "member_date"),
)
# What a member may tell of herself.
Detail = Literal["name", "gender", "birth_date", "mobile"]
DETAILS: tuple[Detail, ...] = ("name", "gender", "birth_date")
# What is bound to a place.
_AT_A_BRANCH = frozenset({"return", "joining", "visit", "event", "challenge"})
_NEEDS_A_BILL = frozenset(
    {
        "total",
        "channel",
        "payment",
        "product",
        "category",
        "brand",
        "quantity",
        "kinds",
        "nth",
        "expression",
    }
)


class Schedule(Frozen):
    """At ``hour`` of the club's day: every day, each week on ``day`` (Saturday = 0), or each month
    on ``day`` of the club's calendar, the last one where the month has fewer."""

    every: Literal["day", "week", "month"]
    day: Annotated[int, Field(ge=0, le=31)] = 0
    hour: Annotated[int, Field(ge=0, le=23)] = 9

    @model_validator(mode="after")
    def _possible(self) -> Schedule:
        if self.every == "week" and self.day > 6:
            raise ValueError("weekdays count from 0 (Saturday) to 6 (Friday)")
        if self.every == "month" and self.day < 1:
            raise ValueError("days of a month count from 1")
        return self


def fits_happening(on: Happening, fact: str) -> bool:
    """Whether a condition on ``fact`` can be asked of what a rule is ``on``: without a bill only
    what is true of the member, the moment and, where there is one, the branch and whose it is."""
    if on == "purchase":
        return True
    if fact in ("branch", "merchant"):
        return on in _AT_A_BRANCH
    if on == "joining":
        # Who has just come has no standing yet.
        return fact == "gender"
    return fact not in _NEEDS_A_BILL
