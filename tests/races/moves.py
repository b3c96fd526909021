"""What can be done at the same moment, by name, so that a second process can do it too.

Each takes the club, who does it, what the race is about, and the number of its thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.flows.adjustments import decide_adjustment
from vafa.flows.captures import capture_reservation
from vafa.flows.entries import Outcome, PurchaseEntry, ReturnEntry
from vafa.flows.gifts import give_points
from vafa.flows.hold_ends import end_due_holds
from vafa.flows.leaving import leave_club
from vafa.flows.member_events import record_visit
from vafa.flows.merging import merge_members
from vafa.flows.purchases import record_purchases
from vafa.flows.reservations import release_reservation
from vafa.flows.returns import record_returns
from vafa.flows.reversals import reverse_transfer
from vafa.flows.voucher_series import give_code

About = dict[str, Any]
Move = Callable[[ClubContext, Actor, About, int], Outcome]


def buy(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """A bill of the member with whatever the race is about; with ``key`` the same for all."""
    fields = {"total": 120_000, "key": f"k{n}"} | about["bill"]
    entry = PurchaseEntry(actor, "main", member=("id", str(about["member"])), **fields)
    return record_purchases(club, [entry])[0]


def buy_alike(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """Fifty members buy the same, each with a wallet of her own."""
    return buy(club, actor, {"member": about["members"][n], "bill": about["bill"]}, n)


def give_next(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """Each gets the next code of a series."""
    member = about["members"][n]
    return give_code(club, series_id=about["series"], member_id=member, actor=actor, key=f"g{n}")


def bring_back(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    entry = ReturnEntry(actor, "main", about["purchase"], lines=((1, 1000, None),), key=f"r{n}")
    return record_returns(club, [entry])[0]


def end(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """A third captures the reservation, a third releases it, for a third its time is over."""
    number = about["reservation"]
    if n % 3 == 0:
        outcome = capture_reservation(club, reservation_id=number, actor=actor, points=50)
    elif n % 3 == 1:
        outcome = release_reservation(club, reservation_id=number, actor=actor)
    else:
        ended = end_due_holds(club, now() + timedelta(minutes=16))
        return Outcome("expired" if ended else "nothing due")
    if outcome.error is None:
        outcome.status = outcome.answer["status"]
    return outcome


def give(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """Half of them one way, half the other."""
    pair = [("id", str(number)) for number in about["pair"]]
    giver, taker = pair if n % 2 else reversed(pair)
    return give_points(club, giver=giver, taker=taker, points=7, actor=actor)


def merge(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """Half of them keep the one, half the other."""
    keep, gone = about["pair"] if n % 2 else reversed(about["pair"])
    return merge_members(club, keep_id=keep, gone_id=gone, reason="one", actor=actor)


def merge_while_buying(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """One merges a member away for whom all others buy."""
    keep, gone = about["pair"]
    if n == 10:
        return merge_members(club, keep_id=keep, gone_id=gone, reason="one", actor=actor)
    return buy(club, actor, {"member": gone, "bill": {"total": 100_000}}, n)


def leave_while_buying(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """One ends the membership for which all others buy."""
    if n == 10:
        return leave_club(club, member_id=about["member"], actor=actor)
    return buy(club, actor, {**about, "bill": {"total": 100_000}}, n)


def give_or_take(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    """Each gives a member something, or takes from her, in one of four ways."""
    hers, other = ("id", str(about["member"])), ("id", str(about["other"]))
    if n % 4 == 0:
        return give_points(club, giver=other, taker=hers, points=1, actor=actor)
    if n % 4 == 1:
        return give_points(club, giver=hers, taker=other, points=1, actor=actor)
    if n % 4 == 2:
        return record_visit(club, member=hers, branch="main", actor=actor)
    return give_code(club, series_id=about["series"], member_id=about["member"], actor=actor)


def approve(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    return decide_adjustment(
        club, adjustment_id=about["adjustment"], approve=n % 5 > 0, actor=actor
    )


def reverse(club: ClubContext, actor: Actor, about: About, n: int) -> Outcome:
    return reverse_transfer(club, transfer_id=about["transfer"], reason="wrong", actor=actor)


MOVES: dict[str, Move] = {
    move.__name__: move
    for move in (
        buy,
        buy_alike,
        give_next,
        bring_back,
        end,
        give,
        merge,
        merge_while_buying,
        leave_while_buying,
        give_or_take,
        approve,
        reverse,
    )
}
