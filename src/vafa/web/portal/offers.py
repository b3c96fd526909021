"""What stands open for a member, in words: rules that hold for her now, days that come, vouchers
that were given to her, what her next purchase would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.usual import Usual
from vafa.flows.open_offers import NextPurchase, open_offers
from vafa.program.reads.missed import missed_words
from vafa.program.reads.promise import rule_names
from vafa.program.reads.revisions import live_program
from vafa.program.rules.open_rules import Coming, OpenRule
from vafa.program.rules.rule import Rule
from vafa.program.rules.rule_words import rule_words
from vafa.web.portal.story import isolated
from vafa.web.shared.context import current_lang
from vafa.web.shared.offers import SaidVoucher
from vafa.web.shared.sessions import PageRequest

_NEARLY_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SaidOffer:
    """A sentence, the name that the club gave it, whether not everybody has it, and until when it
    holds (of what comes: when it comes)."""

    words: str
    name: str
    is_hers: bool
    day: date | None


@dataclass(frozen=True, slots=True)
class SaidNext:
    """A usual bill of hers, what it brings, and what a larger one would bring beside."""

    branch: str
    total: int
    points: int
    credit: int
    nearly: list[str]


@dataclass(frozen=True, slots=True)
class HerOffers:
    """What is open to her, and what comes; ``next``: None where her purchases have no usual."""

    open: list[SaidOffer]
    coming: list[SaidOffer]
    next: SaidNext | None


def her_offers(
    request: PageRequest, tier: str | None, most: int, usual: Usual | None = None
) -> HerOffers:
    """The first ``most`` rules that are open to her, whose tier has that code, and as many that
    come; what a purchase like her usual one would bring today."""
    club, lang = request.club, current_lang()
    found = open_offers(club, request.member, tier, usual)
    now, coming = found.open[:most], found.coming[:most]
    words = _words(club, [*(one.said for one in now), *(one.said for one in coming)], lang)
    return HerOffers(
        open=[_now(one, words[one.rule.id], lang) for one in now],
        coming=[_coming(one, words[one.rule.id], lang) for one in coming],
        next=_next(club, found.next, lang) if found.next else None,
    )


def given_vouchers(vouchers: Sequence[SaidVoucher]) -> list[SaidVoucher]:
    """The usable ones that she did not take as a reward: they were given to her."""
    return [
        held
        for held in vouchers
        if held.voucher.state == "usable" and held.voucher.redemption_id is None
    ]


def _words(club: ClubContext, rules: Sequence[Rule], lang: str) -> dict[str, str]:
    """What each rule gives for what, by its id."""
    if not rules:
        return {}
    names = rule_names(club, live_program(club.id).program, rules, lang)
    return {rule.id: rule_words(rule, club.display_unit, lang, names) for rule in rules}


def _next(club: ClubContext, found: NextPurchase, lang: str) -> SaidNext:
    nearly = missed_words(club, found.revision_id, found.nearly[:_NEARLY_SHOWN], lang)
    usual = found.usual
    return SaidNext(
        isolated(usual.branch),
        usual.total,
        found.points,
        found.credit,
        [one.text for one in nearly],
    )


def _now(one: OpenRule, words: str, lang: str) -> SaidOffer:
    return SaidOffer(words, one.rule.name.said(lang), one.is_hers, one.ends)


def _coming(one: Coming, words: str, lang: str) -> SaidOffer:
    return SaidOffer(words, one.rule.name.said(lang), True, one.day)
