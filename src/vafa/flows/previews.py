"""What recording a purchase would answer: nothing is locked or written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.flows.challenges import judge_challenges
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.purchase_decisions import decide_all
from vafa.flows.purchase_work import Item, PurchaseWork, resolve
from vafa.flows.purchases import open_books
from vafa.program.rules.missed import missed_rules


def preview_purchase(club: ClubContext, entry: PurchaseEntry) -> Outcome:
    """What ``record_purchases`` would answer now; nothing is locked or written.

    The answer also says which rules it misses (``missed``: see ``Missed``), the nearest first.
    """
    return preview_purchases(club, [entry])[0]


def preview_purchases(club: ClubContext, batch: Sequence[PurchaseEntry]) -> list[Outcome]:
    """The same of several that have nothing to do with each other: none sees what another would do.

    Raises MixedRevisions where different revisions would judge them.
    """
    work = PurchaseWork(club, [Item(entry) for entry in batch], now(), "preview")
    resolve(work, look_for_repeats=False)
    together = replace(work, items=_in_nobodys_way(work.open_items()))
    open_books(together, lock=False)
    for item in together.items:
        _decide(replace(together, items=[item], decisions=[], happenings=[], tier_facts={}), item)
    # Refused or decided by now; who is still open would have seen what another does.
    return [
        preview_purchase(club, item.entry) if item.outcome.status == "open" else item.outcome
        for item in work.items
    ]


def _in_nobodys_way(items: Sequence[Item]) -> list[Item]:
    """The items that share neither a wallet nor a voucher nor a reservation with one before them."""
    found: list[Item] = []
    taken: set[object] = set()
    for item in items:
        uses: set[object] = {("voucher", code) for code in item.entry.codes}
        if item.member is not None:
            uses |= {("member", item.member_id), ("wallet", item.holder)}
        if item.entry.reservation is not None:
            uses |= {("reservation", item.entry.reservation)}
        if not found or (taken.isdisjoint(uses) and item.entry.reservation is None):
            found.append(item)
            taken |= uses
    return found


def _decide(work: PurchaseWork, item: Item) -> None:
    decide_all(work)
    judge_challenges(work)
    if work.counters is not None:
        work.counters.forget()
    if item.facts is not None:
        item.outcome.answer["missed"] = missed_rules(work.live.program, item.facts)
