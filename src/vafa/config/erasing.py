"""Wiring: which rooms above the flows forget a person too."""

from __future__ import annotations

from vafa.engage.actions.erasure import erase_from_messages
from vafa.flows.erasing import register_eraser


def register_all() -> None:
    """Once, when the application is ready; again it changes nothing."""
    register_eraser(erase_from_messages)
