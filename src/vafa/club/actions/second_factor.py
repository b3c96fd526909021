"""The second step of a staff login: codes of an app (TOTP, RFC 6238), and recovery codes for a lost
phone. The key is stored sealed, recovery codes as hashes; a code is good once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import pyotp
from django.db import transaction
from django.utils.crypto import salted_hmac

from vafa.club.actions.audit import record_audit
from vafa.club.actions.clubs import thing_of_staff
from vafa.club.models import SecondFactor, Staff, User
from vafa.club.reads.staff import works_elsewhere
from vafa.club.staff_errors import FactorOfSeveralClubs, WrongSecondFactor
from vafa.core.clock import now
from vafa.core.text import to_latin_digits
from vafa.core.vault import Unreadable, seal, unseal

STEP_SECONDS = 30
RECOVERY_CODES = 10
_DIGITS = 6
# Clocks of phones differ by a step either way.
_DRIFT = 1
# No letters that look like others.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP = 5


def begin_second_factor(user: User) -> str:
    """The key for her app, in base32; the same until it is confirmed. Raises WrongSecondFactor where
    she has one that works."""
    with transaction.atomic():
        found = _locked(user)
        if found is not None and found.confirmed_at is not None:
            raise WrongSecondFactor
        if found is not None:
            try:
                return unseal(found.sealed_key)
            except Unreadable:
                found.delete()
        key = pyotp.random_base32()
        SecondFactor.objects.create(user=user, sealed_key=seal(key), made_at=now())
    return key


def key_uri(user: User, key: str, club_name: str) -> str:
    """What her app reads from the QR code (otpauth://)."""
    return pyotp.TOTP(key, interval=STEP_SECONDS).provisioning_uri(user.username, club_name)


def confirm_second_factor(staff: Staff, code: str, *, by: str) -> list[str]:
    """From now on her login asks for it; returns the recovery codes, which are not kept.

    Raises WrongSecondFactor.
    """
    with transaction.atomic():
        found = _locked(staff.user)
        if found is None or found.confirmed_at is not None:
            raise WrongSecondFactor
        _use_step(found, code)
        found.confirmed_at = now()
        codes = _fresh_codes(found)
        found.save(update_fields=["confirmed_at", "last_step", "recovery"])
        record_audit(staff.club_id, by, "second_factor.set", thing_of_staff(staff))
    return codes


def use_second_factor(user: User, code: str) -> bool:
    """Accept a code of the app or a recovery code, once; whether it was a recovery code.

    Raises WrongSecondFactor, also for a code that was used before.
    """
    with transaction.atomic():
        found = _locked(user)
        if found is None or found.confirmed_at is None:
            raise WrongSecondFactor
        spoken = "".join(to_latin_digits(code).split()).replace("-", "").lower()
        if not (spoken.isdigit() and len(spoken) == _DIGITS):
            digest = _hash(spoken)
            if digest not in found.recovery:
                raise WrongSecondFactor
            found.recovery.remove(digest)
            found.save(update_fields=["recovery"])
            return True
        _use_step(found, spoken)
        found.save(update_fields=["last_step"])
    return False


def renew_recovery_codes(staff: Staff, code: str, *, by: str) -> list[str]:
    """Ten new recovery codes in the place of those that are left. Raises WrongSecondFactor."""
    with transaction.atomic():
        use_second_factor(staff.user, code)
        found = SecondFactor.objects.get(user=staff.user)
        codes = _fresh_codes(found)
        found.save(update_fields=["recovery"])
        record_audit(staff.club_id, by, "second_factor.renewed", thing_of_staff(staff))
    return codes


def end_second_factor(staff: Staff, code: str, *, by: str) -> None:
    """She needs no second step any more. Raises WrongSecondFactor."""
    with transaction.atomic():
        use_second_factor(staff.user, code)
        SecondFactor.objects.filter(user=staff.user).delete()
        record_audit(staff.club_id, by, "second_factor.ended", thing_of_staff(staff))


def reset_by_club(staff: Staff, *, by: str) -> bool:
    """``reset_second_factor`` as one club may do it: for a login that lets in nowhere else. Raises
    FactorOfSeveralClubs."""
    with transaction.atomic():
        # Who takes her on at another club at this moment waits for it.
        User.objects.select_for_update().get(pk=staff.user_id)
        if works_elsewhere(staff):
            raise FactorOfSeveralClubs
        return reset_second_factor(staff.user, by=by)


def reset_second_factor(user: User, *, by: str) -> bool:
    """Take a lost second factor away, unfinished ones too, for whoever runs the server; False where
    there was none. She is told at her next login. Audited in every club that she works in, ``by`` the label of who does it."""
    with transaction.atomic():
        removed, _each = SecondFactor.objects.filter(user=user).delete()
        if not removed:
            return False
        User.objects.filter(pk=user.pk).update(factor_reset_at=now())
        for staff in Staff.objects.filter(user=user).select_related("user"):
            record_audit(staff.club_id, by, "second_factor.reset", thing_of_staff(staff))
    return True


def _locked(user: User) -> SecondFactor | None:
    """Her row; two tries at the same moment take turns."""
    return SecondFactor.objects.select_for_update(of=("self",)).filter(user=user).first()


def _use_step(found: SecondFactor, code: str) -> None:
    """Note the time step of a right code. Raises WrongSecondFactor."""
    given = "".join(to_latin_digits(code).split())
    try:
        app = pyotp.TOTP(unseal(found.sealed_key), interval=STEP_SECONDS)
    except Unreadable:
        raise WrongSecondFactor from None
    step = int(now().timestamp()) // STEP_SECONDS
    for near in range(step - _DRIFT, step + _DRIFT + 1):
        right = secrets.compare_digest(
            app.generate_otp(near), given.encode("ascii", "replace").decode()
        )
        if near > found.last_step and right:
            found.last_step = near
            return
    raise WrongSecondFactor


def _fresh_codes(found: SecondFactor) -> list[str]:
    codes = [_recovery_code() for _n in range(RECOVERY_CODES)]
    found.recovery = list(_hashes(codes))
    return codes


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _n in range(2 * _GROUP))
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def _hashes(codes: Iterable[str]) -> Iterable[str]:
    return (_hash(code.replace("-", "")) for code in codes)


def _hash(code: str) -> str:
    return salted_hmac("vafa.club.recovery_code", code, algorithm="sha256").hexdigest()
