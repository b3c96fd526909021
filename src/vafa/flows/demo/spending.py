"""What members do with their points: some pay with them, some save for a reward, many forget."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from vafa.flows.demo.people import Person
from vafa.flows.demo.promise import MAX_SHARE, REWARDS, WORTH, DemoReward

_WORTH_THE_BOTHER = 120
_ROUND = 10
_BY_POINTS = sorted(REWARDS, key=lambda reward: reward.points)
# A person's ``saver`` is evenly spread: a third pay at the till, a third collect, a third forget.
_PAYS_BELOW, _COLLECTS_BELOW = 0.35, 0.72


@dataclass(frozen=True, slots=True)
class HeldVoucher:
    """An unused voucher: what the history needs to know of it."""

    code: str
    kind: str
    min_basket: int
    expires_at: datetime


@dataclass(slots=True)
class Purse:
    """A member's points this morning and her unused vouchers."""

    available: int = 0
    vouchers: list[HeldVoucher] = field(default_factory=list)

    def take(self, kind: str, total: int, until: datetime) -> HeldVoucher | None:
        """A voucher of that kind that serves a bill of ``total``, taken out of the purse."""
        for held in self.vouchers:
            if held.kind == kind and held.min_basket <= total and held.expires_at > until:
                self.vouchers.remove(held)
                return held
        return None


def points_to_pay(rng: Random, person: Person, purse: Purse, total: int) -> int:
    """How many points she pays on a bill of ``total`` rials; usually none."""
    if person.saver >= _PAYS_BELOW or purse.available < _WORTH_THE_BOTHER or rng.random() > 0.3:
        return 0
    most = min(purse.available, total * MAX_SHARE // 100 // WORTH)
    points = round(most * rng.choice((0.5, 0.8, 1.0))) // _ROUND * _ROUND
    return points if points >= _ROUND else 0


def reward_wanted(rng: Random, person: Person, available: int) -> DemoReward | None:
    """The reward that she takes now, if any."""
    if not _PAYS_BELOW <= person.saver < _COLLECTS_BELOW or rng.random() > 0.1:
        return None
    affordable = [reward for reward in _BY_POINTS if reward.points <= available]
    if not affordable:
        return None
    return affordable[-1] if rng.random() < 0.6 else rng.choice(affordable)
