"""Which rules can fire at all: answered for all rules at once.

Every rule has a bit. For each fact that any rule asks about there is a table from the fact's value
to the bits of the rules that allow it; the rules that may fire are those whose bit is in all of
them. So a purchase under 2,000 rules costs some look-ups and a few ANDs of long integers, and only
rules that do fire are looked at one by one. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from weakref import ReferenceType, ref

from vafa.program.rules.allowances import Allowance, OfRules, allowances
from vafa.program.rules.conditions import (
    LAST_MINUTE,
    OF_LINES,
    Between,
    Counter,
    Expression,
    Lines,
    NearBirthday,
    OneOf,
    counter_of,
)
from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.expressions import Sight
from vafa.program.rules.moments import Happening
from vafa.program.rules.needs import needs_of
from vafa.program.rules.places import Places, places_of
from vafa.program.rules.rule import Rule
from vafa.program.rules.tier_gifts import tier_gifts

_FAR = 1_000  # days from a birthday for who has none near
Ends = tuple[int | None, int | None]


class Choice(NamedTuple):
    """The rules that allow each value of a fact, and those that allow any other value."""

    of: Mapping[int | str | None, int]
    other: int

    def allowed(self, value: int | str | None) -> int:
        """Bits of the rules that allow ``value``."""
        return self.of.get(value, self.other)


class Scale(NamedTuple):
    """The rules that allow a number: ``masks[n]`` from ``edges[n - 1]`` on, below ``edges[n]``."""

    edges: Sequence[int]
    masks: Sequence[int]

    def allowed(self, number: int) -> int:
        """Bits of the rules that allow ``number``."""
        return self.masks[bisect_right(self.edges, number)]


class Measured(NamedTuple):
    """The rules that allow a number, and those that allow that it is not known."""

    scale: Scale
    unknown: int

    def allowed(self, number: int | None) -> int:
        """Bits of the rules that allow ``number``."""
        return self.unknown if number is None else self.scale.allowed(number)


class Belonging(NamedTuple):
    """The rules that ask for one of several segments, each such condition in a layer of its own:
    (those without one there, those that each segment is enough for); and those that a segment
    shuts out."""

    layers: tuple[tuple[int, Mapping[str, int]], ...]
    shut: Mapping[str, int]

    def allowed(self, segments: Collection[str]) -> int:
        """Bits of the rules that allow a member of ``segments``."""
        mask = -1
        for free, enough in self.layers:
            fits = free
            for code in segments:
                fits |= enough.get(code, 0)
            mask &= fits
        for code in segments:
            mask &= ~self.shut.get(code, 0)
        return mask


class Index(NamedTuple):
    """Rules of one happening in their order, and what allows each; None where none asks."""

    rules: tuple[Rule, ...]
    everything: int
    chosen: Mapping[str, Choice]
    total: Scale | None
    minute: Scale | None
    day: Scale | None
    birthday: Scale | None
    product: Choice | None
    category: Choice | None
    brand: Choice | None
    segments: Belonging | None
    measured: Mapping[Counter, Measured]  # what she did before, and attributes that are numbers
    quantity: Scale | None  # of the rules that look at all lines, as kinds
    kinds: Scale | None
    by_lines: int  # the rules that look at lines
    closer: int  # the rules that are looked at one by one, if everything else fits
    expressions: tuple[str, ...]
    needs: Sight
    allowances: Mapping[str, tuple[Allowance, ...]]  # of the rules that have limits
    units: frozenset[str]  # what the rules give: points, credit, tier
    targets: frozenset[str]  # what must still be there for a rule to give, as deeds call it
    places: Places | None  # where some of this differs

    def limits_at(self, branch_id: int, merchant_id: int) -> OfRules:
        """The allowances of the rules that have any at a branch of a merchant."""
        there = self.places.at(branch_id, merchant_id) if self.places else None
        return there.allowances if there else self.allowances

    def everywhere(self) -> Iterator[Sequence[Allowance]]:
        """The allowances of all rules, wherever."""
        yield from self.allowances.values()
        for of_rules in self.places.limited() if self.places else ():
            yield from of_rules.values()

    def bits(self, mask: int) -> Iterator[int]:
        """The places of the rules in ``mask``, in order."""
        while mask:
            low = mask & -mask
            yield low.bit_length() - 1
            mask ^= low


_kept: dict[int, tuple[ReferenceType[Program], dict[str, Index]]] = {}


def index_of(program: Program, on: Happening) -> Index:
    """The index of a programme's active rules for a happening, kept as long as the programme.

    By identity, since comparing or hashing a long programme takes longer than all its rules do.
    """
    number = id(program)
    found = _kept.get(number)
    if found is None or found[0]() is not program:
        found = ref(program, lambda _: _kept.pop(number, None)), {}
        _kept[number] = found
    index = found[1].get(on)
    if index is None:
        index = found[1][on] = _index(program, on)
    return index


def _index(program: Program, on: Happening) -> Index:
    active = [r for r in program.rules if r.is_active and r.on == on]
    if on == "birthday":
        active += tier_gifts(program)
    rules = tuple(sorted(active, key=canonical))
    facts = {c.fact for r in rules for c in r.conditions if isinstance(c, OneOf)} - {"segment"}
    own = {r.id: limits for r in rules if (limits := allowances(program, r))}
    return Index(
        rules=rules,
        everything=(1 << len(rules)) - 1,
        chosen={fact: _choice(_asked(rules, OneOf, fact), len(rules)) for fact in sorted(facts)},
        total=_scale([_between(r, "total") for r in rules]),
        minute=_scale([_between(r, "minute") for r in rules]),
        day=_scale([[[_days(r)]] for r in rules]),
        birthday=_scale([_birthdays(r) for r in rules]),
        product=_lines(rules, "product"),
        category=_lines(rules, "category"),
        brand=_lines(rules, "brand"),
        segments=_belonging(rules),
        measured=_measured(rules),
        quantity=_scale([_of_bill(r, "quantity") for r in rules]),
        kinds=_scale([_of_bill(r, "kinds") for r in rules]),
        closer=sum(1 << n for n, r in enumerate(rules) if _closer(r)),
        expressions=tuple(sorted({t for r in rules for t in _expressions(r)})),
        needs=needs_of(rules),
        by_lines=sum(1 << n for n, r in enumerate(rules) if _looks_at_lines(r)),
        allowances=own,
        units=frozenset(r.gives.unit for r in rules),
        targets=frozenset(r.gives.target for r in rules if isinstance(r.gives, Deed)) - {""},
        places=places_of(program, rules, own),
    )


def limits_at(
    program: Program, happenings: Iterable[Happening], branch_id: int, merchant_id: int
) -> OfRules:
    """The allowances of all rules on some happenings, at a branch of a merchant (0: nowhere)."""
    found: dict[str, Sequence[Allowance]] = {}
    for on in happenings:
        found |= index_of(program, on).limits_at(branch_id, merchant_id)
    return found


def canonical(rule: Rule) -> tuple[int, str]:
    """Rules go by their order, then by id: never by how they happen to be stored."""
    return rule.order, rule.id


def birthday_distance(days: int | None) -> int:
    """The distance as the index has it; for None, further than any rule looks."""
    return _FAR if days is None else days


def _asked(
    rules: Sequence[Rule], kind: type[OneOf] | type[Lines], fact: str
) -> list[list[OneOf | Lines]]:
    return [[c for c in r.conditions if isinstance(c, kind) and c.fact == fact] for r in rules]


def _choice(asked: Sequence[Sequence[OneOf | Lines]], count: int) -> Choice:
    named: set[int | str] = {v for conditions in asked for c in conditions for v in c.values}
    of: dict[int | str | None, int] = dict.fromkeys(named, (1 << count) - 1)
    other = (1 << count) - 1
    for n, conditions in enumerate(asked):
        for condition in conditions:
            values = set(condition.values)
            if not condition.but:
                other &= ~(1 << n)
            for value in named:
                if (value in values) == condition.but:
                    of[value] &= ~(1 << n)
    return Choice(of, other)


def _lines(rules: Sequence[Rule], fact: str) -> Choice | None:
    asked = _asked(rules, Lines, fact)
    return _choice(asked, len(rules)) if any(asked) else None


def _looks_at_lines(rule: Rule) -> bool:
    return any(isinstance(c, Lines) for c in rule.conditions)


def _expressions(rule: Rule) -> list[str]:
    return [c.text for c in rule.conditions if isinstance(c, Expression)]


def _closer(rule: Rule) -> bool:
    about = _looks_at_lines(rule)
    return any(
        isinstance(c, Expression) or (about and isinstance(c, Between) and c.fact in OF_LINES)
        for c in rule.conditions
    )


def _of_bill(rule: Rule, fact: str) -> list[list[Ends]]:
    return [] if _looks_at_lines(rule) else _between(rule, fact)


def _measured(rules: Sequence[Rule]) -> dict[Counter, Measured]:
    asked = {counter_of(c) for r in rules for c in r.conditions} - {None}
    out: dict[Counter, Measured] = {}
    for counter in sorted(asked, key=str):
        assert counter is not None
        of_rules = [_between(r, *counter) for r in rules]
        scale = _scale(of_rules)
        assert scale is not None
        out[counter] = Measured(scale, sum(1 << n for n, own in enumerate(of_rules) if not own))
    return out


def _belonging(rules: Sequence[Rule]) -> Belonging | None:
    named = _asked(rules, OneOf, "segment")
    if not any(named):
        return None
    layers: list[tuple[int, dict[str, int]]] = []
    shut: dict[str, int] = {}
    for n, conditions in enumerate(named):
        for code in {str(v) for c in conditions if c.but for v in c.values}:
            shut[code] = shut.get(code, 0) | 1 << n
        for depth, condition in enumerate([c for c in conditions if not c.but]):
            if depth == len(layers):
                layers.append((-1, {}))
            free, enough = layers[depth]
            layers[depth] = (free & ~(1 << n), enough)
            for code in {str(v) for v in condition.values}:
                enough[code] = enough.get(code, 0) | 1 << n
    return Belonging(tuple(layers), shut)


def _between(rule: Rule, fact: str, window_days: int | None = None) -> list[list[Ends]]:
    """For each condition the stretches that it allows."""
    out: list[list[Ends]] = []
    for c in rule.conditions:
        if not isinstance(c, Between) or (c.fact, c.window_days) != (fact, window_days):
            continue
        wraps = c.least is not None and c.most is not None and c.least > c.most
        out.append([(c.least, LAST_MINUTE), (0, c.most)] if wraps else [(c.least, c.most)])
    return out


def _days(rule: Rule) -> Ends:
    starts, ends = rule.starts, rule.ends
    return (starts.toordinal() if starts else None, ends.toordinal() if ends else None)


def _birthdays(rule: Rule) -> list[list[Ends]]:
    return [[(0, c.days)] for c in rule.conditions if isinstance(c, NearBirthday)]


def _scale(allowed: Sequence[Sequence[Sequence[Ends]]]) -> Scale | None:
    """``allowed``: of each rule its conditions, of each condition its stretches."""
    stretches = [s for conditions in allowed for condition in conditions for s in condition]
    edges = sorted({edge for s in stretches for edge in _edges(s)})
    if not edges:
        return None
    masks = []
    for number in (edges[0] - 1, *edges):
        fits = (
            all(any(_within(number, s) for s in c) for c in conditions) for conditions in allowed
        )
        masks.append(sum(1 << n for n, fit in enumerate(fits) if fit))
    return Scale(edges, masks)


def _edges(stretch: Ends) -> Iterable[int]:
    least, most = stretch
    if least is not None:
        yield least
    if most is not None:
        yield most + 1


def _within(number: int, stretch: Ends) -> bool:
    least, most = stretch
    return (least is None or number >= least) and (most is None or number <= most)
