"""Which purchases a cancellation undoes: pure, from what was sold and is still out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vafa.commerce.reads.sold_lines import SoldLine
from vafa.flows.imports.rows import Line


@dataclass(slots=True)
class Undone:
    """What a cancellation undoes: for each purchase its lines (number → quantity in thousandths,
    amount), and the amount for which no purchase was found.
    """

    purchases: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)
    rest: int = 0


class SoldStock:
    """What is still out, by member and product; each cancellation takes its part away."""

    def __init__(self, sold: Iterable[SoldLine]) -> None:
        self._sold: defaultdict[tuple[int, str], list[SoldLine]] = defaultdict(list)
        for line in sold:
            self._sold[line.member_id, line.sku].append(line)

    def undo(self, member: int | None, lines: Sequence[Line], at: datetime) -> Undone:
        """Find the purchases of these cancelled lines (their quantities and amounts are negative):
        the same member and product, bought before ``at``, the latest first.

        No more money comes back from a line than is left of it; a higher refund stands alone.
        """
        undone = Undone()
        for line in lines:
            money, quantity = -line.amount, -line.quantity
            known = self._sold[member, line.sku] if member is not None and line.sku else []
            for sold in known:
                if not quantity:
                    break
                taken = min(quantity, sold.quantity_left)
                share = money * taken // quantity
                part = min(share, sold.amount_left)
                if sold.purchased_at > at or part <= 0:
                    continue
                sold.quantity_left -= taken
                sold.amount_left -= part
                quantity -= taken
                money -= share
                undone.rest += share - part
                lines_of = undone.purchases.setdefault(sold.purchase_id, {})
                before = lines_of.get(sold.number, (0, 0))
                lines_of[sold.number] = (before[0] + taken, before[1] + part)
            undone.rest += money
        return undone
