"""The conditions of a rule as pieces of its sentence, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vafa.core.jalali import WEEKDAYS_FA, Calendar, format_date
from vafa.core.money import format_amount, format_number
from vafa.core.text import ZWNJ, to_persian_digits
from vafa.program.rules.happening_words import HappeningNames
from vafa.program.rules.member_words import (
    AttributeName,
    Saying,
    join_words,
    member_words,
    one_purchase,
)
from vafa.program.rules.rule import (
    Between,
    Condition,
    Lines,
    NearBirthday,
    OneOf,
    PerItem,
    Rule,
    Text,
)

_DAYS_EN = ("Saturdays", "Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")
_CHANNELS = {
    "store": ("حضوری", "in a shop"),
    "online": ("اینترنتی", "online"),
    "phone": ("تلفنی", "by phone"),
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


class Narrowing:
    """What narrows a rule, piece by piece, in words that both languages share: "" for what does
    not narrow it."""

    lang = ""

    def __init__(self, rule: Rule, unit: str, names: RuleNames) -> None:
        self.rule, self.unit, self.names = rule, unit, names

    def named(self, fact: str, *, but: bool = False, either: bool = False) -> str:
        """The names of all conditions on a fact, joined; "" where there is none."""
        words = [
            word
            for c in self.rule.conditions
            if isinstance(c, OneOf | Lines) and c.fact == fact and c.but == but
            for word in self._names(c)
        ]
        return join_words(words, self.lang, either=either)

    def between(self, fact: str) -> Between | None:
        """The condition on a number, if there is one."""
        found = (c for c in self.rule.conditions if isinstance(c, Between) and c.fact == fact)
        return next(found, None)

    def near_birthday(self) -> int | None:
        """How near the birthday must be."""
        found = (c.days for c in self.rule.conditions if isinstance(c, NearBirthday))
        return next(found, None)

    def only_purchase(self) -> str:
        """«نخستین خرید», where one purchase alone of a member is meant."""
        return one_purchase(self.between("nth"), self.lang)

    def more(self, *said: str) -> list[str]:
        """What is said of members, counts and expressions, but for the facts ``said`` already."""
        names = self.names
        say = Saying(self.lang, self.unit, names.calendar, names.segments, names.attributes)
        left = [c for c in self.rule.conditions if getattr(c, "fact", "") not in said]
        return member_words(left, say)

    def is_of_brand(self) -> bool:
        """Whether nothing but brands narrows it."""
        return all(isinstance(c, Lines) and c.fact == "brand" for c in self.rule.conditions)

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
        if condition.fact == "brand":
            return [str(value) for value in condition.values]
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


class PersianNarrowing(Narrowing):
    lang = "fa"

    def days(self) -> str:
        but = self.named("weekday", but=True)
        return self.named("weekday") or (f"هر روز جز {but}" if but else "")

    def hours(self) -> str:
        asked = self.between("minute")
        if asked is None:
            return ""
        least, most = asked.least or 0, asked.most
        if most is None:
            return f"از ساعت {self.clock(least)}"
        return f"از ساعت {self.clock(least)} تا {self.clock(most)}"

    def span(self) -> str:
        starts, ends = self.rule.starts, self.rule.ends
        said = [f"از {format_date(starts, 'fa')}"] if starts else []
        said += [f"تا {format_date(ends, 'fa')}"] if ends else []
        return " ".join(said)

    def goods(self, word: str) -> str:
        """Which goods count, behind ``word`` («برای», «از»)."""
        what = [self.named("category"), self.named("product")]
        less = [self.named("category", but=True), self.named("product", but=True)]
        brand, other = self.named("brand"), self.named("brand", but=True)
        what += [f"برند {brand}"] if brand else []
        less += [f"برند {other}"] if other else []
        said = [f"{word} {one}" for one in what if one]
        return " ".join([*said, *(f"به‌جز {one}" for one in less if one)])

    def at(self) -> str:
        said = []
        for fact in ("branch", "merchant"):
            where, but = self.named(fact), self.named(fact, but=True)
            said += [f"در {where}"] if where else []
            said += [f"همه جا جز {but}"] if but else []
        return " ".join(said)

    def not_by(self) -> str:
        """Ways of buying that do not count."""
        but = self.named("channel", but=True, either=True)
        return f"جز در خرید {but}" if but else ""

    def kind_of_purchase(self) -> str:
        """«اینترنتی ۵۰۰٬۰۰۰ تومان به بالا»: what stands behind «خرید»."""
        return " ".join(
            word for word in (self.named("channel", either=True), self._amount()) if word
        )

    def purchases(self) -> str:
        """«در خریدهای ۵۰۰٬۰۰۰ تومان به بالا»."""
        kind = self.kind_of_purchase()
        return f"در خریدهای {kind}" if kind else ""

    def who(self) -> str:
        said = []
        tier, but = self.named("tier"), self.named("tier", but=True)
        said += [f"برای سطح {tier}"] if tier else []
        said += [f"جز سطح {but}"] if but else []
        gender, but = self.named("gender"), self.named("gender", but=True)
        if gender or but:
            said.append(f"برای همه جز {but}" if but else f"برای {gender}")
        return " ".join(said)

    def birthday(self) -> str:
        days = self.near_birthday()
        if days is None:
            return ""
        if days == 0:
            return "در روز تولد شما"
        n = self.number(days)
        return f"از {n} روز پیش تا {n} روز پس از تولد شما"

    def everything(self) -> list[str]:
        """All pieces, for a condition by itself."""
        goods, when = self.goods("برای"), [self.days(), self.hours(), self.span()]
        where = [self.at(), self.who(), self.not_by(), self.purchases(), self.birthday()]
        return [*when, "" if self.is_of_brand() else goods, *where, *self.more()]

    def _amount(self) -> str:
        asked = self.between("total")
        if asked is None:
            return ""
        if asked.most is None:
            return f"{self.money(asked.least or 0)} به بالا"
        if asked.least is None:
            return f"تا {self.money(asked.most)}"
        return f"{self.money(asked.least)} تا {self.money(asked.most)}"


class EnglishNarrowing(Narrowing):
    lang = "en"

    def days(self) -> str:
        days, but = self.named("weekday"), self.named("weekday", but=True)
        return f"on {days}" if days else (f"every day except {but}" if but else "")

    def hours(self) -> str:
        asked = self.between("minute")
        if asked is None:
            return ""
        if asked.most is None:
            return f"from {self.clock(asked.least or 0)}"
        return f"from {self.clock(asked.least or 0)} to {self.clock(asked.most)}"

    def span(self) -> str:
        starts, ends = self.rule.starts, self.rule.ends
        said = [f"from {format_date(starts, 'en')}"] if starts else []
        said += [f"until {format_date(ends, 'en')}"] if ends else []
        return " ".join(said)

    def goods(self, word: str) -> str:
        """Which goods count, behind ``word`` (“for”, “on”, “of”, “with”)."""
        what = [self.named("category"), self.named("product")]
        less = [self.named("category", but=True), self.named("product", but=True)]
        brand, other = self.named("brand"), self.named("brand", but=True)
        what += [f"the brand {brand}"] if brand else []
        less += [f"the brand {other}"] if other else []
        said = [f"{word} {one}" for one in what if one]
        return " ".join([*said, *(f"except for {one}" for one in less if one)])

    def at(self) -> str:
        said = []
        for fact in ("branch", "merchant"):
            where, but = self.named(fact), self.named(fact, but=True)
            said += [f"at {where}"] if where else []
            said += [f"everywhere except {but}"] if but else []
        return " ".join(said)

    def by(self) -> str:
        """Ways of buying, beside other things."""
        channel = self._way()
        if not channel:
            return self.not_by()
        if channel == "online":
            return f"on online purchases {self.not_by()}".rstrip()
        return f"on purchases {channel} {self.not_by()}".rstrip()

    def not_by(self) -> str:
        """Ways of buying that do not count."""
        but = self.named("channel", but=True, either=True)
        return f"except {but}" if but else ""

    def purchase(self) -> str:
        """“online purchase of 500,000 toman or more”, behind “every”."""
        channel, amount = self._way(), self._amount()
        said = "online purchase" if channel == "online" else "purchase"
        said += f" of {amount}" if amount else ""
        return f"{said} {channel}" if channel not in ("", "online") else said

    def who(self) -> str:
        said = []
        tier, but = self.named("tier"), self.named("tier", but=True)
        said += [f"for the {tier} tier"] if tier else []
        said += [f"for every tier but {but}"] if but else []
        gender, but = self.named("gender"), self.named("gender", but=True)
        said += [f"for {gender}"] if gender else []
        said += [f"for all but {but}"] if but else []
        return " ".join(said)

    def bill(self) -> str:
        amount = self._amount()
        return f"on bills of {amount}" if amount else ""

    def birthday(self) -> str:
        days = self.near_birthday()
        if days is None:
            return ""
        if days == 0:
            return "on your birthday"
        return f"within {self.number(days)} {'day' if days == 1 else 'days'} of your birthday"

    def everything(self) -> list[str]:
        """All pieces, for a condition by itself."""
        goods = "" if self.is_of_brand() else self.goods("for")
        where = [self.at(), self.by(), self.who(), self.bill(), self.birthday()]
        return [self.days(), self.hours(), goods, *where, *self.more(), self.span()]

    def _way(self) -> str:
        return self.named("channel", either=True)

    def _amount(self) -> str:
        asked = self.between("total")
        if asked is None:
            return ""
        if asked.most is None:
            return f"{self.money(asked.least or 0)} or more"
        if asked.least is None:
            return f"up to {self.money(asked.most)}"
        return f"{self.money(asked.least)} to {self.money(asked.most)}"


def condition_words(condition: Condition, unit: str, lang: str, names: RuleNames) -> str:
    """A condition by itself: «پنجشنبه‌ها», “on bills of 500,000 toman or more”; "" where the names
    in it are not known."""
    alone = Rule(id="x", name=Text(fa="x"), conditions=(condition,), gives=PerItem(points=1))
    pieces = (PersianNarrowing if lang == "fa" else EnglishNarrowing)(alone, unit, names)
    return " ".join(word for word in pieces.everything() if word)


def _weekday(saturday_based: int, lang: str) -> str:
    if lang == "fa":
        # The names' own order begins on Monday.
        return f"{WEEKDAYS_FA[(saturday_based + 5) % 7]}{ZWNJ}ها"
    return _DAYS_EN[saturday_based]
