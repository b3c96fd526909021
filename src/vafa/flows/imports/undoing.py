"""Take a whole import back: purchases are returned, balances reversed, codes ended, and what
nobody has used since is closed.

Nothing is deleted: what happened stays, and what undoes it is written besides. Stopped or
interrupted, it goes on where it was when it is asked for again. (docs/adr/0024)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.imported_members import close_members
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.commerce.actions.data_imports import begin_undoing, finish_undoing, note_closed
from vafa.commerce.models import DataImport, ImportedRow
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race
from vafa.flows.entries import ReturnEntry
from vafa.flows.imports.errors import NotUndoable
from vafa.flows.imports.renumbering import undone_labels
from vafa.flows.returns import record_returns
from vafa.flows.reversal_batches import TakenBack, reverse_given
from vafa.flows.voucher_series import cancel_series
from vafa.ledger.actions.wallets import lock_wallets

_BATCH = 500
_REASONS = {"fa": "برگرداندن ورود فایل «{name}»", "en": "Undoing the import of “{name}”"}
Tell = Callable[[int, int, str], None]


@dataclass(slots=True)
class Undone:
    """What an undoing did: ``kept`` are members and products that were left, since they have
    something of their own by now; ``points`` and ``credit`` went back to the club."""

    purchases: int = 0
    returned_before: int = 0
    balances: int = 0
    points: int = 0
    credit: int = 0
    members: int = 0
    members_kept: int = 0
    products: int = 0
    products_kept: int = 0
    series: int = 0

    def took(self, taken: TakenBack) -> None:
        """Add what went back to the club."""
        self.points += taken.points
        self.credit += taken.credit

    def counts(self) -> dict[str, int]:
        """As plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Undoing:
    """One import that is taken back by ``actor``; ``tell`` hears (reached, total, step)."""

    club: ClubContext
    data_import: DataImport
    actor: Actor
    tell: Tell
    done: Undone = field(default_factory=Undone)

    @property
    def reason(self) -> str:
        """Why, as the member reads it."""
        words = _REASONS.get(self.club.language, _REASONS["en"])
        return words.format(name=self.data_import.file_name[:120])


def undo_import(
    club: ClubContext, data_import: DataImport, actor: Actor, tell: Tell
) -> dict[str, Any]:
    """Take back what the import made, as far as it can be; returns what was done, by name.

    Audited. Raises NotUndoable for one that brought nothing in or is undone, LedgerFrozen, and
    whatever ``tell`` raises; called again, it goes on.
    """
    if data_import.state not in ("running", "done", "undoing"):
        raise NotUndoable
    _begin(club, data_import)
    work = Undoing(club, data_import, actor, tell)
    if data_import.kind == "purchases":
        _return_purchases(work)
    if data_import.kind == "balances":
        _reverse_balances(work)
    _end_series(work)
    _close_products(work)
    _close_members(work)
    counts = work.done.counts()
    with transaction.atomic():
        finish_undoing(data_import, counts)
        thing = Thing("import", data_import.pk, data_import.file_name)
        record_audit(club.id, actor.label, "import.undone", thing, after=counts)
    return counts


def _begin(club: ClubContext, data_import: DataImport) -> None:
    """From now on no figure counts its purchases; those that are kept by days hear of it."""
    with transaction.atomic():
        begin_undoing(data_import)
        payload = {"import": data_import.pk, "label": data_import.label, "kind": data_import.kind}
        append_events([NewEvent(club.id, "import.taken_back", payload, now())])


def _return_purchases(work: Undoing) -> None:
    """Everything that is left of each purchase comes back, the machinery of returns doing it."""
    total = (work.data_import.counts or {}).get("purchases", [0])[0]
    last = reached = 0
    while rows := fetch(
        "SELECT id FROM commerce_purchase WHERE source = 'import' AND actor = %s AND id > %s"
        " ORDER BY id LIMIT %s",
        [work.data_import.label, last, _BATCH],
    ):
        entries = [
            ReturnEntry(actor=work.actor, branch="", purchase_id=number, reason=work.reason)
            for (number,) in rows
        ]
        for outcome in record_returns(work.club, entries, source="import"):
            if outcome.error is None:
                work.done.purchases += 1
                work.done.points += outcome.answer["points_taken"]
                work.done.credit += outcome.answer["credit_taken"]
            elif outcome.error.code == "return_too_large":
                work.done.returned_before += 1
            else:
                raise outcome.error
        last, reached = rows[-1][0], reached + len(rows)
        work.tell(reached, max(total, reached), "undo_purchases")


def _reverse_balances(work: Undoing) -> None:
    total = (work.data_import.counts or {}).get("made", 0)
    reached = 0
    while count := retry_lost_race(partial(_reverse_some, work)):
        reached += count
        work.tell(reached, max(total, reached), "undo_balances")


def _reverse_some(work: Undoing) -> int:
    """Reverse the next opening balances, in one transaction; how many were looked at."""
    with transaction.atomic(durable=True):
        rows = fetch(
            "SELECT id, decision_id FROM program_openingbalance WHERE data_import_id = %s"
            " AND undone_at IS NULL ORDER BY id LIMIT %s",
            [work.data_import.pk, _BATCH],
        )
        if not rows:
            return 0
        taken = reverse_given(
            work.club, [decision for _, decision in rows], reason=work.reason, actor=work.actor
        )
        execute(
            "UPDATE program_openingbalance SET undone_at = now() WHERE id = ANY(%s)",
            [[number for number, _ in rows]],
        )
    work.done.balances += taken.decisions
    work.done.took(taken)
    return len(rows)


def _end_series(work: Undoing) -> None:
    for number in _made(work, "series", 0):
        cancel_series(work.club, number, work.actor)
        note_closed(work.data_import.pk, "series", [number])
        work.done.series += 1


def _close_products(work: Undoing) -> None:
    """Products that only this import has sold are sold no more."""
    last = 0
    while numbers := _made(work, "product", last):
        with transaction.atomic(durable=True):
            rows = fetch(
                "UPDATE commerce_product p SET is_active = false WHERE p.id = ANY(%s)"
                " AND p.is_active AND NOT EXISTS (SELECT FROM commerce_purchaseline l"
                " JOIN commerce_purchase u ON u.id = l.purchase_id"
                " WHERE l.product_id = p.id AND u.actor <> ALL(%s))"
                " AND NOT EXISTS (SELECT FROM program_reward r WHERE r.product_id = p.id)"
                " RETURNING p.id",
                [numbers, _labels(work)],
            )
            note_closed(work.data_import.pk, "product", [number for (number,) in rows])
        work.done.products += len(rows)
        work.done.products_kept += len(numbers) - len(rows)
        last = numbers[-1]
        work.tell(work.done.products, 0, "undo_products")


def _close_members(work: Undoing) -> None:
    """Members who have nothing but what this import gave them are closed."""
    total = _all_made(work, "member").count()
    last = reached = 0
    while numbers := _made(work, "member", last):
        closed = retry_lost_race(partial(_close_some, work, numbers))
        work.done.members += closed
        work.done.members_kept += len(numbers) - closed
        last, reached = numbers[-1], reached + len(numbers)
        work.tell(reached, total, "undo_members")


def _close_some(work: Undoing, numbers: Sequence[int]) -> int:
    """Take back what these members were given for joining, and close them, in one transaction; how
    many were free to be closed."""
    with transaction.atomic(durable=True):
        free = _untouched(numbers, _labels(work))
        # Whoever gives or takes something waits from here on, and what came before is seen.
        units = (work.club.points_unit_id, work.club.credit_unit_id)
        lock_wallets(work.club.book_id, [(unit, number) for number in free for unit in units])
        free = _untouched(free, _labels(work))
        taken = reverse_given(work.club, _welcomes(free), reason=work.reason, actor=work.actor)
        closed = close_members(work.club.id, free, by=work.actor.label)
        note_closed(work.data_import.pk, "member", closed)
    work.done.took(taken)
    return len(closed)


def _made(work: Undoing, what: str, after: int) -> list[int]:
    """The next of what the import made and nobody has closed."""
    rows = _all_made(work, what).filter(number__gt=after).order_by("number")
    return list(rows.values_list("number", flat=True)[:_BATCH])


def _all_made(work: Undoing, what: str) -> QuerySet[ImportedRow]:
    return ImportedRow.objects.filter(
        data_import=work.data_import, what=what, closed_at__isnull=True
    )


def _labels(work: Undoing) -> list[str]:
    """Whose purchases are undone: this import's, and those of earlier ones that were undone."""
    return [work.data_import.label, *undone_labels(work.club.id)]


def _untouched(numbers: Sequence[int], labels: Sequence[str]) -> list[int]:
    """Those of the members who have nothing of their own: no purchase, movement or household, nothing
    ordered, no code and no fee paid."""
    rows = fetch(
        "SELECT m.id FROM club_member m WHERE m.id = ANY(%s) AND m.is_active"
        " AND m.merged_into_id IS NULL AND m.household_id IS NULL AND m.left_at IS NULL"
        " AND m.fee_until IS NULL"
        " AND NOT EXISTS (SELECT FROM club_member o WHERE o.merged_into_id = m.id)"
        " AND NOT EXISTS (SELECT FROM commerce_order o WHERE o.member_id = m.id)"
        " AND NOT EXISTS (SELECT FROM program_voucher v WHERE v.member_id = m.id)"
        " AND NOT EXISTS (SELECT FROM commerce_purchase p"
        " WHERE p.member_id = m.id AND p.actor <> ALL(%s))"
        " AND NOT EXISTS (SELECT FROM program_decision d WHERE d.member_id = m.id"
        " AND d.trigger NOT IN ('join', 'purchase', 'return', 'reverse', 'opening'))"
        " AND NOT EXISTS (SELECT FROM program_decision d JOIN program_openingbalance o"
        " ON o.decision_id = d.id WHERE d.member_id = m.id AND o.undone_at IS NULL) ORDER BY m.id",
        [list(numbers), list(labels)],
    )
    return [number for (number,) in rows]


def _welcomes(members: Sequence[int]) -> list[int]:
    """The decisions that gave them something for joining."""
    rows = fetch(
        "SELECT id FROM program_decision WHERE member_id = ANY(%s) AND trigger = 'join'"
        " AND (points <> 0 OR credit <> 0) ORDER BY id",
        [list(members)],
    )
    return [number for (number,) in rows]
