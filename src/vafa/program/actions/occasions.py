"""The club's yearly occasions: those it begins with, and their changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.core.text import normalize
from vafa.program.errors import ImpossibleOccasion, OccasionExists
from vafa.program.models import Occasion
from vafa.program.rules.occasion_seeds import SEEDS
from vafa.program.rules.occasions import OccasionCalendar, is_day


@dataclass(frozen=True, slots=True)
class OccasionFields:
    """What is typed of an occasion; see the model."""

    name: str
    name_en: str
    calendar: OccasionCalendar
    month: int
    day: int
    official: tuple[date, ...] = ()
    is_active: bool = True


def seed_occasions(club_id: int) -> None:
    """Give a new club the occasions that most clubs keep."""
    Occasion.objects.bulk_create(
        Occasion(
            club_id=club_id,
            code=seed.code,
            name=seed.fa,
            name_en=seed.en,
            calendar=seed.calendar,
            month=seed.month,
            day=seed.day,
            official=list(seed.official),
        )
        for seed in SEEDS
    )


def create_occasion(club_id: int, code: str, fields: OccasionFields, *, by: str) -> Occasion:
    """Add an occasion. Raises OccasionExists, ImpossibleOccasion."""
    _check(fields)
    with transaction.atomic():
        values = _values(fields)
        occasion, is_new = Occasion.objects.get_or_create(
            club_id=club_id, code=code, defaults=values
        )
        if not is_new:
            raise OccasionExists
        record_audit(club_id, by, "occasion.created", _thing(occasion), after=_said(values))
        return occasion


def change_occasion(occasion: Occasion, fields: OccasionFields, *, by: str) -> None:
    """Change an occasion; its code stays, since rules name it. Raises ImpossibleOccasion."""
    _check(fields)
    with transaction.atomic():
        row = Occasion.objects.select_for_update().get(pk=occasion.pk)
        values = _values(fields)
        before, after = changes(_said({n: getattr(row, n) for n in values}), _said(values))
        if not after:
            return
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        record_audit(row.club_id, by, "occasion.changed", _thing(row), before=before, after=after)


def _check(fields: OccasionFields) -> None:
    if not is_day(fields.calendar, fields.month, fields.day):
        raise ImpossibleOccasion


def _values(fields: OccasionFields) -> dict[str, Any]:
    values = asdict(fields)
    values["name"] = normalize(fields.name)[:120]
    values["official"] = sorted(fields.official)
    return values


def _said(values: dict[str, Any]) -> dict[str, Any]:
    days: Collection[date] = values["official"]
    return {**values, "official": [day.isoformat() for day in days]}


def _thing(occasion: Occasion) -> Thing:
    return Thing("occasion", occasion.code, occasion.name)
