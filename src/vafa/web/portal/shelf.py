"""What a member's points buy: rewards she can have now, and those that are near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vafa.core.clock import now
from vafa.program.models import Reward
from vafa.program.reads.reward_access import reasons_against
from vafa.program.reads.rewards import in_stock, member_vouchers
from vafa.web.shared.offers import SaidReward, SaidVoucher, said_rewards, said_vouchers
from vafa.web.shared.sessions import PageRequest

_MOST_VOUCHERS = 500
# From this share of its points on, a reward is almost hers.
_ALMOST = 0.7
_KINDS = {"product": "goods", "text": "goods", "gift": "goods", "chances": "chances"}


@dataclass(frozen=True, slots=True)
class Offered:
    """A reward as one member sees it; ``missing`` points are what she lacks for it, ``why`` is what
    else speaks against it (see ``reward_access``), "" for nothing."""

    said: SaidReward
    missing: int
    why: str = ""

    @property
    def reward(self) -> Reward:
        """The reward itself."""
        return self.said.reward

    @property
    def name(self) -> str:
        """What this page calls it."""
        return self.said.name

    @property
    def affordable(self) -> bool:
        """Whether she may have it now."""
        return self.missing == 0 and not self.why

    @property
    def why_words(self) -> str:
        """Why she cannot have it, beside her points."""
        return {
            "over": _("Its time is over."),
            "early": _("It is not offered yet."),
            "gone": _("All of them are taken for now."),
            "taken": _("You have had it as often as one member may."),
            "tier": _("It is for members of another tier."),
            "segment": _("It is for other members."),
            "draw": _("The draw takes no chances now."),
            "full": _("You would have more chances than this draw lets one member have."),
            "outside": _("You do not take part in this draw."),
        }.get(self.why, "")

    @property
    def has(self) -> int:
        """How many of the needed points she has."""
        return self.reward.points - self.missing


def her_vouchers(request: PageRequest) -> list[SaidVoucher]:
    """The member's vouchers: usable ones first, by the time they run out; then past ones."""
    mine = member_vouchers(request.club.id, request.member.id, limit=_MOST_VOUCHERS)
    usable = sorted((v for v in mine if v.state == "usable"), key=lambda v: v.expires_at)
    past = [v for v in mine if v.state != "usable"]
    return said_vouchers(request.club, [*usable, *past])


def offered(request: PageRequest, rewards: Sequence[Reward], available: int) -> list[Offered]:
    """The rewards as she sees them, who may spend ``available`` points (negative when she owes)."""
    spendable = max(available, 0)
    said = said_rewards(request.club, rewards)
    against = reasons_against(request.club, rewards, request.member.id, now())
    return [
        Offered(said[r.id], max(r.points - spendable, 0), against.get(r.id, "")) for r in rewards
    ]


def within_reach(
    request: PageRequest, rewards: Sequence[Reward], available: int
) -> tuple[list[Offered], list[Offered]]:
    """(what she can have now, the dearest first; what is still away, the nearest first, and last
    what her points alone do not bring)."""
    seen = offered(request, [r for r in rewards if in_stock(r)], available)
    can = sorted((o for o in seen if o.affordable), key=lambda o: -o.reward.points)
    later = [o for o in seen if not o.affordable and o.why not in ("over", "segment")]
    return can, sorted(later, key=lambda o: (bool(o.why), o.missing))


def is_shown(offered: Offered, show: str) -> bool:
    """Whether a reward stands under the tab ``show`` ("" shows all)."""
    return not show or show in _tabs_of(offered)


def reward_tabs(show: str, rewards: Sequence[Offered]) -> tuple[str, list[dict[str, object]]]:
    """The tab that ``show`` asks for, where there is such a one, and the tabs; none where there is
    nothing to choose between."""
    there = {tab for each in rewards for tab in _tabs_of(each)}
    labels = [
        ("", _("All")),
        ("now", _("You can have now")),
        ("near", _("Almost there")),
        ("discount", _("Discounts")),
        ("goods", _("Goods")),
        ("chances", _("Chances in draws")),
    ]
    chosen = show if show in there else ""
    tabs: list[dict[str, object]] = [
        {"label": label, "url": f"?show={code}" if code else "?", "active": code == chosen}
        for code, label in labels
        if not code or code in there
    ]
    return chosen, tabs if len(tabs) > 2 else []


def _tabs_of(offered: Offered) -> set[str]:
    tabs = {_KINDS.get(offered.reward.kind, "discount")}
    if offered.affordable:
        tabs.add("now")
    elif not offered.why and offered.has >= offered.reward.points * _ALMOST:
        tabs.add("near")
    return tabs
