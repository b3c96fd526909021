"""Failed logins by name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count

from vafa.club.models import LoginFailure


def recent_failures(
    kind: str, names: Collection[str], since: datetime, before: datetime
) -> dict[str, int]:
    """How often each of these names failed between these moments."""
    stored = {name: name[:80] for name in names}
    failures = LoginFailure.objects.filter(kind=kind, name__in=set(stored.values()))
    counted = failures.filter(at__gte=since, at__lt=before).values("name").annotate(n=Count("id"))
    by_name = dict(counted.values_list("name", "n"))
    return {name: by_name.get(short, 0) for name, short in stored.items()}


def add_failure(kind: str, name: str, at: datetime) -> None:
    """Remember one failure."""
    LoginFailure.objects.create(kind=kind, name=name[:80], at=at)


def clear_failures(kind: str, name: str) -> None:
    """Forget this name's failures."""
    LoginFailure.objects.filter(kind=kind, name=name[:80]).delete()
