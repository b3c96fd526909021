"""The database keeps the house's directions too."""

from __future__ import annotations

from django.apps import apps
from django.db import models

ROOMS = ["core", "ledger", "club", "commerce", "audience", "program", "engage", "insight"]


def _models() -> list[type[models.Model]]:
    return [m for label in ROOMS for m in apps.get_app_config(label).get_models()]


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in _models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label in ROOMS
        and ROOMS.index(field.related_model._meta.app_label) > ROOMS.index(model._meta.app_label)
    ]
    assert upward == []


def test_every_row_belongs_to_a_club_or_to_a_row_that_does() -> None:
    def owned(model: type[models.Model], seen: frozenset[str] = frozenset()) -> bool:
        names = {f.name for f in model._meta.get_fields()}
        if names & {"club", "club_id", "book"} or model._meta.label in OWNERS:
            return True
        parents = [
            f.related_model
            for f in model._meta.get_fields()
            if (f.many_to_one or f.one_to_one) and f.concrete
        ]
        return any(
            owned(p, seen | {model._meta.label}) for p in parents if p._meta.label not in seen
        )

    homeless = [m._meta.label for m in _models() if not owned(m)]
    assert homeless == []


# Books and clubs are the owners themselves; logins stand before any club is known; the event log is
# read for all clubs in one go.
OWNERS = {
    "ledger.Book",
    "club.Club",
    "club.User",
    "club.LoginFailure",
    "engage.EventCursor",
    "insight.EventReading",
}


def test_money_and_points_are_whole_numbers() -> None:
    floats = [
        f"{m._meta.label}.{f.name}"
        for m in _models()
        for f in m._meta.get_fields()
        if isinstance(f, models.FloatField | models.DecimalField)
    ]
    assert floats == []
