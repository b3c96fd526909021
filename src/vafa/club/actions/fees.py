"""Say what membership costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.models import Club, FeeTerms
from vafa.club.reads.fees import fee_of, newest_fee_version
from vafa.club.rules.fees import Fee, refuse_wrong_fee
from vafa.core.db import fetch


def save_fee(club_id: int, fee: Fee, *, by: str) -> None:
    """Let ``fee`` hold from now on (its ``since`` is not looked at); the same again writes nothing.
    Raises InvalidInput."""
    refuse_wrong_fee(fee)
    with transaction.atomic():
        # Two who decide at once take turns.
        fetch("SELECT pg_advisory_xact_lock(hashtext('club_feeterms'), %s)", [club_id])
        club = Club.objects.get(pk=club_id)
        before, after = changes(_told(fee_of(club_id, club.zone)), _told(fee))
        if not after:
            return
        version = newest_fee_version(club_id) + 1
        FeeTerms.objects.create(club_id=club_id, version=version, actor=by, **_told(fee))
        record_audit(club_id, by, "fee.changed", Thing("fee", version), before=before, after=after)


def _told(fee: Fee) -> dict[str, Any]:
    return {name: value for name, value in asdict(fee).items() if name != "since"}
