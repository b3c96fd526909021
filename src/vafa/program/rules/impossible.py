"""Rules that can never fire, or that ask for what is not there: found when a rule is saved. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from vafa.core.day_numbers import day_of_number
from vafa.program.rules.conditions import (
    LAST_MINUTE,
    Between,
    Condition,
    Counter,
    Expression,
    Lines,
    OneOf,
    attribute_key,
)
from vafa.program.rules.deeds import Chances, GiveVoucher, SetAttribute
from vafa.program.rules.expressions import check_expression, is_always_false, sight_of
from vafa.program.rules.rule import Effect, Rule

_EVERY: dict[str, frozenset[int | str]] = {
    "weekday": frozenset(range(7)),
    "channel": frozenset({"store", "online", "phone"}),
}


class KnownAttribute(NamedTuple):
    """The kind of an attribute and, of a choice, what may be chosen."""

    kind: str
    choices: Collection[str] = ()


class Known(NamedTuple):
    """What there is: the club's day, what conditions may name (branches only while they are open;
    by fact: branch, merchant, category, product, segment, tier), what rules may give of (series,
    draw: by number, while there is something to give), and attributes by key."""

    today: date
    named: Mapping[str, Collection[int | str]]
    attributes: Mapping[str, KnownAttribute]


class Problem(NamedTuple):
    """What is wrong with a rule: ``place`` of the condition in the rule, or ``field`` of the rule
    itself ("ends"), in both languages."""

    place: int | None
    field: str
    fa: str
    en: str


def never_fires(rule: Rule, known: Known) -> Problem | None:
    """Why the rule could never give anything, if that can be told; the first reason."""
    if rule.ends is not None and rule.ends < known.today:
        return Problem(
            None, "ends", "پایان این قانون گذشته است.", "The end of this rule has already passed."
        )
    key = attribute_key(rule.what)
    if key is not None and getattr(known.attributes.get(key), "kind", "") != "date":
        return Problem(None, "what", *_NO_OWN_DATE)
    for place, condition in enumerate(rule.conditions):
        wrong = _not_there(condition, known)
        if wrong is not None:
            return Problem(place, "conditions", *wrong)
    wrong = _nothing_to_give(rule.gives, known)
    if wrong is not None:
        return Problem(None, "gives", *wrong)
    return next(_contradictions(rule, known), None)


Said = tuple[str, str]
_UNKNOWN: dict[str, Said] = {
    "branch": (
        "یکی از این شعبه‌ها در باشگاه نیست یا بسته است.",
        "One of these branches is not in the club, or is closed.",
    ),
    "merchant": (
        "یکی از این پذیرنده‌ها در باشگاه نیست.",
        "One of these merchants is not in the club.",
    ),
    "product": ("یکی از این کالاها پیدا نشد.", "One of these products was not found."),
    "category": ("یکی از این دسته‌ها پیدا نشد.", "One of these categories was not found."),
    "segment": ("یکی از این گروه‌ها پیدا نشد.", "One of these segments was not found."),
    "tier": ("یکی از این سطح‌ها در برنامه نیست.", "One of these tiers is not in the programme."),
}
_NO_TIERS: Said = ("این برنامه سطحی ندارد.", "This programme has no tiers.")
_NO_ATTRIBUTE: Said = (
    "چنین مشخصه‌ای برای اعضا تعریف نشده است.",
    "There is no such attribute of members.",
)
_NO_OWN_DATE: Said = (
    "چنین تاریخی میان مشخصه‌های اعضا نیست.",
    "There is no such date among the attributes of members.",
)
_WRONG_KIND: Said = (
    "این مشخصه را این‌گونه نمی‌توان سنجید.",
    "This attribute cannot be compared in this way.",
)
_NO_DATE: Said = ("این تاریخ درست نیست.", "This is not a date.")
_NO_CHOICE: Said = (
    "یکی از این‌ها جزو گزینه‌های این مشخصه نیست.",
    "One of these is none of the choices of the attribute.",
)
_WRONG_VALUE: Said = (
    "این مقدار به این مشخصه نمی‌خورد.",
    "This value does not fit the attribute.",
)
_NO_SERIES: Said = (
    "از این مجموعه کد نمی‌توان کد تازه داد: پیدا نشد، تمام شده یا از فهرست همکار آمده است.",
    "Fresh codes of this series cannot be given: it is not there, is over, or is a partner's list.",
)
_NO_DRAW: Said = (
    "در این قرعه‌کشی نمی‌توان شانس داد: پیدا نشد یا فهرست آن بسته شده است.",
    "Chances in this draw cannot be given: it is not there, or its list is closed.",
)
_FALSE: Said = ("این عبارت هیچ‌گاه درست نیست.", "This expression is never true.")
_NONE_LEFT: Said = (
    "این شرط با شرط دیگری که دربارهٔ همین است جور نیست و هیچ‌گاه برقرار نمی‌شود.",
    "Together with another condition on the same thing this one can never hold.",
)
_NOTHING_BOUGHT: Said = (
    "هیچ خریدی با این شرط جور نیست.",
    "No purchase can meet this condition.",
)
_FIRST: Said = (
    "در نخستین خرید، خرید پیشینی نیست.",
    "On a first purchase there is no purchase before.",
)
_NO_DAY: Said = (
    "هیچ روزی میان آغاز و پایان قانون با این شرط جور نیست.",
    "No day between the rule's beginning and end meets this condition.",
)


def _nothing_to_give(gives: Effect, known: Known) -> Said | None:
    """Whether what the rule names is there to be given, or can be written."""
    if isinstance(gives, GiveVoucher):
        return None if gives.series in known.named.get("series", ()) else _NO_SERIES
    if isinstance(gives, Chances):
        return None if gives.draw in known.named.get("draw", ()) else _NO_DRAW
    if not isinstance(gives, SetAttribute):
        return None
    attribute = known.attributes.get(gives.key)
    if attribute is None:
        return _NO_ATTRIBUTE
    if attribute.kind == "choice" and gives.value not in attribute.choices:
        return _NO_CHOICE
    return None if _fits(attribute.kind, gives.value) else _WRONG_VALUE


def _fits(kind: str, value: int | str) -> bool:
    if isinstance(value, int):
        return kind == "number"
    if kind == "yes_no":
        return value in ("yes", "no")
    if kind == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return kind != "number"


def _not_there(condition: Condition, known: Known) -> Said | None:
    if isinstance(condition, Expression):
        return _expression(condition.text, known)
    if isinstance(condition, OneOf | Between) and attribute_key(condition.fact) is not None:
        return _attribute(condition, known)
    if not isinstance(condition, OneOf | Lines) or condition.fact not in known.named:
        return None
    there = known.named[condition.fact]
    if condition.fact == "tier" and not there:
        return _NO_TIERS
    return None if set(condition.values) <= set(there) else _UNKNOWN[condition.fact]


def _expression(text: str, known: Known) -> Said | None:
    wrong = check_expression(text, known.attributes)
    if wrong is not None:
        return wrong.fa, wrong.en
    if not sight_of(text).segments <= set(known.named.get("segment", ())):
        return _UNKNOWN["segment"]
    return _FALSE if is_always_false(text) else None


def _attribute(condition: OneOf | Between, known: Known) -> Said | None:
    attribute = known.attributes.get(attribute_key(condition.fact) or "")
    if attribute is None:
        return _NO_ATTRIBUTE
    is_number = attribute.kind in ("number", "date")
    if isinstance(condition, Between) and attribute.kind == "date":
        return None if all(map(_is_day, (condition.least, condition.most))) else _NO_DATE
    if isinstance(condition, Between):
        return None if is_number else _WRONG_KIND
    if is_number:
        return _WRONG_KIND
    allowed = {"yes_no": {"yes", "no", ""}, "choice": {"", *attribute.choices}}.get(attribute.kind)
    return None if allowed is None or allowed.issuperset(condition.values) else _NO_CHOICE


def _contradictions(rule: Rule, known: Known) -> Iterator[Problem]:
    chosen: dict[str, list[tuple[int, OneOf | Lines]]] = {}
    measured: dict[Counter, list[tuple[int, Between]]] = {}
    for place, condition in enumerate(rule.conditions):
        if isinstance(condition, OneOf | Lines):
            chosen.setdefault(condition.fact, []).append((place, condition))
        elif isinstance(condition, Between):
            key = (condition.fact, condition.window_days)
            measured.setdefault(key, []).append((place, condition))
    for fact, choices in chosen.items():
        said = _no_choice_left(fact, choices, rule, known)
        if said is not None:
            yield Problem(choices[-1][0], "conditions", *said)
    for (fact, _), betweens in measured.items():
        said = _no_number_left(fact, [condition for _, condition in betweens])
        if said is not None:
            yield Problem(betweens[-1][0], "conditions", *said)
    if any(c.most == 1 for _, c in measured.get(("nth", None), ())):
        for (fact, _), betweens in measured.items():
            for place, condition in betweens:
                if fact == "days_since" or (fact in ("visits", "spend") and condition.least):
                    yield Problem(place, "conditions", *_FIRST)


def _no_choice_left(
    fact: str, choices: Sequence[tuple[int, OneOf | Lines]], rule: Rule, known: Known
) -> Said | None:
    out = {value for _, c in choices if c.but for value in c.values}
    wanted = [set(c.values) for _, c in choices if not c.but]
    if fact == "segment":  # she may be in several
        return _NONE_LEFT if any(some <= out for some in wanted) else None
    every = known.named["branch"] if fact == "branch" else _EVERY.get(fact)
    if every:
        wanted.append(set(every))
    if not wanted:
        return None
    left = set.intersection(*wanted) - out
    if not left:
        return _NONE_LEFT
    if fact == "weekday" and rule.starts and rule.ends:
        days = (rule.ends - rule.starts).days + 1
        falls = {((rule.starts + timedelta(n)).weekday() + 2) % 7 for n in range(min(days, 7))}
        return None if left & falls else _NO_DAY
    return None


def _no_number_left(fact: str, betweens: Sequence[Between]) -> Said | None:
    if fact == "minute":
        minutes = [_minutes(condition) for condition in betweens]
        return None if set.intersection(*minutes) else _NONE_LEFT
    least = max((c.least for c in betweens if c.least is not None), default=0)
    most = min((c.most for c in betweens if c.most is not None), default=None)
    if most is None:
        return None
    if least > most:
        return _NONE_LEFT
    return _NOTHING_BOUGHT if most == 0 and fact in ("quantity", "nth") else None


def _is_day(number: int | None) -> bool:
    try:
        return number is None or bool(day_of_number(number))
    except ValueError:
        return False


def _minutes(asked: Between) -> set[int]:
    least, most = asked.least or 0, LAST_MINUTE if asked.most is None else asked.most
    if least > most:
        return set(range(least, LAST_MINUTE + 1)) | set(range(most + 1))
    return set(range(least, most + 1))
