"""One row of a file of members, products, balances or codes: checked and typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from vafa.club.actions.members import NewMember
from vafa.club.reads.context import ClubContext
from vafa.club.rules.attributes import Stored
from vafa.commerce.actions.products import NewProduct
from vafa.commerce.errors import InTheFuture, TooLongAgo
from vafa.core.jalali import format_date
from vafa.core.text import search_key
from vafa.flows.entries import CLOCK_SKEW, MAX_AMOUNT, OLDEST
from vafa.flows.imports.cells import CACHE, amount_reader, mobile_of, name_of, text_of
from vafa.flows.imports.dates import moment_reader
from vafa.flows.imports.errors import (
    EndsBeforeItBegins,
    InvalidDate,
    MissingValue,
    NegativeAmount,
    NobodyNamed,
    NothingToGive,
    NotWhole,
    RunOutAlready,
    UnknownWord,
    ValueTooLong,
)
from vafa.flows.imports.list_plan import ListPlan
from vafa.flows.imports.mapping import ColumnMap
from vafa.flows.imports.members import Customer
from vafa.flows.imports.rows import attribute_reader, branch_reader, product_code

_NAME, _SKU, _PRODUCT, _CATEGORY, _BRAND, _CODE, _REFERENCE = 120, 64, 160, 80, 80, 64, 64
_CITY = 60
_OLDEST_BIRTH = 1900
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_GENDERS = {
    search_key(word): gender
    for gender, words in {
        "female": ("female", "f", "woman", "زن", "خانم", "مونث", "دختر", "ز"),
        "male": ("male", "m", "man", "مرد", "آقا", "مذکر", "پسر", "م"),
        "": ("", "unknown", "نامشخص"),
    }.items()
    for word in words
}


class Person(NamedTuple):
    """A row of a file of members."""

    member: NewMember
    attributes: Mapping[str, Stored]

    @property
    def customer(self) -> Customer:
        """By what she is known."""
        new = self.member
        return Customer(new.mobile or "", new.external_id or "", new.name)


class Balance(NamedTuple):
    """A row of opening balances: points, and credit in the smallest currency unit. ``expires_at``
    None: by the club's own terms from ``earned_at``; ``reference`` names the row, "" by what it says.
    """

    customer: Customer
    points: int
    credit: int
    earned_at: datetime
    expires_at: datetime | None
    reference: str


Item = Person | NewProduct | Balance | str
Reader = Callable[[Sequence[Any]], Item]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of rows, by field."""

    plan: ListPlan

    def get(self, cells: Sequence[Any], field: str) -> Any:
        """The cell of a field, None where the file has none."""
        place = self.plan.columns.columns.get(field)
        return None if place is None else cells[place]

    def text(self, cells: Sequence[Any], field: str, limit: int) -> str:
        """The cell as clean text. Raises ValueTooLong."""
        text = text_of(self.get(cells, field))
        if len(text) > limit:
            raise ValueTooLong(column=self.plan.columns.header(field), limit=limit)
        return text

    def customer(self, cells: Sequence[Any], name: str = "") -> Customer:
        """Whom the row names. Raises NobodyNamed, InvalidMobile, ValueTooLong."""
        mobile = mobile_of(text_of(self.get(cells, "mobile")))
        external = self.text(cells, "customer", _SKU)
        external = "" if external == "0" else external
        if not mobile and not external:
            raise NobodyNamed
        return Customer(mobile, external, name or name_of(self.get(cells, "name"), _NAME))


def list_reader(plan: ListPlan, club: ClubContext, now: datetime) -> Reader:
    """A function from a row's cells to what it says; it raises DomainErrors, which say why the row
    is refused."""
    makers = {
        "members": _people,
        "products": _products,
        "balances": _balances,
        "codes": _codes,
    }
    return makers[plan.kind.name](plan, club, now)


def _people(plan: ListPlan, club: ClubContext, now: datetime) -> Reader:
    cells_of, branch_of = Cells(plan), branch_reader(plan.branches, plan.branch_id)
    attributes_of = attribute_reader(plan.attributes, plan.columns)
    day_of = _days(plan, club)
    latest = now + CLOCK_SKEW

    def read(cells: Sequence[Any]) -> Person:
        customer = cells_of.customer(cells, _full_name(cells_of, cells))
        joined = day_of("joined", cells)
        if joined is not None and joined > latest:
            raise InTheFuture
        if joined is not None and joined < OLDEST:
            raise TooLongAgo
        branch = cells_of.get(cells, "branch")
        member = NewMember(
            mobile=customer.mobile or None,
            external_id=customer.external or None,
            name=customer.name,
            gender=gender_of(cells_of.get(cells, "gender"), plan.columns),
            birth_date=_birth(
                day_of("birth_date", cells), cells_of.get(cells, "birth_date"), club, now
            ),
            branch_id=branch_of(branch) if text_of(branch) else plan.branch_id or None,
            joined_at=joined,
            email=_email(cells_of.text(cells, "email", 254), plan),
            city=name_of(cells_of.get(cells, "city"), _CITY),
        )
        return Person(member, attributes_of(cells))

    return read


def _full_name(cells_of: Cells, cells: Sequence[Any]) -> str:
    """The parts of the name together; where there is a last name, «نام» is the first one."""
    first, whole, last = (
        name_of(cells_of.get(cells, field), _NAME) for field in ("first_name", "name", "last_name")
    )
    parts = (first or whole, last) if last and last not in whole else (whole or first,)
    return " ".join(part for part in parts if part)[:_NAME].strip()


def _email(text: str, plan: ListPlan) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise UnknownWord(value=text[:32], column=plan.columns.header("email"))
    return text


def gender_of(cell: Any, columns: ColumnMap) -> str:
    """female, male or "". Raises UnknownWord."""
    found = _GENDERS.get(search_key(text_of(cell)))
    if found is None:
        raise UnknownWord(value=text_of(cell)[:32], column=columns.header("gender"))
    return found


def _birth(at: datetime | None, cell: Any, club: ClubContext, now: datetime) -> date | None:
    if at is None:
        return None
    day = club.local_date(at)
    if not (day.year >= _OLDEST_BIRTH and day < club.local_date(now)):
        raise InvalidDate(value=text_of(cell)[:32])
    return day


def _days(plan: ListPlan, club: ClubContext) -> Callable[[str, Sequence[Any]], datetime | None]:
    """A function from a field and a row's cells to the moment that the row's date says, None where
    it says none."""
    cells_of = Cells(plan)
    readers = {
        field: moment_reader(style, club.tz, plan.columns.header(field))
        for field, style in plan.styles.items()
    }

    def day(field: str, cells: Sequence[Any]) -> datetime | None:
        cell = cells_of.get(cells, field)
        if field not in readers or not text_of(cell):
            return None
        return datetime.fromtimestamp(readers[field](cell, None), UTC)

    return day


def _products(plan: ListPlan, _club: ClubContext, _now: datetime) -> Reader:
    cells_of, amount_of = Cells(plan), amount_reader(plan.unit)
    needed = "sku" if plan.columns.has("sku") else "product"

    def read(cells: Sequence[Any]) -> NewProduct:
        name, code = product_code(cells_of.get(cells, "product"))
        sku = cells_of.text(cells, "sku", _SKU) or code
        if not sku:
            raise MissingValue(column=plan.columns.header(needed))
        category = name_of(cells_of.get(cells, "category"), _CATEGORY)
        category_code = search_key(category)[:40]
        price = cells_of.get(cells, "price")
        amount = amount_of(price) if text_of(price) else 0
        if not 0 <= amount <= MAX_AMOUNT:
            raise NegativeAmount(prefix="")
        brand = name_of(cells_of.get(cells, "brand"), _BRAND)
        return NewProduct(
            sku, (name or sku)[:_PRODUCT], category_code, category if category_code else "",
            amount, brand,
        )  # fmt: skip

    return read


def _balances(plan: ListPlan, club: ClubContext, now: datetime) -> Reader:
    cells_of, amount_of, day_of = Cells(plan), amount_reader(plan.unit), _days(plan, club)

    def read(cells: Sequence[Any]) -> Balance:
        customer = cells_of.customer(cells)
        points = points_of(cells_of.get(cells, "points"))
        cell = cells_of.get(cells, "credit")
        credit = amount_of(cell) if text_of(cell) else 0
        if not points and not credit:
            raise NothingToGive
        if not (0 <= credit <= MAX_AMOUNT and 0 <= points <= MAX_AMOUNT):
            raise NotWhole(value=text_of(cell)[:32])
        earned = day_of("earned", cells) or now
        if earned > now + CLOCK_SKEW:
            raise InTheFuture
        if earned < OLDEST:
            raise TooLongAgo
        last = day_of("expires", cells)
        # A date is the last day on which it is good.
        ends = club.day_end(club.local_date(last)) if last is not None else None
        if ends is not None and ends <= now:
            day = club.local_date(ends - timedelta(days=1))
            raise RunOutAlready(day=format_date(day, club.language, calendar=club.calendar))
        if ends is not None and ends <= earned:
            raise EndsBeforeItBegins
        reference = cells_of.text(cells, "reference", _REFERENCE)
        return Balance(customer, points, credit, earned, ends, reference)

    return read


@lru_cache(CACHE, typed=True)
def points_of(cell: Any) -> int:
    """A whole number of points, 0 for a blank. Raises NotWhole."""
    text = text_of(cell).replace("٬", "").replace(",", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        raise NotWhole(value=text[:32])
    return int(text)


def _codes(plan: ListPlan, _club: ClubContext, _now: datetime) -> Reader:
    cells_of = Cells(plan)

    def read(cells: Sequence[Any]) -> str:
        cell = cells_of.get(cells, "code")
        text = text_of(cell).replace(" ", "")
        if not text:
            raise MissingValue(column=plan.columns.header("code"))
        if len(text) > _CODE or not text.isprintable():
            raise ValueTooLong(column=plan.columns.header("code"), limit=_CODE)
        return text

    return read
