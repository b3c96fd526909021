"""What is to be done for many members at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from vafa.club.actor import Actor
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.flows.entries import MAX_AMOUNT, MAX_REASON
from vafa.program.models import VoucherSeries
from vafa.program.reads.series import list_series
from vafa.web.panel.forms.corrections import KeyedForm
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import DigitsField, TextField

# What each act is called, and the permission that it needs.
ACTS = (
    ("points", _("Give points"), "corrections.make"),
    ("voucher", _("Give a voucher"), "codes.edit"),
    ("tag", _("Tag"), "members.edit"),
    ("untag", _("Take a tag off"), "members.edit"),
    ("close", _("Close the memberships"), "members.edit"),
    ("reopen", _("Reopen the memberships"), "members.edit"),
)
PERMISSIONS = tuple(dict.fromkeys(permission for _act, _label, permission in ACTS))
NEW_TAG = "new"
_RADIO = {"class": "radio radio-primary"}


def deed_words(act: str) -> str:
    """What an act is called."""
    return str(next((label for code, label, _needs in ACTS if code == act), act))


class BulkForm(KeyedForm):
    """One act and what it needs; the acts are those that ``actor`` may do."""

    act = forms.ChoiceField(label=_("What shall be done"), widget=forms.RadioSelect(attrs=_RADIO))
    points = DigitsField(
        label=_("Points for each"), min_value=1, max_value=MAX_AMOUNT, required=False
    )
    reason = TextField(
        label=_("Reason"),
        max_length=MAX_REASON,
        required=False,
        help_text=_("The members see it in their history."),
    )
    series = forms.ChoiceField(label=_("Codes"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    new_tag = TextField(
        label=_("Name of the new tag"),
        max_length=80,
        required=False,
        help_text=_("Segments can ask for it afterwards."),
    )
    field_order = ("act", "points", "reason", "series", "tag", "new_tag", "key")

    def __init__(self, *args: Any, club: ClubContext, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._series = {str(one.pk): one for one in _open_series(club)}
        tags = [one for one in list_attributes(club.id) if one.kind == "yes_no"]
        self._choose("act", [(a, label) for a, label, needs in ACTS if actor.may(needs)])
        self._choose("series", [(key, one.name) for key, one in self._series.items()])
        names = [(one.key, one.said(current_lang())) for one in tags]
        self._choose("tag", [*names, (NEW_TAG, said("A new tag"))])
        for name, acts in (("points", ["points"]), ("reason", ["points"]), ("series", ["voucher"])):
            show_only_for(self, name, "act", acts)
        show_only_for(self, "tag", "act", ["tag", "untag"])
        show_only_for(self, "new_tag", "act", ["tag"])

    @property
    def chosen_series(self) -> VoucherSeries:
        """The series of a valid form whose act gives vouchers."""
        return self._series[self.cleaned_data["series"]]

    def clean(self) -> dict[str, Any]:
        """What the act needs must be there."""
        data = super().clean() or {}
        needed = {
            "points": (("points", said("Say how many.")), ("reason", said("Say why."))),
            "voucher": (("series", said("Choose which codes.")),),
            "tag": (("tag", said("Choose a tag.")),),
            "untag": (("tag", said("Choose a tag.")),),
        }
        for name, missing in needed.get(data.get("act", ""), ()):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, missing)
        if data.get("tag") == NEW_TAG:
            if data.get("act") == "tag" and not data.get("new_tag"):
                self.add_error("new_tag", said("Say what the tag is called."))
            elif data.get("act") == "untag":
                self.add_error("tag", said("Choose a tag."))
        return data

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _open_series(club: ClubContext) -> list[VoucherSeries]:
    moment = now()
    return [
        one
        for one in list_series(club.id)
        if one.cancelled_at is None and one.expires_at > moment and one.made == one.wanted
    ]
