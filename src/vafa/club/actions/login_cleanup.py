"""Delete what was kept of logins only to limit tries."""

from __future__ import annotations

from datetime import datetime

from vafa.club.models import LoginCode, LoginFailure


def forget_old_logins(before: datetime) -> int:
    """Delete one-time codes and failures older than ``before``; returns how many."""
    codes, _ = LoginCode.objects.filter(created_at__lt=before).delete()
    failures, _ = LoginFailure.objects.filter(at__lt=before).delete()
    return codes + failures
