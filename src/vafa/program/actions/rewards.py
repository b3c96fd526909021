"""Make and change rewards."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vafa.club.actions.audit import SYSTEM
from vafa.commerce.models import Product
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize, sort_key
from vafa.program.actions.audit import audit_reward, reward_values
from vafa.program.models import Reward

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
    _check(reward)
    reward.save()
    return reward


def _check(reward: Reward) -> None:
    product: Product | None = reward.product
    wrong = {
        "name": not reward.name or len(reward.name) > 120,
        "kind": reward.kind not in ("voucher", "product"),
        "points": not 0 < reward.points <= 10**9,
        "value": not 0 <= reward.value <= 10**13 or (reward.kind == "voucher" and not reward.value),
        "product": product is not None and product.club_id != reward.club_id,
        "valid_days": not 1 <= reward.valid_days <= 3650,
        "min_basket": not 0 <= reward.min_basket <= 10**13,
        "stock": reward.stock is not None and not 0 <= reward.stock <= 10**9,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise InvalidInput(field=field)
