"""Forms of who may join, and of the codes that people join with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch, JoiningCode
from vafa.club.rules.joining import (
    APPROVAL,
    CLOSED,
    CODE,
    INVITATION,
    OPEN,
    RECEIPT,
    Terms,
    clean_code,
)
from vafa.core.jalali import Calendar
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.shared.forms import AmountField, DigitsField, JalaliDateField, TextField

_BOX = {"class": "checkbox checkbox-primary"}
_RADIO = {"class": "radio radio-primary"}


class JoiningForm(forms.Form):
    """Who may join."""

    mode = forms.ChoiceField(
        label=_("Who may join"),
        choices=[
            (OPEN, _("Everybody: a mobile number is enough")),
            (CLOSED, _("Not everybody: only by the ways that you choose")),
        ],
        widget=forms.RadioSelect(attrs=_RADIO),
    )
    ways = forms.MultipleChoiceField(
        label=_("What opens a closed club"),
        required=False,
        choices=[
            (INVITATION, _("A member's invitation")),
            (CODE, _("A code of the club")),
            (RECEIPT, _("The receipt of a large purchase")),
            (APPROVAL, _("Your approval of a request")),
        ],
        widget=forms.CheckboxSelectMultiple(attrs=_BOX),
    )
    by_receipt_of = AmountField(
        label=_("The purchase is at least"),
        required=False,
        help_text=_("A bill that names no member yet; it opens the club once."),
    )
    receipt_days = DigitsField(
        label=_("and not older than (days)"),
        required=False,
        min_value=1,
        max_value=365,
        initial=30,
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("ways", "by_receipt_of", "receipt_days"):
            show_only_for(self, name, "mode", [CLOSED])
        amount = self.fields["by_receipt_of"]
        assert isinstance(amount, AmountField)
        amount.set_unit(unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        ways = data.get("ways") or []
        if data.get("mode") == CLOSED and not ways and "ways" not in self.errors:
            self.add_error("ways", ValidationError(_now("Choose at least one way in.")))
        if RECEIPT in ways and not data.get("by_receipt_of") and "by_receipt_of" not in self.errors:
            self.add_error("by_receipt_of", ValidationError(_now("How large must it be?")))
        return data

    @property
    def terms(self) -> Terms:
        """What a valid form says."""
        data = self.cleaned_data
        closed = data["mode"] == CLOSED
        ways = data["ways"] if closed else []
        return Terms(
            mode=data["mode"],
            by_invitation=INVITATION in ways,
            by_code=CODE in ways,
            by_receipt_of=data["by_receipt_of"] if RECEIPT in ways else None,
            receipt_days=data["receipt_days"] or 30,
            by_approval=APPROVAL in ways,
        )

    @staticmethod
    def values_of(terms: Terms) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "mode": terms.mode,
            "ways": list(terms.ways),
            "by_receipt_of": terms.by_receipt_of,
            "receipt_days": terms.receipt_days,
        }


class CodeForm(forms.Form):
    """A code with its link; the code itself is asked once."""

    name = TextField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("A campaign, a poster, a partner. Reports say who came by it."),
    )
    code = TextField(
        label=_("Code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("Left empty, one that nobody guesses is made. It cannot be changed later."),
    )
    branch = forms.TypedChoiceField(
        label=_("Branch"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Whoever joins by it belongs to this branch."),
    )
    opens = forms.BooleanField(
        label=_("Opens the club while it is closed"), required=False, initial=True
    )
    most_uses = DigitsField(
        label=_("At most so many people"), required=False, min_value=1, max_value=10_000_000
    )
    last_day = JalaliDateField(label=_("Last day"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(
        self,
        *args: Any,
        branches: Sequence[Branch],
        calendar: Calendar,
        old: JoiningCode | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        branch = self.fields["branch"]
        assert isinstance(branch, forms.TypedChoiceField)
        branch.choices = [("", _now("All branches")), *((b.pk, b.name) for b in branches)]
        self.fields["last_day"] = JalaliDateField(
            label=_("Last day"), required=False, calendar=calendar
        )
        self._old = old
        del self.fields["is_active" if old is None else "code"]
        self.order_fields([*(n for n in self.fields if n != "is_active"), "is_active"])

    def clean_code(self) -> str:
        """As it is printed."""
        typed: str = self.cleaned_data["code"]
        if typed and not clean_code(typed):
            raise ValidationError(_now("Use three to twenty Latin letters, digits and hyphens."))
        return clean_code(typed)

    def clean_most_uses(self) -> int | None:
        """Not below the number of those who came already."""
        most: int | None = self.cleaned_data["most_uses"]
        if most is not None and self._old is not None and most < self._old.uses:
            raise ValidationError(_now("More people than that have joined with it."))
        return most

    @property
    def values(self) -> dict[str, Any]:
        """A valid form as ``make_joining_code`` and ``change_joining_code`` take it."""
        data = self.cleaned_data
        rest = {name: value for name, value in data.items() if name != "branch"}
        return {**rest, "branch_id": data["branch"]}

    @staticmethod
    def values_of(code: JoiningCode) -> dict[str, Any]:
        """What the form of a known code begins with."""
        names = ("name", "opens", "most_uses", "last_day", "is_active")
        return {**{n: getattr(code, n) for n in names}, "branch": code.branch_id}


class RefusalForm(forms.Form):
    """Why somebody is not taken in; she reads it."""

    reason = TextField(label=_("Reason"), required=False, max_length=200)
