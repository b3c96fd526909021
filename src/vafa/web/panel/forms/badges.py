"""Badges of the programme as forms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vafa.program.rules.deeds import BadgeKind
from vafa.web.panel.forms.program import NamedForm
from vafa.web.shared.forms import TextField


class BadgeForm(NamedForm):
    """What a badge is called, and the sign by which it is shown."""

    symbol = TextField(
        label=_("Sign"), max_length=8, help_text=_("One sign, such as ★ or ✦"), initial="★"
    )

    def build(self, code: str) -> BadgeKind:
        """The badge that was typed."""
        return BadgeKind(code=code, name=self.named(), symbol=self.cleaned_data["symbol"])

    @staticmethod
    def values_of(badge: BadgeKind) -> dict[str, Any]:
        """Initial values out of a badge."""
        return {**NamedForm.name_of(badge.name), "symbol": badge.symbol}
