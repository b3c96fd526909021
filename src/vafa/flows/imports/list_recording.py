"""Record a batch of rows of members, products, balances or codes: each is new, known or refused."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from vafa.club.actions.attributes import add_attributes
from vafa.club.actions.imported_members import Details, fill_members
from vafa.club.actions.members import NewMember
from vafa.club.actor import Actor, import_actor
from vafa.club.errors import MemberExists
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, MemberRef, find_members
from vafa.commerce.actions.data_imports import note_made
from vafa.commerce.actions.products import NewProduct, upsert_products
from vafa.commerce.reads.purchases import products_query
from vafa.core.errors import DomainError
from vafa.core.jalali import format_date
from vafa.flows.enrolment import enrol_within
from vafa.flows.imports.errors import CodeTwice, RunOutAlready, TwoPeople
from vafa.flows.imports.list_plan import ListPlan
from vafa.flows.imports.list_rows import Balance, Item, Person
from vafa.flows.imports.list_summary import ListSummary
from vafa.flows.imports.members import Customer, enrol_found, open_again
from vafa.flows.imports.staging import Staging
from vafa.flows.joining import Brought
from vafa.flows.opening_balances import Opening, known_openings, open_balances, terms_of_opening
from vafa.flows.voucher_series import bring_codes
from vafa.program.actions.series import taken_codes
from vafa.program.reads.revisions import live_program

Rows = Sequence[tuple[int, Item]]
_LOOKED_UP = 50_000


@dataclass(slots=True)
class Work:
    """One file at work: what its rows are recorded into, and the account that is kept of it.

    ``series`` are the terms of codes (see ``flows.voucher_series.bring_codes``).
    """

    club: ClubContext
    plan: ListPlan
    staging: Staging
    summary: ListSummary
    now: datetime
    language: str
    data_import: int
    by: Actor
    welcome: bool = False
    series: Mapping[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """The import itself."""
        return import_actor(self.club.id, self.data_import)

    def refuse(self, line: int, error: DomainError) -> None:
        """Keep a row with the reason why it is not taken."""
        self.staging.refuse([(line, 0, "", error.message(self.language))])


class Recorder(Protocol):
    """Takes the rows of a file, batch after batch."""

    def record(self, rows: Rows) -> None:
        """Record these rows, or in a dry run count them."""

    def finish(self) -> None:
        """All rows were there."""


def recorder_of(work: Work) -> Recorder:
    """The recorder for the kind of file."""
    kinds: dict[str, type[_People | _Products | _Balances | _Codes]] = {
        "members": _People,
        "products": _Products,
        "balances": _Balances,
        "codes": _Codes,
    }
    return kinds[work.plan.kind.name](work)


class _Found:
    """The club's members whom rows name."""

    def __init__(self, club: ClubContext, customers: Sequence[Customer]) -> None:
        refs = [ref for customer in customers for ref in customer.refs]
        self.by_ref: dict[MemberRef, FoundMember] = find_members(club.id, refs)

    def of(self, customer: Customer) -> FoundMember | None:
        """Raises TwoPeople."""
        found = {m.id: m for ref in customer.refs if (m := self.by_ref.get(ref)) is not None}
        if len(found) > 1:
            raise TwoPeople
        return next(iter(found.values()), None)

    def closed(self) -> set[int]:
        """Those whose membership is closed."""
        return {found.id for found in self.by_ref.values() if not found.is_active}


@dataclass(slots=True)
class _People:
    work: Work

    def record(self, rows: Rows) -> None:
        people = [(line, item) for line, item in rows if isinstance(item, Person)]
        found = _Found(self.work.club, [person.customer for _, person in people])
        known: list[tuple[int, Person]] = []
        new: list[tuple[int, Person]] = []
        seen: set[MemberRef] = set()
        for line, person in people:
            try:
                member = found.of(person.customer)
            except TwoPeople as error:
                self.work.refuse(line, error)
                continue
            if member is not None:
                known.append((member.id, person))
            elif seen.isdisjoint(person.customer.refs):
                seen.update(person.customer.refs)
                new.append((line, person))
            else:
                self.work.summary.known += 1
        if self.work.summary.dry_run:
            self._count(known, new)
        else:
            open_again(self.work.club, self.work.data_import, found.closed())
            self._fill(known)
            self._enrol(new)

    def _count(
        self, known: Sequence[tuple[int, Person]], new: Sequence[tuple[int, Person]]
    ) -> None:
        keys = [":".join(person.customer.refs[0]) for _, person in new]
        fresh = self.work.staging.count_new(keys)
        self.work.summary.made += fresh
        self.work.summary.known += len(known) + len(new) - fresh

    def _fill(self, known: Sequence[tuple[int, Person]]) -> None:
        details = [
            Details(number, p.member.name, p.member.gender, p.member.birth_date)
            for number, p in known
        ]
        with transaction.atomic(durable=True):
            self.work.summary.filled += fill_members(details)
            add_attributes({number: p.attributes for number, p in known if p.attributes})
        self.work.summary.known += len(known)

    def _enrol(self, new: Sequence[tuple[int, Person]]) -> None:
        work = self.work
        if not new:
            return
        with transaction.atomic(durable=True):
            people = [person.member for _, person in new]
            brought = Brought(history=True)
            enrolled = enrol_within(work.club, people, work.actor, work.welcome, None, brought)
            note_made(
                work.data_import,
                "member",
                [one.member_id for one in enrolled if one.member_id is not None],
            )
            add_attributes(
                {
                    one.member_id: person.attributes
                    for one, (_, person) in zip(enrolled, new, strict=True)
                    if one.member_id is not None and person.attributes
                }
            )
        for one, (line, _) in zip(enrolled, new, strict=True):
            if one.error is None:
                work.summary.made += 1
                work.summary.points += one.points
            elif isinstance(one.error, MemberExists):
                work.summary.known += 1
            else:
                work.refuse(line, one.error)

    def finish(self) -> None:
        """Nothing is left to do."""


@dataclass(slots=True)
class _Products:
    work: Work

    def record(self, rows: Rows) -> None:
        summary, club = self.work.summary, self.work.club
        products = [item for _, item in rows if isinstance(item, NewProduct)]
        if summary.dry_run:
            known = products_query(club.id, [p.sku for p in products]).ask()
            fresh = self.work.staging.count_new(p.sku for p in products if p.sku not in known)
        else:
            with transaction.atomic(durable=True):
                fresh = upsert_products(club.id, products, data_import=self.work.data_import)
        summary.made += fresh
        summary.known += len(products) - fresh

    def finish(self) -> None:
        """Nothing is left to do."""


@dataclass(slots=True)
class _Balances:
    work: Work
    _copies: Counter[bytes] = field(default_factory=Counter)

    def record(self, rows: Rows) -> None:
        work = self.work
        found = _Found(work.club, [b.customer for _, b in rows if isinstance(b, Balance)])
        accepted: list[tuple[Balance, str, int | None]] = []
        for line, item in rows:
            if isinstance(item, Balance):
                try:
                    member = found.of(item.customer)
                    self._check(item)
                except DomainError as error:
                    work.refuse(line, error)
                    continue
                accepted.append((item, self._key(item), member.id if member else None))
        if work.summary.dry_run:
            self._count(accepted)
        elif accepted:
            open_again(work.club, work.data_import, found.closed())
            self._give(accepted)

    def _check(self, item: Balance) -> None:
        """Raises RunOutAlready where the club's own terms end before today."""
        program = live_program(self.work.club.id).program
        for is_points, amount in ((True, item.points), (False, item.credit)):
            asked = self._opening(item, "", 0)
            terms = terms_of_opening(program, self.work.club, asked, is_points=is_points)
            if amount and terms.expires_at is not None and terms.expires_at <= self.work.now:
                day = self.work.club.local_date(terms.expires_at)
                raise RunOutAlready(day=format_date(day, self.work.language))

    def _key(self, item: Balance) -> str:
        """What names a row: its reference, or what it says; rows alike to the letter are counted."""
        said: list[Any] = [*item.customer.refs[0], item.reference]
        if not item.reference:
            ends = item.expires_at.isoformat() if item.expires_at else ""
            # Without a date of its own a balance is of the day on which it is brought in.
            dated = self.work.plan.columns.has("earned")
            earned = item.earned_at.isoformat() if dated else ""
            said += [item.points, item.credit, earned, ends]
        digest = hashlib.sha256(repr(said).encode()).digest()
        self._copies[digest[:12]] += 1
        copy = self._copies[digest[:12]]
        return digest.hex()[:48] + (f"-{copy}" if copy > 1 else "")

    def _opening(self, item: Balance, key: str, member_id: int) -> Opening:
        return Opening(member_id, key, item.points, item.credit, item.earned_at, item.expires_at)

    def _count(self, accepted: Sequence[tuple[Balance, str, int | None]]) -> None:
        summary = self.work.summary
        known = known_openings(self.work.club.id, [key for _, key, _ in accepted])
        strangers = [item.customer for item, key, number in accepted if number is None]
        summary.members += self.work.staging.count_new(":".join(c.refs[0]) for c in strangers)
        for item, key, _ in accepted:
            self._account(item, given=key not in known)

    def _give(self, accepted: Sequence[tuple[Balance, str, int | None]]) -> None:
        work = self.work
        strangers: dict[MemberRef, NewMember] = {}
        for item, _, number in accepted:
            if number is None:
                who = item.customer
                person = NewMember(who.mobile or None, who.external or None, who.name)
                strangers.setdefault(who.refs[0], person)
        people = list(strangers.values())
        numbers: list[int] = []
        if people:
            numbers, _welcome = enrol_found(work.club, people, work.actor, welcome=False)
        fresh = dict(zip(strangers, numbers, strict=True))
        work.summary.members += len(fresh)
        openings = [
            self._opening(item, key, fresh[item.customer.refs[0]] if number is None else number)
            for item, key, number in accepted
        ]
        given = open_balances(work.club, openings, data_import=work.data_import)
        for (item, _, _), was_given in zip(accepted, given, strict=True):
            self._account(item, given=was_given)

    def _account(self, item: Balance, *, given: bool) -> None:
        summary = self.work.summary
        if not given:
            summary.known += 1
            return
        summary.made += 1
        summary.points += item.points
        summary.credit += item.credit

    def finish(self) -> None:
        """Nothing is left to do."""


@dataclass(slots=True)
class _Codes:
    work: Work
    _first: dict[str, int] = field(default_factory=dict)

    def record(self, rows: Rows) -> None:
        for line, item in rows:
            if isinstance(item, str):
                code = item.upper() if self.work.series.get("kind") != "partner" else item
                if self._first.setdefault(code, line) != line:
                    self.work.refuse(line, CodeTwice(line=self._first[code]))

    def finish(self) -> None:
        """One series of what is new; those that the club has stay what they are."""
        club, summary = self.work.club, self.work.summary
        names = list(self._first)
        known: set[str] = set()
        for start in range(0, len(names), _LOOKED_UP):
            known |= taken_codes(club.id, names[start : start + _LOOKED_UP])
        new = [(line, code) for code, line in self._first.items() if code not in known]
        summary.known, summary.made = len(known), len(new)
        if new and not summary.dry_run:
            series = bring_codes(
                club, self.work.by, new, data_import=self.work.data_import, **self.work.series
            )
            summary.series = series.pk
