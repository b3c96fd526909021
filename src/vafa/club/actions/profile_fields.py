"""Say which details members are asked for, and when."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.models import ProfileField
from vafa.club.reads.profile import forget_fields, profile_fields
from vafa.club.rules.profile import ASKS, Ask
from vafa.core.errors import InvalidInput


def set_profile_fields(club_id: int, wanted: Mapping[str, tuple[Ask, bool]], *, by: str) -> None:
    """When each detail (by code) is asked and whether one must answer; those not named stay.

    Raises InvalidInput naming a code that is not the club's, or asked at no such time.
    """
    forget_fields()
    fields = {field.code: field for field in profile_fields(club_id).all}
    for code, (ask, _) in wanted.items():
        if code not in fields or ask not in ASKS:
            raise InvalidInput(field=code)
    with transaction.atomic():
        before = {code: [field.ask, field.is_required] for code, field in fields.items()}
        after = {code: [ask, must and ask != "never"] for code, (ask, must) in wanted.items()}
        for code, (ask, must) in wanted.items():
            ProfileField.objects.update_or_create(
                club_id=club_id,
                code=code,
                defaults={"ask": ask, "is_required": must and ask != "never"},
            )
        old, new = changes(before, after)
        if new:
            thing = Thing("profile", "fields", "")
            record_audit(club_id, by, "profile.fields", thing, before=old, after=new)
    forget_fields()
