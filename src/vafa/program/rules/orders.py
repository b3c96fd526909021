"""In which order several discounts take the most off a bill. Pure.

All orders are compared, but most of them only in part: of two ways to apply the same vouchers, one
that leaves no more on any line stays as good whatever follows, so the other is dropped; so is one
that even the most that the rest could still take would not make better than what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from vafa.program.rules.offers import BasketLine, Offer, counts, gift_pieces

# Orders are compared by whole numbers of this tiny part of a unit: fractions would be exact, and
# fifty times as slow. What differs by less than _SAME is the same.
_UNIT = 1 << 96
_SAME = 1 << 48


@dataclass(frozen=True, slots=True)
class Step:
    """One voucher, as it acts on groups of lines: ``fixed`` amounts off some, or else ``worth``
    off, or ``percent`` off with a ``cap``, shared by ``groups`` in proportion to what is left."""

    groups: tuple[int, ...] = ()
    fixed: Mapping[int, Fraction] = field(default_factory=dict)
    worth: int | None = None
    percent: int = 0
    cap: int | None = None

    @staticmethod
    def of(offer: Offer, lines: Sequence[BasketLine], group_of_line: Sequence[int]) -> Step:
        """The step of an offer; lines of one group are those that all vouchers treat alike."""
        if offer.kind == "buy_get":
            pieces = zip(group_of_line, gift_pieces(offer, lines), strict=True)
            return Step(fixed={group: off for group, off in pieces if off})
        is_in = zip(group_of_line, counts(offer, lines), strict=True)
        groups = tuple(sorted({group for group, one in is_in if one}))
        if offer.kind == "voucher":
            return Step(groups, worth=offer.worth)
        return Step(groups, percent=offer.terms.percent, cap=offer.terms.cap)

    def taken(self, left: Sequence[Fraction]) -> list[Fraction]:
        """What it takes off each group of which so much is left, exactly."""
        out = [Fraction(0)] * len(left)
        if self.fixed:
            for group, off in self.fixed.items():
                out[group] = min(off, left[group])
            return out
        base = sum([left[group] for group in self.groups], Fraction(0))
        if not base:
            return out
        off = base * self.percent / 100 if self.worth is None else Fraction(self.worth)
        most = base if self.cap is None else min(base, Fraction(self.cap))
        for group in self.groups:
            out[group] = left[group] * min(off, most) / base
        return out


class _Fast(NamedTuple):
    """A step in tiny units."""

    groups: tuple[int, ...]
    fixed: tuple[tuple[int, int], ...]
    worth: int | None
    percent: int
    cap: int | None

    def off(self, left: Sequence[int]) -> int:
        """How much it takes: never less than it would take later."""
        if self.fixed:
            return sum([min(off, left[group]) for group, off in self.fixed])
        base = sum([left[group] for group in self.groups])
        if self.worth is not None:
            return min(self.worth, base)
        off = base * self.percent // 100
        return off if self.cap is None else min(off, self.cap)

    def after(self, left: tuple[int, ...]) -> tuple[int, ...]:
        """What is left then."""
        out = list(left)
        if self.fixed:
            for group, off in self.fixed:
                out[group] = max(left[group] - off, 0)
            return tuple(out)
        base = sum([left[group] for group in self.groups])
        if base:
            off = self.off(left)
            for group in self.groups:
                out[group] -= left[group] * off // base
        return tuple(out)


class _State(NamedTuple):
    """What is left on each group after the vouchers of ``order``."""

    left: tuple[int, ...]
    order: tuple[int, ...]


def best_order(steps: Sequence[Step], amounts: Sequence[int]) -> list[int]:
    """The order (places in ``steps``) in which they take the most off groups of these amounts."""
    fast = [_fast(step) for step in steps]
    begin = _State(tuple([amount * _UNIT for amount in amounts]), ())
    best = min(
        (_one_after_another(fast, begin, order) for order in _first_tries(steps)),
        key=lambda state: sum(state.left),
    )
    layer = {0: [begin]}
    for _ in steps:
        following: dict[int, list[_State]] = {}
        for chosen, states in layer.items():
            for state in states:
                if not _may_beat(fast, chosen, state, sum(best.left)):
                    continue
                for n, step in enumerate(fast):
                    if not chosen >> n & 1:
                        new = _State(step.after(state.left), (*state.order, n))
                        _keep(following.setdefault(chosen | 1 << n, []), new)
        layer = following
    ends = [best, *(state for states in layer.values() for state in states)]
    return list(min(ends, key=lambda state: sum(state.left)).order)


def _fast(step: Step) -> _Fast:
    return _Fast(
        step.groups,
        tuple((group, int(off * _UNIT)) for group, off in step.fixed.items()),
        None if step.worth is None else step.worth * _UNIT,
        step.percent,
        None if step.cap is None else step.cap * _UNIT,
    )


def _first_tries(steps: Sequence[Step]) -> Iterable[list[int]]:
    """Orders of which one is mostly the best: percentages first or last, narrow before wide."""
    numbers = range(len(steps))

    def width(n: int) -> int:
        return len(steps[n].groups)

    yield sorted(numbers, key=lambda n: (steps[n].worth is not None, width(n)))
    yield sorted(numbers, key=lambda n: (steps[n].worth is None, width(n)))
    yield sorted(numbers, key=lambda n: (steps[n].cap is None, width(n)))
    yield sorted(numbers, key=width)


def _one_after_another(fast: Sequence[_Fast], begin: _State, order: Sequence[int]) -> _State:
    left = begin.left
    for n in order:
        left = fast[n].after(left)
    return _State(left, tuple(order))


def _may_beat(fast: Sequence[_Fast], chosen: int, state: _State, known: int) -> bool:
    still = sum([step.off(state.left) for n, step in enumerate(fast) if not chosen >> n & 1])
    return sum(state.left) - still < known - _SAME


def _keep(found: list[_State], new: _State) -> None:
    """Add a state unless another is as good; drop those that it makes needless."""
    for old in found:
        if _as_good(old, new):
            return
    found[:] = [old for old in found if not _as_good(new, old)]
    found.append(new)


def _as_good(one: _State, other: _State) -> bool:
    return all(a <= b + _SAME for a, b in zip(one.left, other.left, strict=True))
