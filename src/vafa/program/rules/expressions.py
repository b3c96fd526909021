"""Expressions in CEL: what they may speak of, whether they are sound, and whether they hold. Pure.

Checked by type when a rule is saved, compiled once, and asked last: of one purchase one set of
facts is handed over, and only if a rule whose other conditions all hold has an expression.
docs/expressions.md lists the variables with examples.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, NamedTuple

from vafa.core.jalali import ymd
from vafa.program.rules.conditions import LONGEST_EXPRESSION, Counter
from vafa.program.rules.facts import PurchaseFacts

_KINDS = {
    "total": "INT",
    "quantity": "INT",
    "kinds": "INT",
    "weekday": "INT",
    "minute": "INT",
    "hour": "INT",
    "year": "INT",
    "month": "INT",
    "day": "INT",
    "birth_month": "INT",
    "birth_day": "INT",
    "channel": "STRING",
    "payment": "STRING",
    "tier": "STRING",
    "gender": "STRING",
    "nth": "INT",
    "days_since": "INT",
    "visits": "INT",
    "spend": "INT",
}
# Everything that an expression may speak of; of visits and spend also with a number of days.
VARIABLES = (*_KINDS, "lines", "attributes", "segments")
_LINE = ("amount", "quantity", "brand")
_METHODS = (
    "all",
    "contains",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "map",
    "matches",
    "size",
    "startsWith",
)
_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_SELECTED = re.compile(r"\.\s*([A-Za-z_]\w*)")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_COUNTED = re.compile(r"(?:visits|spend)_([1-9]\d{0,3})|visits|spend|nth|days_since")
_BELONGS = re.compile(r"[\"']([a-z0-9][a-z0-9_-]{0,39})[\"']\s+in\s+segments\b")
NEVER_BOUGHT = -1  # days_since of who has not bought before: a number cannot be missing here


class Wrong(NamedTuple):
    """What is wrong with an expression, in both languages."""

    fa: str
    en: str


class Sight(NamedTuple):
    """What of a member an expression, or rules, speak of."""

    counters: frozenset[Counter] = frozenset()
    segments: frozenset[str] = frozenset()
    attributes: bool = False

    def __or__(self, other: Sight) -> Sight:
        return Sight(
            self.counters | other.counters,
            self.segments | other.segments,
            self.attributes or other.attributes,
        )


NOTHING = Sight()


@lru_cache(maxsize=1024)
def sight_of(text: str) -> Sight:
    """What has to be known of the member before the expression can be asked."""
    names = _names(text)
    return Sight(
        frozenset(_counter(name) for name in names if _COUNTED.fullmatch(name)),
        frozenset(_BELONGS.findall(text)),
        "attributes" in names,
    )


def check_expression(text: str, attributes: Collection[str]) -> Wrong | None:
    """What keeps the expression from being used, or nothing; ``attributes``: the club's keys."""
    if len(text) > LONGEST_EXPRESSION:
        return Wrong(
            f"عبارت حداکثر {LONGEST_EXPRESSION} نویسه دارد.",
            f"An expression has at most {LONGEST_EXPRESSION} characters.",
        )
    if _names(text).count("segments") != len(_BELONGS.findall(text)):
        return Wrong(
            'گروه را فقط به شکل «"کد" in segments» می‌توان پرسید.',
            'Segments can only be asked for as "code" in segments.',
        )
    known = {*_LINE, *_METHODS, *attributes}
    unknown = [name for name in _SELECTED.findall(_TEXT.sub('""', text)) if name not in known]
    if unknown:
        return _unknown(unknown[0])
    try:
        compiled = _engine((text,)).compiled[text]
    except RuntimeError as error:
        return _said(str(error))
    if compiled.return_type().name() != "BOOL":
        return Wrong(
            "پاسخ عبارت باید بله یا خیر باشد.", "The expression must come to true or false."
        )
    return None


def is_always_false(text: str) -> bool:
    """Whether a sound expression speaks of nothing and is not true."""
    if set(_names(text)) - {"true", "false", "null", "in", *_METHODS}:
        return False
    engine = _engine((text,))
    return not engine.holds(text, engine.hand_over({}))


def judging(
    texts: tuple[str, ...], facts: PurchaseFacts, tier: str | None
) -> Callable[[str], bool]:
    """Asks one of ``texts`` (all of a programme's) of a purchase; the facts are handed over once.

    An expression that fails on a purchase, for it divides by zero or asks for an attribute that
    is not there, does not hold of it.
    """
    handed: list[Any] = []

    def holds(text: str) -> bool:
        engine = _engine(texts)
        if not handed:
            handed.append(engine.hand_over(_values(engine.names, facts, tier)))
        return engine.holds(text, handed[0])

    return holds


class _Engine:
    """Expressions compiled together over what any of them speaks of."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        # Loaded by the first expression: most clubs have none, and it takes 9 MB of each process.
        cel: Any = importlib.import_module("cel_expr_python.cel")
        self._error = cel.Type.ERROR
        self.names = frozenset(name for text in texts for name in _names(text) if _is_plain(name))
        plain = {name: getattr(cel.Type, _KINDS.get(name, "INT")) for name in self.names}
        rows = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
        several = {"segments": cel.Type.List(cel.Type.STRING), "lines": cel.Type.List(rows)}
        self._env = cel.NewEnv(variables={**plain, **several, "attributes": rows})
        self.compiled = {text: self._env.compile(text) for text in texts}

    def hand_over(self, values: dict[str, Any]) -> Any:
        """The facts of one purchase in the engine's own form."""
        return self._env.Activation(values)

    def holds(self, text: str, handed: Any) -> bool:
        """Whether an expression is true of what was handed over."""
        try:
            answer = self.compiled[text].eval(handed)
        except RuntimeError:
            return False  # more rounds than the engine allows
        return answer.type() != self._error and answer.value() is True


@lru_cache(maxsize=256)
def _engine(texts: tuple[str, ...]) -> _Engine:
    return _Engine(texts)


def _values(names: frozenset[str], facts: PurchaseFacts, tier: str | None) -> dict[str, Any]:
    """What the expressions speak of, by name; numbers that are not known are 0 or NEVER_BOUGHT."""
    today = ymd(facts.day, facts.calendar)
    born = (0, 0, 0) if facts.birth_date is None else ymd(facts.birth_date, facts.calendar)
    lines = facts.lines
    plain: dict[str, Any] = {
        "total": sum(line.paid for line in lines),
        "quantity": sum(line.quantity for line in lines),
        "kinds": len({line.product_id for line in lines} - {None}),
        "weekday": (facts.day.weekday() + 2) % 7,
        "minute": facts.minute,
        "hour": facts.minute // 60,
        "year": today[0],
        "month": today[1],
        "day": today[2],
        "birth_month": born[1],
        "birth_day": born[2],
        "channel": facts.channel,
        "payment": facts.payment,
        "tier": tier or "",
        "gender": facts.gender,
    }
    values = {name: plain[name] for name in names if name in plain}
    for name in names - plain.keys():
        number = facts.counters.get(_counter(name))
        unknown = NEVER_BOUGHT if name == "days_since" else 0
        values[name] = unknown if number is None else number
    values["segments"] = sorted(facts.segments)
    values["attributes"] = dict(facts.attributes)
    values["lines"] = [
        {"amount": line.paid, "quantity": line.quantity, "brand": line.brand} for line in lines
    ]
    return values


def _names(text: str) -> list[str]:
    """The names in an expression that are not selected from anything, texts left out."""
    return _NAME.findall(_TEXT.sub('""', text))


def _is_plain(name: str) -> bool:
    return name in _KINDS or _COUNTED.fullmatch(name) is not None


def _counter(name: str) -> Counter:
    fact, _, window = name.partition("_")
    return (fact, int(window)) if window.isdigit() else (name, None)


def _said(error: str) -> Wrong:
    """The engine's message in words."""
    place = re.search(r"<input>:\d+:(\d+): (.*)", error)
    at, what = (int(place[1]), place[2]) if place else (1, error)
    if unknown := re.search(r"undeclared reference to '([^']*)'", what):
        return _unknown(unknown[1])
    if kinds := re.search(r"no matching overload for '([^']*)' applied to '\(([^']*)\)'", what):
        sign = kinds[1].strip("_@!") or kinds[1]
        return Wrong(
            f"در نویسهٔ {at}: «{sign}» با این دو نوع معنا ندارد: {kinds[2]}.",
            f"At character {at}: “{sign}” makes no sense with {kinds[2]}.",
        )
    return Wrong(
        f"در نویسهٔ {at} عبارت درست نیست.", f"The expression is not sound at character {at}."
    )


def _unknown(name: str) -> Wrong:
    return Wrong(f"«{name}» شناخته نیست.", f"“{name}” is not known here.")
