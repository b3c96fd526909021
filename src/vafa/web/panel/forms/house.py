"""Forms for API keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch
from vafa.web.shared.forms import TextField

SCOPES = [
    ("members:read", _("See members, balances and histories")),
    ("members:write", _("Enrol members")),
    ("purchases:read", _("See purchases")),
    ("purchases:write", _("Record purchases and returns")),
    ("rewards:read", _("See rewards")),
    ("redemptions:write", _("Redeem rewards")),
    ("corrections:write", _("Correct points and credit, give points, merge members")),
    ("events:write", _("Report visits and events")),
]


class BranchForm(forms.Form):
    """Asks for one of ``branches``, or none of them for all."""

    branch = forms.ChoiceField(label=_("Branch"), required=False)

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._branches = {str(branch.id): branch for branch in branches}
        field = self.fields["branch"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _now("All branches"))] + [
            (k, b.name) for k, b in self._branches.items()
        ]

    @property
    def branch_chosen(self) -> Branch | None:
        """The branch of a valid form; None for all of them."""
        return self._branches.get(self.cleaned_data["branch"])


class KeyForm(BranchForm):
    """A new API key."""

    name = TextField(
        label=_("Name"), max_length=80, help_text=_("Which program will use it, and where?")
    )
    branch = forms.ChoiceField(label=_("Records at"), required=False)
    scopes = forms.MultipleChoiceField(
        label=_("This key may"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
    )
    field_order = ("name", "branch", "scopes")
