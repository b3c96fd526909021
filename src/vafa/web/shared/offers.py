"""A member's vouchers and a club's rewards as pages name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vafa.club.reads.context import ClubContext
from vafa.program.models import Reward
from vafa.program.reads.offer_names import offer_names
from vafa.program.reads.rewards import MemberVoucher, terms_of
from vafa.program.rules.offer_words import conditions_words, offer_words
from vafa.web.shared.context import current_lang


@dataclass(frozen=True, slots=True)
class SaidVoucher:
    """A voucher with the name that this page calls it by, what it gives ("" for a product at the
    counter) and what it is bound to."""

    voucher: MemberVoucher
    name: str
    gives: str
    bound: list[str]

    @property
    def title(self) -> str:
        """What stands first: its name, or else what it gives."""
        return self.name or self.gives


@dataclass(frozen=True, slots=True)
class SaidReward:
    """A reward's name, what it gives, and what that is bound to."""

    reward: Reward
    name: str
    gives: str
    bound: list[str]


def said_vouchers(club: ClubContext, vouchers: Sequence[MemberVoucher]) -> list[SaidVoucher]:
    """The vouchers in the page's language, in the same order."""
    names, lang = offer_names(club.id, [v.terms for v in vouchers]), current_lang()
    unit = club.display_unit
    return [
        SaidVoucher(
            v,
            _called(v.reward_name, v.reward_name_en),
            offer_words(v.kind, v.left, v.terms, unit, lang, names),
            conditions_words(v.min_basket, v.terms, unit, lang, names, kind=v.kind),
        )
        for v in vouchers
    ]


def said_rewards(club: ClubContext, rewards: Sequence[Reward]) -> dict[int, SaidReward]:
    """The rewards in the page's language, by number."""
    terms = {reward.id: terms_of(reward.terms) for reward in rewards}
    names, lang = offer_names(club.id, terms.values()), current_lang()
    unit = club.display_unit
    return {
        r.id: SaidReward(
            r,
            _called(r.name, r.name_en),
            offer_words(r.kind, r.value, terms[r.id], unit, lang, names),
            conditions_words(r.min_basket, terms[r.id], unit, lang, names, kind=r.kind),
        )
        for r in rewards
    }


def _called(name: str, name_en: str) -> str:
    return (name_en if current_lang() == "en" else "") or name
