"""Whole amounts divided in proportion, losing nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` divided in proportion to ``weights``, whole parts that add up to it exactly.

    Largest remainder (Hamilton); equal remainders go to the earlier one. All weights zero: the
    first takes everything.
    """
    total = sum(weights)
    if not weights:
        return []
    if total == 0:
        return [amount, *([0] * (len(weights) - 1))]
    if len(weights) == 1:
        return [amount]
    parts = [amount * weight // total for weight in weights]
    missing = amount - sum(parts)
    if missing:
        order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
        for i in order[:missing]:
            parts[i] += 1
    return parts
