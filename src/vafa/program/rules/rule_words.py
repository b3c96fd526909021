"""A rule as a sentence that reads aloud naturally, for members and staff alike. Pure."""

from __future__ import annotations

from vafa.program.rules.condition_words import (
    EnglishNarrowing,
    PersianNarrowing,
    RuleNames,
    condition_words,
)
from vafa.program.rules.deed_words import DeedNames, deed_words
from vafa.program.rules.deeds import Chances, Deed
from vafa.program.rules.happening_words import happening_words
from vafa.program.rules.limit_words import given_words, limits_words
from vafa.program.rules.promise import times_words
from vafa.program.rules.rule import Fixed, PerItem, PerStep, Rule, Times

# Whoever asks for a sentence finds what it is made of here.
__all__ = ["RuleNames", "condition_words", "rule_words"]

_NOUNS = {
    "points": ("امتیاز", "points"),
    "credit": ("اعتبار", "credit"),
    "tier": ("امتیاز سطح", "tier points"),
}


def rule_words(rule: Rule, unit: str, lang: str, names: RuleNames) -> str:
    """One sentence that says what the rule gives and when; ``unit`` is the display unit of money."""
    said = (_persian if lang == "fa" else _english)(rule, unit, names)
    if not rule.limits:
        return said
    return f"{said}{'،' if lang == 'fa' else ','} {limits_words(rule.limits, rule.gives.unit, unit, lang)}"


def _persian(rule: Rule, unit: str, names: RuleNames) -> str:
    """When first; then what is given, of which purchases, where and for whom."""
    say, gives = PersianNarrowing(rule, unit, names), rule.gives
    when, where, who = [say.days(), say.hours(), say.span()], say.at(), [say.who()]
    given = _given(rule, unit, "fa", names)
    told: tuple[str, ...] = ()
    if rule.on != "purchase":
        when.append(where)
        core = [f"{given} {happening_words(rule, 'fa', names.happenings)}"]
    elif isinstance(gives, PerStep | PerItem):
        kind, goods = say.purchases(), say.goods("از")
        if isinstance(gives, PerItem):
            each = "هر عدد"
        else:
            money = say.money(gives.step)
            each = f"هر {money}" if kind and not goods else f"هر {money} خرید"
        # Of which purchases is said first: «خرید در خریدهای ...» says it twice.
        when.append(kind)
        core = [f"{given} برای {each}", goods, where]
    elif isinstance(gives, Times):
        core = [given, say.goods("برای"), say.purchases(), where]
        core[0] += "" if any([*when, *core[1:], *who, say.not_by(), *_rest(say)]) else " در هر خرید"
    elif isinstance(gives, Chances) and gives.step:
        core = [given, say.goods("از"), say.purchases(), where]
    else:
        only = say.only_purchase()
        core = [f"{given} برای {only or 'هر خرید'}"]
        core += [say.purchases() if only else say.kind_of_purchase(), say.goods("از"), where]
        told = ("nth",) if only else ()
    lead = " ".join(word for word in when if word)
    after = [*core, *who, say.not_by(), *_rest(say, *told)]
    return " ".join(word for word in (f"{lead}،" if lead else "", *after) if word)


def _english(rule: Rule, unit: str, names: RuleNames) -> str:
    """What is given, of which purchases, when, where and for whom."""
    say, gives = EnglishNarrowing(rule, unit, names), rule.gives
    when, given = [say.days(), say.hours()], _given(rule, unit, "en", names)
    after = [say.who(), say.bill(), *_rest(say), say.span()]
    if rule.on != "purchase":
        core = [given, say.at(), happening_words(rule, "en", names.happenings), *when]
        after = [say.who(), *_rest(say), say.span()]
    elif isinstance(gives, PerStep):
        each = f"for every {say.money(gives.step)} that you spend"
        core = [f"{given} {each}", say.goods("on"), *when, say.at(), say.by()]
    elif isinstance(gives, PerItem):
        core = [f"{given} for every item", say.goods("of"), *when, say.at(), say.by()]
    elif isinstance(gives, Times) or (isinstance(gives, Chances) and gives.step):
        core = [given, *when, say.goods("for"), say.at(), say.by()]
        if isinstance(gives, Times) and not any([*core[1:], *after]):
            core.append("on every purchase")
    elif only := say.only_purchase():
        core = [f"{given} for {only}", say.goods("with"), *when, say.at(), say.by()]
        after = [say.who(), say.bill(), *_rest(say, "nth"), say.span()]
    else:
        core = [f"{given} for every {say.purchase()}", say.goods("with"), say.not_by()]
        core += [*when, say.at()]
        after = [say.who(), *_rest(say), say.span()]
    return " ".join(word for word in (*core, *after) if word)


def _rest(say: PersianNarrowing | EnglishNarrowing, *said: str) -> list[str]:
    return [say.birthday(), *say.more("brand", *said)]


def _given(rule: Rule, unit: str, lang: str, names: RuleNames) -> str:
    """What the rule gives, before it is said for what."""
    gives = rule.gives
    if isinstance(gives, Times):
        return times_words(gives.percent, lang, _NOUNS[gives.unit][0 if lang == "fa" else 1])
    if isinstance(gives, Deed):
        events = {code: name for (kind, code), name in names.happenings.items() if kind == "event"}
        attributes = {key: named.name for key, named in names.attributes.items()}
        called = DeedNames(names.series, names.draws, names.badges, events, attributes)
        return deed_words(gives, unit, lang, called)
    assert isinstance(gives, PerStep | PerItem | Fixed)
    if (gives.points, gives.unit, lang) == (1, "points", "fa"):
        return "یک امتیاز"
    return given_words(gives.points, gives.unit, unit, lang)
