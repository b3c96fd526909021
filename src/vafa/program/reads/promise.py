"""A club's live promise in words, for whoever wants to know what she gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vafa.audience.reads.segments import list_segments
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.program.errors import NoLiveProgram
from vafa.program.models import Draw, VoucherSeries
from vafa.program.reads.happenings import occasion_names
from vafa.program.reads.revisions import live_program
from vafa.program.rules.conditions import ATTRIBUTE, attribute_key
from vafa.program.rules.deeds import SetAttribute
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.index import index_of
from vafa.program.rules.member_words import AttributeName
from vafa.program.rules.needs import needs_of
from vafa.program.rules.open_rules import is_public
from vafa.program.rules.place_words import place_words
from vafa.program.rules.promise import terms_words
from vafa.program.rules.rule import Effect, Lines, OneOf, Rule
from vafa.program.rules.rule_words import RuleNames, rule_words
from vafa.program.rules.tier_words import tier_words


@dataclass(frozen=True, slots=True)
class Promise:
    """``rules`` are those that everybody may read of, with their sentences, ``tiers`` all of them
    from the lowest with what each gives ("" for nothing more), ``terms`` sentences about the
    points, ``places`` the branches and merchants where something differs, by name."""

    program: Program
    rules: list[tuple[Rule, str]]
    tiers: list[tuple[Tier, str]]
    terms: list[str]
    places: list[tuple[str, list[str]]]


def promise(club: ClubContext, lang: str) -> Promise:
    """What the club promises today, in ``lang``. Raises NoLiveProgram."""
    program, today = live_program(club.id).program, club.local_date(now())
    active = [rule for rule in program.rules if is_public(rule, today)]
    names = rule_names(club, program, active, lang)
    unit, series = club.display_unit, gift_series(club, program.tiers)
    return Promise(
        program=program,
        rules=[(rule, rule_words(rule, unit, lang, names)) for rule in active],
        tiers=[(tier, tier_words(tier, unit, lang, series)) for tier in program.tiers],
        terms=terms_words(program.terms, unit, lang),
        places=_places(club, program, lang),
    )


def profile_brings(club: ClubContext, lang: str) -> list[str]:
    """What a member gets for telling everything that she is asked, in sentences."""
    try:
        program = live_program(club.id).program
    except NoLiveProgram:
        return []
    rules = index_of(program, "profile_completed").rules
    names = rule_names(club, program, rules, lang)
    return [rule_words(rule, club.display_unit, lang, names) for rule in rules]


def gift_series(club: ClubContext, tiers: Sequence[Tier]) -> dict[int, str]:
    """What the series are called of which tiers give a voucher for a birthday."""
    gifts = [tier.birthday for tier in tiers if tier.birthday is not None]
    return _given(club, VoucherSeries, gifts, "series", "fa")


def _places(club: ClubContext, program: Program, lang: str) -> list[tuple[str, list[str]]]:
    rules = {rule.id: rule.name.said(lang) for rule in program.rules if rule.is_active}
    wanted: dict[str, set[int]] = {}
    for place in program.places:
        wanted.setdefault(place.kind, set()).add(place.number)
    names = _names(club, wanted)
    found = [
        (
            names.get(place.kind, {}).get(place.number, ""),
            place_words(place, rules, club.display_unit, lang),
        )
        for place in program.places
    ]
    return sorted((name, words) for name, words in found if name and words)


def rule_names(club: ClubContext, program: Program, rules: Sequence[Rule], lang: str) -> RuleNames:
    """The names of what these rules speak of."""
    wanted: dict[str, set[int]] = {}
    for rule in rules:
        for condition in rule.conditions:
            if isinstance(condition, OneOf | Lines) and condition.fact in _NAMED:
                numbers = [value for value in condition.values if isinstance(value, int)]
                wanted.setdefault(condition.fact, set()).update(numbers)
    found = _names(club, wanted)
    return RuleNames(
        branches=found.get("branch", {}),
        categories=found.get("category", {}),
        products=found.get("product", {}),
        merchants=found.get("merchant", {}),
        tiers={tier.code: tier.name.said(lang) for tier in program.tiers},
        segments=_segments(club, rules, lang),
        attributes=_attributes(club, rules, lang),
        calendar=club.calendar,
        happenings=_happenings(club, program, rules, lang),
        series=_given(club, VoucherSeries, [r.gives for r in rules], "series", lang),
        draws=_given(club, Draw, [r.gives for r in rules], "draw", lang),
        badges={badge.code: badge.name.said(lang) for badge in program.badges},
    )


def _given(
    club: ClubContext,
    model: type[Draw] | type[VoucherSeries],
    gives: Sequence[Effect],
    field: str,
    lang: str,
) -> dict[int, str]:
    """What the series or the draws are called that rules give something of."""
    numbers = {number for one in gives if (number := getattr(one, field, None)) is not None}
    if not numbers:
        return {}
    rows = model._default_manager.filter(club_id=club.id, pk__in=numbers)
    english = {row.pk: str(getattr(row, "name_en", "")) for row in rows if lang == "en"}
    return {row.pk: english.get(row.pk) or row.name for row in rows}


def _happenings(
    club: ClubContext, program: Program, rules: Sequence[Rule], lang: str
) -> dict[tuple[str, str], str]:
    named = {("event", event.code): event.name.said(lang) for event in program.events}
    named |= {("challenge", one.code): one.name.said(lang) for one in program.challenges}
    if any(rule.on == "occasion" for rule in rules):
        for code, name in occasion_names(club.id, lang).items():
            named["occasion", code] = name
    if any(rule.on == "member_date" and attribute_key(rule.what) for rule in rules):
        for one in list_attributes(club.id, with_closed=True):
            named["member_date", f"{ATTRIBUTE}{one.key}"] = one.said(lang)
    return named


def _segments(club: ClubContext, rules: Sequence[Rule], lang: str) -> dict[str, str]:
    codes = needs_of(rules).segments
    if not codes:
        return {}
    found = list_segments(club.id, with_archived=True)
    return {segment.code: segment.said(lang) for segment in found if segment.code in codes}


def _attributes(club: ClubContext, rules: Sequence[Rule], lang: str) -> dict[str, AttributeName]:
    if not needs_of(rules).attributes and not any(
        isinstance(rule.gives, SetAttribute) for rule in rules
    ):
        return {}
    return {
        attribute.key: AttributeName(attribute.said(lang), attribute.kind == "date")
        for attribute in list_attributes(club.id, with_closed=True)
    }


_NAMED = {
    "branch": "club_branch",
    "category": "commerce_category",
    "merchant": "club_merchant",
    "product": "commerce_product",
}


def _names(club: ClubContext, wanted: Mapping[str, set[int]]) -> dict[str, dict[int, str]]:
    """The names of the club's things of several kinds (of ``_NAMED``), in one statement."""
    parts = [
        f"SELECT '{kind}', id, name FROM {_NAMED[kind]} WHERE club_id = %s AND id = ANY(%s)"
        for kind, numbers in wanted.items()
        if numbers
    ]
    params = [each for numbers in wanted.values() if numbers for each in (club.id, list(numbers))]
    found: dict[str, dict[int, str]] = {}
    for kind, number, name in fetch(" UNION ALL ".join(parts), params) if parts else []:
        found.setdefault(kind, {})[number] = name
    return found
