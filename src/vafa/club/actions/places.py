"""Merchants and their branches: made and changed by the club's people, each with its audit row."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.errors import BranchCodeTaken, LastOpenBranch, UnknownBranch, UnknownMerchant
from vafa.club.models import Branch, Merchant
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

KINDS = ("store", "online")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


def add_merchant(club_id: int, name: str, *, by: str) -> Merchant:
    """A business joins the club. Raises InvalidInput (name)."""
    clean = _name(name)
    with transaction.atomic():
        made = Merchant.objects.create(club_id=club_id, name=clean)
        record_audit(club_id, by, "merchant.created", Thing("merchant", made.id, clean))
    return made


def rename_merchant(club_id: int, merchant_id: int, name: str, *, by: str) -> None:
    """Call a business by another name. Raises UnknownMerchant, InvalidInput (name)."""
    clean = _name(name)
    with transaction.atomic():
        found = Merchant.objects.select_for_update().filter(pk=merchant_id, club_id=club_id).first()
        if found is None:
            raise UnknownMerchant
        if found.name == clean:
            return
        Merchant.objects.filter(pk=merchant_id).update(name=clean)
        before, after = {"name": found.name}, {"name": clean}
        thing = Thing("merchant", merchant_id, clean)
        record_audit(club_id, by, "merchant.changed", thing, before=before, after=after)


def add_branch(
    club_id: int, merchant_id: int, *, code: str, name: str, kind: str, city: str, by: str
) -> Branch:
    """A place of sale of a merchant, with a code that shop programs and files know it by.

    Raises UnknownMerchant, BranchCodeTaken, InvalidInput (code, name, kind).
    """
    if not _CODE.fullmatch(code):
        raise InvalidInput(field="code")
    values = _branch_values(club_id, merchant_id, name, kind, city)
    try:
        with transaction.atomic():
            made = Branch.objects.create(club_id=club_id, code=code, **values)
            after = {"code": code, **_told(values)}
            thing = Thing("branch", made.id, made.name)
            record_audit(club_id, by, "branch.created", thing, after=after)
    except IntegrityError as error:
        raise BranchCodeTaken from error
    return made


def change_branch(
    club_id: int,
    branch_id: int,
    *,
    merchant_id: int,
    name: str,
    kind: str,
    city: str,
    is_active: bool,
    by: str,
) -> None:
    """Change a place of sale, close it or open it again; its code stays.

    Raises UnknownBranch, UnknownMerchant, LastOpenBranch, InvalidInput (name, kind).
    """
    values = _branch_values(club_id, merchant_id, name, kind, city) | {"is_active": is_active}
    with transaction.atomic():
        # All of them, so that two who close the last two at once do not both succeed.
        rows = {b.pk: b for b in Branch.objects.select_for_update().filter(club_id=club_id)}
        found = rows.get(branch_id)
        if found is None:
            raise UnknownBranch
        if not is_active and not any(b.is_active for pk, b in rows.items() if pk != branch_id):
            raise LastOpenBranch
        was = {field: getattr(found, field) for field in values}
        before, after = changes(_told(was), _told(values))
        if not after:
            return
        Branch.objects.filter(pk=branch_id).update(**values)
        thing = Thing("branch", branch_id, values["name"])
        record_audit(club_id, by, "branch.changed", thing, before=before, after=after)


def _branch_values(
    club_id: int, merchant_id: int, name: str, kind: str, city: str
) -> dict[str, Any]:
    if kind not in KINDS:
        raise InvalidInput(field="kind")
    if not Merchant.objects.filter(pk=merchant_id, club_id=club_id).exists():
        raise UnknownMerchant
    return {
        "merchant_id": merchant_id,
        "name": _name(name),
        "kind": kind,
        "city": normalize(city)[:60],
    }


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """The same for the audit, which names the merchant."""
    rest = {field: value for field, value in values.items() if field != "merchant_id"}
    return {**rest, "merchant": Merchant.objects.get(pk=values["merchant_id"]).name}


def _name(name: str) -> str:
    clean = normalize(name)
    if not clean or len(clean) > 120:
        raise InvalidInput(field="name")
    return clean
