"""A person of the staff chooses another password."""

from __future__ import annotations

from django.db import transaction

from vafa.club.actions.audit import record_audit
from vafa.club.actions.clubs import thing_of_staff
from vafa.club.actions.sessions import end_staff_sessions
from vafa.club.models import Staff
from vafa.core.errors import InvalidInput


def change_password(staff: Staff, old: str, new: str, *, by: str, session_key: str) -> None:
    """Her password becomes ``new``; all of her sessions but that of ``session_key`` end.

    Raises InvalidInput (old) where ``old`` is not hers. That ``new`` is a good one, the form checks.
    """
    if not staff.user.check_password(old):
        raise InvalidInput(field="old")
    with transaction.atomic():
        staff.user.set_password(new)
        staff.user.save(update_fields=["password"])
        for place in Staff.objects.filter(user=staff.user):
            end_staff_sessions(place.pk, but=session_key)
        record_audit(staff.club_id, by, "login.password_changed", thing_of_staff(staff))
