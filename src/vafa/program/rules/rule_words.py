"""A rule as a sentence that reads aloud naturally, for members and staff alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vafa.core.jalali import WEEKDAYS_FA, Calendar, format_date
from vafa.core.money import format_amount, format_number
from vafa.core.text import ZWNJ, to_persian_digits
from vafa.program.rules.deed_words import DeedNames, deed_words
from vafa.program.rules.deeds import Chances, Deed
from vafa.program.rules.happening_words import HappeningNames, happening_words
from vafa.program.rules.limit_words import given_words, limits_words
from vafa.program.rules.member_words import AttributeName, Saying, member_words
from vafa.program.rules.promise import times_words
from vafa.program.rules.rule import (
    Between,
    Condition,
    Fixed,
    Lines,
    NearBirthday,
    OneOf,
    PerItem,
    PerStep,
    Rule,
    Text,
    Times,
)

_DAYS_EN = ("Saturdays", "Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")
_CHANNELS = {
    "store": ("خرید حضوری", "purchases in a shop"),
    "online": ("خرید اینترنتی", "purchases online"),
    "phone": ("خرید تلفنی", "purchases by phone"),
}
_NOUNS = {
    "points": ("امتیاز", "points"),
    "credit": ("اعتبار", "credit"),
    "tier": ("امتیاز سطح", "tier points"),
}
_GENDERS = {"female": ("بانوان", "women"), "male": ("آقایان", "men")}


class RuleNames(NamedTuple):
    """What the things are called that rules name by number or code; one that is missing is left
    out of the sentence."""

    branches: Mapping[int, str] = {}
    categories: Mapping[int, str] = {}
    products: Mapping[int, str] = {}
    merchants: Mapping[int, str] = {}
    tiers: Mapping[str, str] = {}
    segments: Mapping[str, str] = {}
    attributes: Mapping[str, AttributeName] = {}
    calendar: Calendar = "jalali"
    happenings: HappeningNames = {}
    series: Mapping[int, str] = {}
    draws: Mapping[int, str] = {}
    badges: Mapping[str, str] = {}


def rule_words(rule: Rule, unit: str, lang: str, names: RuleNames) -> str:
    """One sentence that says what the rule gives and when; ``unit`` is the display unit of money."""
    said = (_Persian if lang == "fa" else _English)(rule, unit, names).said()
    if not rule.limits:
        return said
    return f"{said}{'،' if lang == 'fa' else ','} {limits_words(rule.limits, rule.gives.unit, unit, lang)}"


def condition_words(condition: Condition, unit: str, lang: str, names: RuleNames) -> str:
    """A condition by itself: «پنجشنبه‌ها», “on bills of 500,000 toman or more”; "" where the names
    in it are not known."""
    alone = Rule(id="x", name=Text(fa="x"), conditions=(condition,), gives=PerItem(points=1))
    teller = (_Persian if lang == "fa" else _English)(alone, unit, names)
    return " ".join(word for word in teller.narrowing() if word)


class _Teller:
    """What both languages share: which conditions there are, and the names in them."""

    lang = ""

    def narrowing(self) -> list[str]:
        """What narrows the rule, piece by piece; "" for what does not."""
        raise NotImplementedError

    def __init__(self, rule: Rule, unit: str, names: RuleNames) -> None:
        self.rule, self.unit, self.names = rule, unit, names

    def named(self, fact: str, *, but: bool) -> str:
        """The names of all conditions on a fact, joined; "" where there is none."""
        words = [
            word
            for c in self.rule.conditions
            if isinstance(c, OneOf | Lines) and c.fact == fact and c.but == but
            for word in self._names(c)
        ]
        return join_words(words, self.lang)

    def between(self, fact: str) -> Between | None:
        """The condition on a number, if there is one."""
        found = (c for c in self.rule.conditions if isinstance(c, Between) and c.fact == fact)
        return next(found, None)

    def birthday(self) -> int | None:
        """How near the birthday must be."""
        found = (c.days for c in self.rule.conditions if isinstance(c, NearBirthday))
        return next(found, None)

    def more(self) -> list[str]:
        """What is said of members, counts, brands and expressions."""
        names = self.names
        say = Saying(self.lang, self.unit, names.calendar, names.segments, names.attributes)
        return member_words(self.rule.conditions, say, join_words)

    def deed(self, gives: Deed) -> str:
        """What the rule does where it gives no amount."""
        names = self.names
        events = {code: name for (kind, code), name in names.happenings.items() if kind == "event"}
        attributes = {key: named.name for key, named in names.attributes.items()}
        called = DeedNames(names.series, names.draws, names.badges, events, attributes)
        said = deed_words(gives, self.unit, self.lang, called)
        if self.rule.on != "purchase":
            return f"{said} {happening_words(self.rule, self.lang, names.happenings)}"
        if isinstance(gives, Chances) and gives.step:
            return said
        return f"{said} برای هر خرید" if self.lang == "fa" else f"{said} for every purchase"

    def given(self, gives: PerStep | PerItem | Fixed) -> str:
        """So many points, so much credit, so many tier points."""
        return given_words(gives.points, gives.unit, self.unit, self.lang)

    def times(self, gives: Times) -> str:
        """What is multiplied, and by how much."""
        noun = _NOUNS[gives.unit][0 if self.lang == "fa" else 1]
        return times_words(gives.percent, self.lang, noun)

    def number(self, value: int) -> str:
        return format_number(value, self.lang)

    def money(self, value: int) -> str:
        return format_amount(value, self.unit, self.lang)

    def clock(self, minute: int) -> str:
        text = f"{minute // 60}:{minute % 60:02d}"
        return to_persian_digits(text) if self.lang == "fa" else text

    def _names(self, condition: OneOf | Lines) -> Iterable[str]:
        if condition.fact == "weekday":
            return [_weekday(int(day), self.lang) for day in sorted(condition.values)]
        if condition.fact in ("channel", "gender"):
            table = _CHANNELS if condition.fact == "channel" else _GENDERS
            place = 0 if self.lang == "fa" else 1
            return [table[str(v)][place] for v in condition.values if v in table]
        known: Mapping[int | str, str] = {
            "branch": self.names.branches,
            "merchant": self.names.merchants,
            "tier": self.names.tiers,
            "product": self.names.products,
            "category": self.names.categories,
        }[condition.fact]  # type: ignore[assignment]  # each is asked with its own kind of value
        return [known[value] for value in condition.values if value in known]


class _Persian(_Teller):
    lang = "fa"

    def said(self) -> str:
        pieces = self.narrowing()
        before, after = pieces[:3], pieces[3:]
        core = self._core(narrowed=any(pieces))
        lead = " ".join(word for word in before if word)
        return " ".join(word for word in (f"{lead}،" if lead else "", core, *after) if word)

    def narrowing(self) -> list[str]:
        before = [self._days(), self._hours(), self._span()]
        after = [self._for(), self._at(), self._who(), self._bill(), self._birthday()]
        return [*before, *after, *self.more()]

    def _core(self, *, narrowed: bool) -> str:
        gives = self.rule.gives
        if isinstance(gives, PerStep):
            one = gives.points == 1 and gives.unit == "points"
            given = "یک امتیاز" if one else self.given(gives)
            return f"{given} برای هر {self.money(gives.step)} خرید"
        if isinstance(gives, PerItem):
            return f"{self.given(gives)} برای هر عدد"
        if isinstance(gives, Fixed):
            given = self.given(gives)
            if self.rule.on != "purchase":
                return f"{given} {happening_words(self.rule, 'fa', self.names.happenings)}"
            return f"{given} برای هر خرید"
        if isinstance(gives, Deed):
            return self.deed(gives)
        times = self.times(gives)
        return times if narrowed else f"{times} در هر خرید"

    def _days(self) -> str:
        but = self.named("weekday", but=True)
        return self.named("weekday", but=False) or (f"هر روز جز {but}" if but else "")

    def _hours(self) -> str:
        asked = self.between("minute")
        if asked is None:
            return ""
        least, most = asked.least or 0, asked.most
        if most is None:
            return f"از ساعت {self.clock(least)}"
        return f"از ساعت {self.clock(least)} تا {self.clock(most)}"

    def _span(self) -> str:
        starts, ends = self.rule.starts, self.rule.ends
        said = [f"از {format_date(starts, 'fa')}"] if starts else []
        said += [f"تا {format_date(ends, 'fa')}"] if ends else []
        return " ".join(said)

    def _for(self) -> str:
        what = [self.named("category", but=False), self.named("product", but=False)]
        less = [self.named("category", but=True), self.named("product", but=True)]
        said = [f"برای {word}" for word in what if word]
        return " ".join([*said, *(f"به‌جز {word}" for word in less if word)])

    def _at(self) -> str:
        said = []
        for fact in ("branch", "merchant"):
            where, but = self.named(fact, but=False), self.named(fact, but=True)
            said += [f"در {where}"] if where else []
            said += [f"همه جا جز {but}"] if but else []
        channel, but = self.named("channel", but=False), self.named("channel", but=True)
        said += [f"با {channel}"] if channel else []
        said += [f"جز با {but}"] if but else []
        return " ".join(said)

    def _who(self) -> str:
        said = []
        tier, but = self.named("tier", but=False), self.named("tier", but=True)
        said += [f"برای سطح {tier}"] if tier else []
        said += [f"جز سطح {but}"] if but else []
        gender = self.named("gender", but=False) or self.named("gender", but=True)
        if gender:
            but_them = self.named("gender", but=True)
            said.append(f"برای همه جز {but_them}" if but_them else f"برای {gender}")
        return " ".join(said)

    def _bill(self) -> str:
        asked = self.between("total")
        if asked is None:
            return ""
        if asked.most is None:
            return f"در خریدهای {self.money(asked.least or 0)} به بالا"
        if asked.least is None:
            return f"در خریدهای تا {self.money(asked.most)}"
        return f"در خریدهای {self.money(asked.least)} تا {self.money(asked.most)}"

    def _birthday(self) -> str:
        days = self.birthday()
        if days is None:
            return ""
        if days == 0:
            return "در روز تولد شما"
        n = self.number(days)
        return f"از {n} روز پیش تا {n} روز پس از تولد شما"


class _English(_Teller):
    lang = "en"

    def said(self) -> str:
        words = [word for word in self.narrowing() if word]
        return " ".join([self._core(narrowed=bool(words)), *words])

    def narrowing(self) -> list[str]:
        return [
            self._days(),
            self._hours(),
            self._for(),
            self._at(),
            self._who(),
            self._bill(),
            self._birthday(),
            *self.more(),
            self._span(),
        ]

    def _core(self, *, narrowed: bool) -> str:
        gives = self.rule.gives
        if isinstance(gives, PerStep):
            return f"{self.given(gives)} for every {self.money(gives.step)} that you spend"
        if isinstance(gives, PerItem):
            return f"{self.given(gives)} for every item"
        if isinstance(gives, Fixed):
            given = self.given(gives)
            if self.rule.on != "purchase":
                return f"{given} {happening_words(self.rule, 'en', self.names.happenings)}"
            return f"{given} for every purchase"
        if isinstance(gives, Deed):
            return self.deed(gives)
        times = self.times(gives)
        return times if narrowed else f"{times} on every purchase"

    def _days(self) -> str:
        days, but = self.named("weekday", but=False), self.named("weekday", but=True)
        return f"on {days}" if days else (f"every day except {but}" if but else "")

    def _hours(self) -> str:
        asked = self.between("minute")
        if asked is None:
            return ""
        if asked.most is None:
            return f"from {self.clock(asked.least or 0)}"
        return f"from {self.clock(asked.least or 0)} to {self.clock(asked.most)}"

    def _span(self) -> str:
        starts, ends = self.rule.starts, self.rule.ends
        said = [f"from {format_date(starts, 'en')}"] if starts else []
        said += [f"until {format_date(ends, 'en')}"] if ends else []
        return " ".join(said)

    def _for(self) -> str:
        what = [self.named("category", but=False), self.named("product", but=False)]
        less = [self.named("category", but=True), self.named("product", but=True)]
        said = [f"for {word}" for word in what if word]
        return " ".join([*said, *(f"except for {word}" for word in less if word)])

    def _at(self) -> str:
        said = []
        for fact in ("branch", "merchant"):
            where, but = self.named(fact, but=False), self.named(fact, but=True)
            said += [f"at {where}"] if where else []
            said += [f"everywhere except {but}"] if but else []
        channel, but = self.named("channel", but=False), self.named("channel", but=True)
        said += [f"on {channel}"] if channel else []
        said += [f"except on {but}"] if but else []
        return " ".join(said)

    def _who(self) -> str:
        said = []
        tier, but = self.named("tier", but=False), self.named("tier", but=True)
        said += [f"for the {tier} tier"] if tier else []
        said += [f"for every tier but {but}"] if but else []
        gender, but = self.named("gender", but=False), self.named("gender", but=True)
        said += [f"for {gender}"] if gender else []
        said += [f"for all but {but}"] if but else []
        return " ".join(said)

    def _bill(self) -> str:
        asked = self.between("total")
        if asked is None:
            return ""
        if asked.most is None:
            return f"on bills of {self.money(asked.least or 0)} or more"
        if asked.least is None:
            return f"on bills of up to {self.money(asked.most)}"
        return f"on bills of {self.money(asked.least)} to {self.money(asked.most)}"

    def _birthday(self) -> str:
        days = self.birthday()
        if days is None:
            return ""
        if days == 0:
            return "on your birthday"
        return f"within {self.number(days)} {'day' if days == 1 else 'days'} of your birthday"


def join_words(words: list[str], lang: str) -> str:
    """«الف، ب و پ» or “a, b and c”."""
    if len(words) < 2:
        return "".join(words)
    comma, last = ("، ", " و ") if lang == "fa" else (", ", " and ")
    return comma.join(words[:-1]) + last + words[-1]


def _weekday(saturday_based: int, lang: str) -> str:
    if lang == "fa":
        # The names' own order begins on Monday.
        return f"{WEEKDAYS_FA[(saturday_based + 5) % 7]}{ZWNJ}ها"
    return _DAYS_EN[saturday_based]
