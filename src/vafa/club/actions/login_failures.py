"""Failed logins by name."""

from __future__ import annotations

from datetime import datetime

from vafa.club.models import LoginFailure


def recent_failures(kind: str, name: str, since: datetime, before: datetime) -> int:
    """How often this name failed between these moments."""
    failures = LoginFailure.objects.filter(kind=kind, name=name[:80])
    return failures.filter(at__gte=since, at__lt=before).count()


def add_failure(kind: str, name: str, at: datetime) -> None:
    """Remember one failure."""
    LoginFailure.objects.create(kind=kind, name=name[:80], at=at)


def clear_failures(kind: str, name: str) -> None:
    """Forget this name's failures."""
    LoginFailure.objects.filter(kind=kind, name=name[:80]).delete()
