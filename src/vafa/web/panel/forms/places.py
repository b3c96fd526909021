"""Terms of branches and merchants, and what managers of branches may decide, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.document import Program
from vafa.program.rules.place_terms import OF_CLUB, BranchManagers, PlaceTerms, beyond
from vafa.web.panel.forms.fields import PartForm
from vafa.web.panel.forms.rules import Choices, boxes, choose
from vafa.web.shared.forms import AmountField, DigitsField

_SWITCH = [("on", _("Yes")), ("off", _("No"))]
_MONEY = ("least_basket", "credit_a_month")


def _share(label: Any, **kwargs: Any) -> DigitsField:
    return DigitsField(label=label, min_value=0, max_value=100, **kwargs)


def _set_units(form: forms.Form, unit: str) -> None:
    for name in _MONEY:
        field = form.fields[name]
        assert isinstance(field, AmountField)
        field.set_unit(unit)


class PlaceForm(forms.Form):
    """The terms of one branch, or of a merchant's branches.

    With ``allowed`` (for the branch's own manager) what is the club's to decide is not asked for.
    """

    earns = forms.ChoiceField(label=_("Do purchases here earn anything?"), choices=_SWITCH)
    pays = forms.ChoiceField(label=_("Do points and credit pay here?"), choices=_SWITCH)
    points_share = _share(
        _("Most of a purchase that points may pay (percent)"),
        required=False,
        help_text=_("Empty: as everywhere in the club."),
    )
    credit_share = _share(_("Most of a purchase that credit may pay (percent)"))
    least_basket = AmountField(
        label=_("Smallest purchase that points and credit may pay for"),
        min_amount=0,
        help_text=_("Before vouchers. 0: any."),
    )
    points_a_month = DigitsField(
        label=_("Most points that are given here in a month"),
        min_value=0,
        max_value=10**13,
        help_text=_("Of all rules and tiers together. 0: without a limit."),
    )
    credit_a_month = AmountField(
        label=_("Most credit that is given here in a month"),
        min_amount=0,
        help_text=_("0: without a limit."),
    )
    excluded = forms.MultipleChoiceField(
        label=_("Rules that do not hold here"), required=False, widget=boxes()
    )

    def __init__(
        self,
        *args: Any,
        unit: str,
        rules: Choices,
        start: PlaceTerms,
        allowed: BranchManagers | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"initial": _values(start), **kwargs})
        _set_units(self, unit)
        self.start, self.allowed = start, allowed
        choose(self, "excluded", rules)
        if allowed is not None:
            for name in OF_CLUB:
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """Within what the club allows its managers of branches."""
        data = super().clean() or self.cleaned_data
        if self.allowed is not None and not self.errors:
            field = beyond(self.build(), self.allowed)
            if field is not None:
                self.add_error(field, _beyond_words(field))
        return data

    def build(self) -> PlaceTerms:
        """The terms that were typed; what was not asked for stays as it was."""
        data = dict(self.cleaned_data)
        for name in ("earns", "pays"):
            if name in data:
                data[name] = data[name] == "on"
        if "excluded" in data:
            data["excluded"] = tuple(data["excluded"])
        return PlaceTerms(**(self.start.model_dump() | data))


def _values(terms: PlaceTerms) -> dict[str, Any]:
    switches = {name: "on" if getattr(terms, name) else "off" for name in ("earns", "pays")}
    return {**terms.model_dump(), **switches, "excluded": list(terms.excluded)}


def _beyond_words(field: str) -> str:
    if field == "least_basket":
        return _now("The club wants a higher smallest purchase than this.")
    if field.endswith("_a_month"):
        return _now("The club wants a limit here, and not a higher one than its own.")
    return _now("The club allows a smaller share than this.")


class ManagersForm(PartForm):
    """What managers of one branch may decide about it."""

    publish_alone = forms.ChoiceField(
        label=_("May managers of branches publish their own changes?"),
        choices=_SWITCH,
        help_text=_("No: their changes wait in the draft until the club publishes it."),
    )
    points_share = _share(_("Most of a purchase that points may pay at a branch (percent)"))
    credit_share = _share(_("Most of a purchase that credit may pay at a branch (percent)"))
    least_basket = AmountField(
        label=_("The smallest purchase for paying so is at least"), min_amount=0
    )
    points_a_month = DigitsField(
        label=_("Most points that a branch may give in a month"),
        min_value=0,
        max_value=10**13,
        help_text=_("0: as the branch wants."),
    )
    credit_a_month = AmountField(
        label=_("Most credit that a branch may give in a month"),
        min_amount=0,
        help_text=_("0: as the branch wants."),
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        _set_units(self, unit)

    def build(self, old: Program) -> BranchManagers:
        """What was typed."""
        alone = self.cleaned_data["publish_alone"] == "on"
        return BranchManagers(**{**self.cleaned_data, "publish_alone": alone})

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        alone = "on" if program.managers.publish_alone else "off"
        return {**program.managers.model_dump(), "publish_alone": alone}
