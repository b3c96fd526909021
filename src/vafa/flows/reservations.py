"""Set points, credit or a voucher aside for a bill: reserve, then capture or release.

A till reserves when the member says what she wants to use, and captures when the bill is paid
(``record_purchases`` with the reservation, or ``capture_reservation`` where no bill is kept
here). What is neither captured nor released in time goes back by itself.

Many are reserved in one transaction, as many requests of the same moment are. Everything about an
entry is checked before anything of it is planned, so that one that is refused leaves no trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, MayNotSpend, UnknownBranch, UnknownMember
from vafa.club.reads.branches import FoundBranch, branches_query
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, MemberRef, members_query
from vafa.club.spending import refuse_frozen
from vafa.core.clock import now
from vafa.core.db import ask_together, by_index, or_refusal, together
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import (
    answers_query,
    find_answers,
    make_key,
    retry_lost_race,
    store_answers,
)
from vafa.flows.captures import end_all
from vafa.flows.entries import MAX_AMOUNT, Outcome
from vafa.flows.keyed import (
    KeyedItem,
    all_outcomes,
    answer_known,
    answers_to_keep,
    keys_of,
    refuse_unanswered,
)
from vafa.flows.repeats import patiently
from vafa.flows.reservation_ends import end_overdue
from vafa.flows.reservation_work import (
    ReleaseEntry,
    ReserveEntry,
    reservation_answer,
    reservation_event,
)
from vafa.ledger.actions.wallets import Accounts, Wallet, accounts_query, lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.reads.lots import first_lots_query
from vafa.ledger.rules.holds import reserve
from vafa.ledger.rules.state import Ref
from vafa.program.actions.reservations import (
    NewReservation,
    OpenReservation,
    insert_reservations,
    new_numbers_query,
    overdue_query,
)
from vafa.program.actions.vouchers import LockedVoucher, voucher_queries
from vafa.program.errors import NothingToReserve, VoucherNotReserved, VoucherUnusable
from vafa.program.place_errors import PlaceTakesNoPoints
from vafa.program.reads.revisions import LiveProgram, live_query
from vafa.program.rules.offers import ON_BILLS
from vafa.program.rules.vouchers import check_usable


def reserve_for_bill(
    club: ClubContext,
    *,
    member: MemberRef,
    branch: int | str,
    actor: Actor,
    points: int = 0,
    credit: int = 0,
    voucher: str = "",
    minutes: int | None = None,
    key: str = "",
    at: datetime | None = None,
) -> Outcome:
    """Set aside for ``minutes`` (default: the programme's) what will pay a bill.

    What had been set aside before and is overdue goes back first. ``at`` dates it in the past
    (history being replayed). Refusals: NothingToReserve, UnknownMember, InactiveMember, MayNotSpend,
    SpendingFrozen, UnknownBranch, InsufficientBalance, VoucherUnusable, PlaceTakesNoPoints.
    """
    entry = ReserveEntry(actor, member, branch, points, credit, voucher, minutes, key)
    return reserve_all(club, [entry], at=at)[0]


def reserve_all(
    club: ClubContext, batch: Sequence[ReserveEntry], *, at: datetime | None = None
) -> list[Outcome]:
    """``reserve_for_bill`` for each entry, in one durable transaction; outcomes in that order.

    Each entry succeeds or is refused on its own. One whose key is in flight waits for the other
    up to two seconds, when all others are done.
    """
    return patiently(
        club.id, batch, lambda some: retry_lost_race(lambda: _reserve(club, some, at or now()))
    )


def reserve_without_waiting(club: ClubContext, batch: Sequence[ReserveEntry]) -> list[Outcome]:
    """``reserve_all``, but entries whose key is in flight are refused with KeyInFlight at once,
    for callers that do the waiting themselves."""
    return retry_lost_race(lambda: _reserve(club, batch, now()))


def reservation_made(club: ClubContext, *, actor: Actor, key: str) -> int | None:
    """The reservation that was made under this key, whatever became of it since."""
    once = make_key(actor.label, "reserve", key, {})
    found = find_answers(club.id, [once]).get(once.name)
    return found.made.get("reservation_id") if found is not None else None


def release_reservation(
    club: ClubContext, *, reservation_id: int, actor: Actor, key: str = ""
) -> Outcome:
    """Give everything back. Refusals: UnknownReservation, ReservationResolved."""
    return end_all(club, [ReleaseEntry(actor, reservation_id, key)])[0]


@dataclass(slots=True, eq=False)
class _Item(KeyedItem):
    entry: ReserveEntry
    member: FoundMember | None = None
    branch_id: int = 0
    number: int = 0

    @property
    def who(self) -> FoundMember:
        assert self.member is not None
        return self.member


@dataclass(slots=True)
class _Work:
    """A batch: its club, time, programme and locks, and everything that will be written."""

    club: ClubContext
    items: Sequence[_Item]
    at: datetime
    live: LiveProgram | DomainError | None = None
    vouchers: dict[str, LockedVoucher] = field(default_factory=dict)
    made: list[NewReservation] = field(default_factory=list)

    def open_items(self) -> list[_Item]:
        return [item for item in self.items if item.is_open]

    def amounts(self, item: _Item) -> list[tuple[Wallet, int]]:
        """What the entry takes out of which wallet."""
        club, entry, holder = self.club, item.entry, item.who.holder
        both = [(club.points_unit_id, entry.points), (club.credit_unit_id, entry.credit)]
        return [((unit, holder), amount) for unit, amount in both if amount]


def _reserve(club: ClubContext, batch: Sequence[ReserveEntry], at: datetime) -> list[Outcome]:
    work = _Work(club, [_Item(entry.once, entry) for entry in batch], at)
    moment = now()
    try:
        with transaction.atomic(durable=True):
            _look_up(work)
            wallets, overdue = _lock(work, moment)
            if not overdue:
                _set_all_aside(work, wallets)
                _write(work, wallets)
        if overdue:
            # Nobody has to wait for the next upkeep to get back what nobody wants any more.
            end_overdue(club, overdue, moment)
            return _reserve(club, batch, at)
    except DomainError as error:  # the ledger stands still
        refuse_unanswered(work.items, error)
    return all_outcomes(work.items)


def _look_up(work: _Work) -> None:
    """Answer what was asked before, and find what the rest refers to."""
    club, items = work.club, work.items
    keys = keys_of(items)
    _, stored, members, branches, work.live = ask_together(
        by_index(len(items)),
        answers_query(club.id, keys),
        members_query(club.id, [item.entry.member for item in items]),
        branches_query(club.id, [item.entry.branch for item in items]),
        or_refusal(live_query(club.id)),
    )
    answer_known(club.id, items, stored)
    for item in work.open_items():
        try:
            _check(work, item, members, branches)
        except DomainError as error:
            item.refuse(error)


def _check(
    work: _Work,
    item: _Item,
    members: dict[MemberRef, FoundMember],
    branches: dict[int | str, FoundBranch],
) -> None:
    """What needs no lock."""
    entry = item.entry
    for name, amount in (("points", entry.points), ("credit", entry.credit)):
        if not 0 <= amount <= MAX_AMOUNT:
            raise InvalidInput(field=name)
    if not (entry.points or entry.credit or entry.voucher):
        raise NothingToReserve
    if entry.minutes is not None and not 1 <= entry.minutes <= 10_080:
        raise InvalidInput(field="minutes")
    member = item.member = members.get(entry.member)
    if member is None:
        raise UnknownMember
    if not member.is_active:
        raise InactiveMember
    refuse_frozen(work.club, member, work.at)
    if (entry.points or entry.credit) and not member.may_spend:
        raise MayNotSpend
    place = branches.get(entry.branch)
    if place is None or not place.is_active or not entry.actor.may_use_branch(place.id):
        raise UnknownBranch
    item.branch_id = place.id
    if isinstance(work.live, DomainError):
        raise work.live
    assert work.live is not None
    here = work.live.program.terms_at(place.id, place.merchant_id)
    if here is not None and not here.pays and (entry.points or entry.credit):
        raise PlaceTakesNoPoints


def _lock(work: _Work, moment: datetime) -> tuple[Wallets | None, list[int]]:
    """Lock wallets and vouchers, sorted and late, then read what they guard: the wallets, and
    which earlier reservations still hold something there although their time was over by
    ``moment``. Raises LedgerFrozen."""
    club, items = work.club, work.open_items()
    if not items:
        return None, []
    paying: Counter[Wallet] = Counter()
    for item in items:
        for wallet, amount in work.amounts(item):
            paying[wallet] += amount
    points = {(club.points_unit_id, item.who.holder) for item in items}
    credit = {(club.credit_unit_id, item.who.holder) for item in items}
    # Whoever reserves locks her points, so that she does one thing at a time; her credit is
    # told all the same, and only locked where some of it is wanted.
    wanted = points | paying.keys()
    codes = {item.entry.code for item in items if item.entry.code}
    numbers, accounts, seen, lots, _, work.vouchers = ask_together(
        new_numbers_query(len(items)),
        accounts_query(wanted, lock=True),
        accounts_query(credit - wanted, lock=False),
        first_lots_query(paying),
        *voucher_queries(club.id, codes, lock=True),
    )
    for item, number in zip(items, numbers, strict=True):
        item.number = number
    holding = _holding(accounts) | _holding(seen)
    if holding or codes:
        overdue = overdue_query(club.id, holding, codes, moment).ask()
        if overdue:
            return None, overdue
    wallets = lock_wallets(
        club.book_id, wanted, paying=paying, locked=accounts, lots=lots, at=work.at
    )
    wallets.plan.accounts.update(seen)
    return wallets, []


def _holding(accounts: Accounts) -> set[Wallet]:
    """The wallets in which something is set aside already."""
    return {(a.unit_id, a.holder) for a in accounts.values() if a.kind == "held" and a.balance}


def _set_all_aside(work: _Work, wallets: Wallets | None) -> None:
    """One after another; each sees what the earlier ones took."""
    if wallets is not None:
        for item in work.open_items():
            _set_aside(work, wallets, item)


def _set_aside(work: _Work, wallets: Wallets, item: _Item) -> None:
    try:
        voucher = _free_voucher(work, item)
        amounts = work.amounts(item)
        for wallet, amount in amounts:
            wallets.plan.spendable(*wallet, amount, at=work.at)
    except DomainError as error:
        item.refuse(error)
        return
    # From here on nothing refuses.
    made = _made(work, item)
    purpose = ("reservation", made.id)
    for wallet, amount in amounts:
        reserve(
            wallets.plan,
            *wallet,
            amount,
            Ref(*purpose, work.at),
            at=work.at,
            expires_at=made.expires_at,
            purpose=purpose,
        )
    if voucher is not None:
        voucher.reserved_by = made.id
    number = voucher.id if voucher is not None else None
    work.made.append(NewReservation(made, number, item.entry.actor.label))
    answer = reservation_answer(work.club, made, wallets.plan, item.who.holder)
    item.outcome = Outcome("recorded", answer)


def _made(work: _Work, item: _Item) -> OpenReservation:
    assert isinstance(work.live, LiveProgram)
    entry = item.entry
    minutes = entry.minutes or work.live.program.holds.minutes
    return OpenReservation(
        item.number,
        item.who.id,
        item.branch_id,
        entry.points,
        entry.credit,
        entry.code or None,
        "open",
        work.at + timedelta(minutes=minutes),
    )


def _free_voucher(work: _Work, item: _Item) -> LockedVoucher | None:
    """The voucher that the entry wants. Raises VoucherUnusable, VoucherNotReserved."""
    if not item.entry.code:
        return None
    voucher = work.vouchers.get(item.entry.code)
    check_usable(voucher, item.who.id, work.at, kinds=ON_BILLS)
    assert voucher is not None
    if not voucher.is_exclusive:
        raise VoucherNotReserved
    if voucher.reserved_by is not None:
        raise VoucherUnusable
    return voucher


def _write(work: _Work, wallets: Wallets | None) -> None:
    """One statement for each table, all in one journey with the commit."""
    with together(last=True):
        insert_reservations(work.club.id, work.made, work.at)
        if wallets is not None:
            wallets.write()
        append_events([_event(work, row) for row in work.made])
        store_answers(work.club.id, answers_to_keep(work.items))


def _event(work: _Work, row: NewReservation) -> NewEvent:
    return reservation_event(work.club, row.made, "made", work.at)
