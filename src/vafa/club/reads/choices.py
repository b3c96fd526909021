"""How a person of the staff likes her pages."""

from __future__ import annotations

from typing import Any

from vafa.club.models import StaffChoice


def choice_of(staff_id: int, name: str) -> Any:
    """Her choice for the page ``name`` (plain JSON); None where she made none."""
    return (
        StaffChoice.objects.filter(staff_id=staff_id, name=name)
        .values_list("value", flat=True)
        .first()
    )
