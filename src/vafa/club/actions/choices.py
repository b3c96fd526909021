"""Remember how a person of the staff likes her pages."""

from __future__ import annotations

from typing import Any

from vafa.club.models import StaffChoice


def keep_choice(staff_id: int, name: str, value: Any) -> None:
    """``value`` (plain JSON) is her choice for the page ``name`` from now on."""
    StaffChoice.objects.update_or_create(
        staff_id=staff_id, name=name[:40], defaults={"value": value}
    )


def forget_choice(staff_id: int, name: str) -> None:
    """The page ``name`` is again as everybody finds it first."""
    StaffChoice.objects.filter(staff_id=staff_id, name=name).delete()
