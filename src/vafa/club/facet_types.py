"""The words in which a room describes its facets: plain data, read by ``audience``.

A facet is a named, typed fact about a member with the SQL that gives it for many members at once.
It stands here, in the lowest room that knows members, so that every room above can describe its
own and ``audience`` needs to know none of them. (docs/adr/0010)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from vafa.club.reads.context import ClubContext

# number: a count; money: smallest units; days: a moment, asked as days ago; years: a day, asked
# as full years of the club's calendar ago; date: a moment or a day, asked by the calendar.
Kind = Literal["number", "money", "days", "years", "date", "choice", "yes_no", "text"]
MOST_DAYS = 3650


class Said(NamedTuple):
    """A text in both languages."""

    fa: str
    en: str

    def said(self, lang: str) -> str:
        """The text in ``lang``."""
        return self.fa if lang == "fa" else self.en


NOTHING_SAID = Said("", "")


class Sql(NamedTuple):
    """A piece of a statement with the values of its ``%s``, in order."""

    text: str
    params: tuple[Any, ...] = ()


ALWAYS = Sql("TRUE")
AS_IT_IS = Sql("{v}")


class Choice(NamedTuple):
    """One of the values that a facet or a parameter may have, with its name."""

    value: str
    name: Said


# The club's choices: all, or only those of some values (which may no longer be there).
Choices = Callable[[ClubContext, Collection[str] | None], Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Param:
    """What narrows a facet: the last ``days``, or some of a list of ``choices``.

    ``words`` are how it is said ("in the last {n}", "at {list}"), ``without`` what is said where it
    is left out. ``by_code``: there are too many to tick, they are typed by code.
    """

    name: str
    kind: Literal["days", "choices"]
    label: Said
    words: Said
    without: Said = NOTHING_SAID
    is_required: bool = False
    least: int = 1
    choices: Choices | None = None
    by_code: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Of which club and moment a facet is asked, and with which parameters (those given)."""

    club: ClubContext
    at: datetime
    params: Mapping[str, Any]

    @property
    def today(self) -> date:
        """The club's day of that moment."""
        return self.club.local_date(self.at)

    @property
    def since(self) -> datetime | None:
        """The beginning of the last ``days`` days: of the day so many days ago; None for ever."""
        days = self.params.get("days")
        return None if days is None else self.club.day_start(self.today - timedelta(days=days))

    def picked(self, name: str) -> list[int] | None:
        """The row numbers that a parameter picks; None where it was left out."""
        values = self.params.get(name)
        return [int(value) for value in values] if values else None


@dataclass(frozen=True, slots=True)
class Own:
    """A fact in the member's own row: an expression over ``m``."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Rows:
    """A fact made of rows elsewhere: the aggregate ``value`` over ``source`` where ``where``.

    ``member`` is the column that names whose a row is; with ``of_wallet`` it is the number of a
    wallet. ``club`` is a column by which all of a club's rows are found. ``empty`` is the value of
    a member without rows; ``made`` turns the value, ``{v}``, into what is compared.
    """

    value: Sql
    source: str
    member: str
    where: Sql = ALWAYS
    club: str = ""
    of_wallet: bool = False
    empty: str = "0"
    made: Sql = AS_IT_IS


@dataclass(frozen=True, slots=True)
class Facet:
    """A fact about a member.

    ``words`` say a condition on it after "members who", with ``{value}`` and each parameter by
    name; ``words_not`` say that it does not hold (choices, yes and no, texts). ``unit`` is what is
    counted: Persian, English of one, English of many. ``unknown``: added where a negated condition
    also means those of whom the fact is not known. ``of_moment``: what is compared has a time of day.
    """

    name: str
    group: Said
    label: Said
    kind: Kind
    read: Callable[[Ask], Own | Rows]
    words: Said
    words_not: Said = NOTHING_SAID
    unit: tuple[str, str, str] = ("", "", "")
    unknown: Said = NOTHING_SAID
    params: tuple[Param, ...] = ()
    choices: Choices | None = None
    of_moment: bool = True

    def param(self, name: str) -> Param | None:
        """The parameter of that name."""
        return next((param for param in self.params if param.name == name), None)


def days_param(*, is_required: bool = False) -> Param:
    """The parameter "in the last N days"; left out it means ever."""
    return Param(
        "days",
        "days",
        Said("در چند روز گذشته", "In the last days"),
        Said("در {n} روز گذشته", "in the last {n}"),
        Said("تاکنون", ""),
        is_required,
    )


def joined(parts: Sequence[Sql], between: str = " AND ") -> Sql:
    """Pieces one after the other with their values."""
    return Sql(between.join(p.text for p in parts), tuple(v for p in parts for v in p.params))
