"""Make and change rewards."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vafa.audience.models import Segment
from vafa.club.actions.audit import SYSTEM
from vafa.commerce.models import Product
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize, sort_key
from vafa.program.actions.audit import audit_reward, reward_values
from vafa.program.actions.series import checked_terms
from vafa.program.models import Draw, Reward, VoucherSeries
from vafa.program.rules.offers import REWARD_KINDS

_MOST_CHANCES = 1_000_000  # as what a rule gives at once
_FIELDS = frozenset(
    {
        "name",
        "name_en",
        "kind",
        "points",
        "value",
        "product",
        "valid_days",
        "min_basket",
        "stock",
        "max_uses",
        "terms",
        "series",
        "starts_at",
        "ends_at",
        "tiers",
        "segment",
        "per_member",
        "is_active",
    }
)


def create_reward(club_id: int, *, by: str = SYSTEM, **fields: Any) -> Reward:
    """A new reward; see the model for the fields, ``by`` is the label of who makes it.

    Raises InvalidInput naming a wrong field.
    """
    with transaction.atomic():
        reward = _store(Reward(club_id=club_id), fields)
        audit_reward(reward, None, by)
    return reward


def update_reward(reward: Reward, *, by: str = SYSTEM, **fields: Any) -> Reward:
    """Change a reward; what was redeemed before keeps its terms. Raises InvalidInput."""
    with transaction.atomic():
        was = reward_values(Reward.objects.select_for_update(of=("self",)).get(pk=reward.pk))
        _store(reward, fields)
        audit_reward(reward, was, by)
    return reward


def _store(reward: Reward, fields: dict[str, Any]) -> Reward:
    unknown = set(fields) - _FIELDS
    if unknown:
        raise InvalidInput(field=sorted(unknown)[0])
    for name, value in fields.items():
        setattr(reward, name, value)
    reward.name = normalize(reward.name)
    reward.sort_key = sort_key(reward.name)[:255]
    reward.terms = checked_terms(reward.kind, reward.terms)
    _check(reward)
    reward.save()
    return reward


def _check(reward: Reward) -> None:
    product: Product | None = reward.product
    series: VoucherSeries | None = reward.series
    worth = reward.kind in ("voucher", "gift", "chances")
    gives_chances = reward.kind == "chances"
    first, end = reward.starts_at, reward.ends_at
    wrong = {
        "name": not reward.name or len(reward.name) > 120,
        "kind": reward.kind not in REWARD_KINDS,
        # Only chances may cost nothing: taking part in a draw is free.
        "points": not (0 if gives_chances else 1) <= reward.points <= 10**9,
        "value": not 0 <= reward.value <= (_MOST_CHANCES if gives_chances else 10**13)
        or (worth and not reward.value),
        "draw": gives_chances and not _is_draw(reward),
        "product": product is not None and product.club_id != reward.club_id,
        "valid_days": not 1 <= reward.valid_days <= 3650,
        "min_basket": not 0 <= reward.min_basket <= 10**13,
        "max_uses": not 1 <= reward.max_uses <= 10**6,
        "series": (
            series is not None and (series.club_id != reward.club_id or series.kind != reward.kind)
        )
        or (reward.kind == "partner" and series is None),
        "ends_at": first is not None and end is not None and end <= first,
        "segment": bool(reward.segment) and not _is_segment(reward),
        "per_member": reward.per_member is not None and not 1 <= reward.per_member <= 10**6,
        "stock": reward.stock is not None and not 0 <= reward.stock <= 10**9,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise InvalidInput(field=field)


def _is_draw(reward: Reward) -> bool:
    return Draw.objects.filter(club_id=reward.club_id, pk=reward.terms["draw"]).exists()


def _is_segment(reward: Reward) -> bool:
    return Segment.objects.filter(club_id=reward.club_id, code=reward.segment).exists()
