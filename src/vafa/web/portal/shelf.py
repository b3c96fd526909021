"""What a member's points buy: rewards she can have now, and those that are near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vafa.program.models import Reward
from vafa.program.reads.rewards import MemberVoucher, in_stock, member_vouchers
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_MOST_VOUCHERS = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A voucher of the member with the name that this page calls it by, "" for none."""

    voucher: MemberVoucher
    name: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A reward as one member sees it; ``missing`` points are what she lacks for it."""

    reward: Reward
    name: str
    missing: int

    @property
    def affordable(self) -> bool:
        """Whether her points are enough."""
        return self.missing == 0

    @property
    def has(self) -> int:
        """How many of the needed points she has."""
        return self.reward.points - self.missing


def offered(reward: Reward, available: int) -> Offered:
    """The reward for someone who may spend ``available`` points (negative when she owes)."""
    spendable = max(available, 0)
    return Offered(reward, _said(reward.name, reward.name_en), max(reward.points - spendable, 0))


def _said(name: str, name_en: str) -> str:
    return (name_en if current_lang() == "en" else "") or name


def her_vouchers(request: PageRequest) -> list[Held]:
    """The member's vouchers: usable ones first, by the time they run out; then past ones."""
    mine = member_vouchers(request.club.id, request.member.id, limit=_MOST_VOUCHERS)
    usable = sorted((v for v in mine if v.state == "usable"), key=lambda v: v.expires_at)
    past = [v for v in mine if v.state != "usable"]
    return [Held(v, _said(v.reward_name, v.reward_name_en)) for v in [*usable, *past]]


def within_reach(rewards: Iterable[Reward], available: int) -> tuple[list[Offered], list[Offered]]:
    """(what she can have now, the dearest first; what is still away, the nearest first)."""
    seen = [offered(reward, available) for reward in rewards if in_stock(reward)]
    now = sorted((o for o in seen if o.affordable), key=lambda o: -o.reward.points)
    later = sorted((o for o in seen if not o.affordable), key=lambda o: o.missing)
    return now, later
