"""The app on a person's phone, in tests."""

from __future__ import annotations

from datetime import datetime

import pyotp

from vafa.club.actions.second_factor import STEP_SECONDS
from vafa.club.models import SecondFactor, Staff
from vafa.core.clock import now
from vafa.core.vault import seal, unseal


def with_factor(staff: Staff) -> Staff:
    """Give her a second factor that works; no code of it was used yet."""
    moment = now()
    SecondFactor.objects.update_or_create(
        user=staff.user,
        defaults={
            "sealed_key": seal(pyotp.random_base32()),
            "made_at": moment,
            "confirmed_at": moment,
            "last_step": 0,
        },
    )
    return staff


def app_code(staff: Staff, at: datetime | None = None) -> str:
    """What her app shows at a moment, now unless given."""
    key = unseal(SecondFactor.objects.get(user=staff.user).sealed_key)
    step = int((at or now()).timestamp()) // STEP_SECONDS
    return pyotp.TOTP(key, interval=STEP_SECONDS).generate_otp(step)
