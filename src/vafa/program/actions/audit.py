"""What the audit keeps of the programme: the parts of a draft that changed, and rewards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.program.models import Draw, Revision, Reward

Document = Mapping[str, Any]
_REWARD_FIELDS = (
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
)


def audit_draft(draft: Revision, old: Document) -> None:
    """A draft was saved in the place of the document ``old``: one row with the parts that differ.

    Parts are named "rule:<id>", "tier:<code>", "place:branch:<number>" (or merchant), and "terms"
    and the like.
    """
    was, will = _parts(old), _parts(draft.document)
    before = {name: part for name, part in was.items() if will.get(name) != part}
    after = {name: part for name, part in will.items() if was.get(name) != part}
    if before or after:
        thing = Thing("draft", draft.number, _name_of_only(before, after))
        record_audit(draft.club_id, draft.actor, "draft.changed", thing, before=before, after=after)


def audit_publishing(made: Revision, replaced: int | None) -> None:
    """A revision went live in the place of the one numbered ``replaced``."""
    record_audit(
        made.club_id,
        made.actor,
        "program.published",
        Thing("revision", made.number),
        before={"revision": replaced} if replaced else None,
        after={"revision": made.number},
        reason=made.note,
    )


def audit_discarding(club_id: int, number: int, by: str) -> None:
    """The draft with that number was thrown away."""
    record_audit(club_id, by, "draft.discarded", Thing("draft", number))


def reward_values(reward: Reward) -> dict[str, Any]:
    """A reward's fields as the audit compares them; the product by its name."""
    values = {name: getattr(reward, name) for name in _REWARD_FIELDS}
    named = {
        "product": reward.product.name if reward.product else None,
        "series": reward.series.name if reward.series else None,
    }
    # A programme has terms too, of another kind.
    offer = values.pop("terms")
    if reward.kind == "chances":
        draw = Draw.objects.get(pk=offer["draw"], club_id=reward.club_id).name
        return values | named | {"value": 0, "offer": {}, "chances": reward.value, "draw": draw}
    return values | named | {"offer": offer, "chances": None, "draw": None}


def audit_reward(reward: Reward, was: Mapping[str, Any] | None, by: str) -> None:
    """A reward was made (``was`` None) or changed."""
    values = reward_values(reward)
    before, after = changes(was, values) if was is not None else ({}, values)
    if after:
        action = "reward.created" if was is None else "reward.changed"
        thing = Thing("reward", reward.pk, reward.name)
        record_audit(reward.club_id, by, action, thing, before=before, after=after)


def _parts(document: Document) -> dict[str, Any]:
    rules, tiers = document.get("rules", []), document.get("tiers", [])
    parts = {f"rule:{rule['id']}": rule for rule in rules}
    parts |= {f"tier:{tier['code']}": tier for tier in tiers}
    places = document.get("places", [])
    parts |= {f"place:{place['kind']}:{place['number']}": place for place in places}
    apart = ("rules", "tiers", "places")
    return parts | {name: part for name, part in document.items() if name not in apart}


def _name_of_only(before: Document, after: Document) -> str:
    """The name of the part that changed, where it is one with a name."""
    names = {**before, **after}
    if len(names) != 1:
        return ""
    part = next(iter(names.values()))
    name = part.get("name") if isinstance(part, dict) else None
    return str(name.get("fa", "")) if isinstance(name, dict) else ""
