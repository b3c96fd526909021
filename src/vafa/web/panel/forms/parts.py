"""The smaller parts of a programme as forms: corrections, gifts, households, holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.document import (
    AdjustmentTerms,
    GiftTerms,
    HoldTerms,
    HouseholdTerms,
    Program,
    ReferralTerms,
    TillTerms,
)
from vafa.web.panel.forms.earning import EarningForm
from vafa.web.panel.forms.fields import PartForm, show_only_for
from vafa.web.panel.forms.happenings import ProfileForm
from vafa.web.panel.forms.places import ManagersForm
from vafa.web.panel.forms.terms import CreditForm
from vafa.web.panel.forms.tiers import TierTermsForm
from vafa.web.shared.forms import AmountField, DigitsField

_SWITCH = [("on", _("Yes")), ("off", _("No"))]


class AdjustmentsForm(PartForm):
    """How much one person may correct alone."""

    points_alone = DigitsField(
        label=_("Points that one person may give or take alone"),
        min_value=0,
        max_value=10**12,
        help_text=_("Above that a second person must approve. 0: always."),
    )
    credit_alone = AmountField(
        label=_("Credit that one person may give or take alone"), min_amount=0
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        credit = self.fields["credit_alone"]
        assert isinstance(credit, AmountField)
        credit.set_unit(unit)

    def build(self, old: Program) -> AdjustmentTerms:
        return AdjustmentTerms(**self.cleaned_data)

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return program.adjustments.model_dump()


class _SwitchedForm(PartForm):
    """A part that is off unless it is switched on; its other fields count only then."""

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        for name in self.fields:
            if name != "switch":
                show_only_for(self, name, "switch", ["on"])

    def values(self) -> dict[str, Any]:
        """What was typed, by the names of the part."""
        data = dict(self.cleaned_data)
        return {"is_on": data.pop("switch") == "on", **data}


def _initial(part: GiftTerms | HouseholdTerms | ReferralTerms) -> dict[str, Any]:
    return {**part.model_dump(), "switch": "on" if part.is_on else "off"}


class GiftsForm(_SwitchedForm):
    """Whether members may give points to each other, and how many a day."""

    switch = forms.ChoiceField(label=_("May members give points to each other?"), choices=_SWITCH)
    points_a_day = DigitsField(
        label=_("Most points that a member may give in a day"), min_value=1, max_value=10**9
    )
    gifts_a_day = DigitsField(
        label=_("Most gifts of a member in a day"), min_value=1, max_value=100
    )

    def build(self, old: Program) -> GiftTerms:
        return GiftTerms(**self.values())

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return _initial(program.gifts)


class HouseholdsForm(_SwitchedForm):
    """Whether members may share one account, and how many of them."""

    switch = forms.ChoiceField(
        label=_("May members of a household share one account?"), choices=_SWITCH
    )
    most_members = DigitsField(label=_("Most members of a household"), min_value=2, max_value=50)
    by_members = forms.BooleanField(
        label=_("Members make households and invite each other in the portal"),
        help_text=_(
            "Who comes in brings all she has; gift limits do not hold. Off: the staff does it."
        ),
        required=False,
    )

    def build(self, old: Program) -> HouseholdTerms:
        return HouseholdTerms(**self.values())

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return _initial(program.households)


class ReferralForm(_SwitchedForm):
    """Whether members are rewarded for friends who join, and for what."""

    switch = forms.ChoiceField(label=_("Are invitations rewarded?"), choices=_SWITCH)
    inviter_points = DigitsField(
        label=_("Points for the one who invites"), min_value=0, max_value=10**9
    )
    friend_points = DigitsField(label=_("Points for the friend"), min_value=0, max_value=10**9)
    least = AmountField(
        label=_("When the friend buys for at least"),
        min_amount=0,
        help_text=_("0: for anything."),
    )
    waits_days = DigitsField(
        label=_("Days to wait, where points for purchases do not"),
        min_value=0,
        max_value=365,
        help_text=_(
            "They wait as points for purchases do. These days count only where those never wait."
        ),
    )
    valid_days = DigitsField(
        label=_("Days within which the friend must buy"), min_value=1, max_value=366
    )
    a_month = DigitsField(
        label=_("Most friends of a member in a month"), min_value=1, max_value=1000
    )
    in_all = DigitsField(label=_("Most friends of a member in all"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        least = self.fields["least"]
        assert isinstance(least, AmountField)
        least.set_unit(unit)

    def clean(self) -> dict[str, Any]:
        """Somebody must get something."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("switch") == "on" and data.get("inviter_points") == 0 == data.get(
            "friend_points"
        ):
            self.add_error("inviter_points", _("Nobody would get anything for an invitation."))
        return data

    def build(self, old: Program) -> ReferralTerms:
        return ReferralTerms(**self.values())

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return _initial(program.referral)


class HoldsForm(PartForm):
    """How long value stays set aside."""

    minutes = DigitsField(
        label=_("Minutes for which value stays set aside for a bill"),
        min_value=1,
        max_value=10_080,
        help_text=_("What is not used by then goes back to the member. A day has 1440 minutes."),
    )

    def build(self, old: Program) -> HoldTerms:
        return HoldTerms(**self.cleaned_data)

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return program.holds.model_dump()


class TillForm(PartForm):
    """What tills may do without a line, and from when on the member confirms a payment."""

    offline_points = DigitsField(
        label=_("Points that a member may spend in a day while the connection is down"),
        min_value=0,
        max_value=10**9,
        help_text=_("What was spent elsewhere meanwhile is yours to settle. 0: none."),
    )
    offline_credit = AmountField(
        label=_("Credit that a member may spend in a day while the connection is down"),
        min_amount=0,
    )
    confirm_points = DigitsField(
        label=_("Points from which on the member confirms a payment"),
        min_value=0,
        max_value=10**9,
        help_text=_("By the changing code on her card page, or by a text message. 0: never."),
    )
    confirm_credit = AmountField(
        label=_("Credit from which on the member confirms a payment"), min_amount=0
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        for name in ("offline_credit", "confirm_credit"):
            field = self.fields[name]
            assert isinstance(field, AmountField)
            field.set_unit(unit)

    def build(self, old: Program) -> TillTerms:
        return TillTerms(**self.cleaned_data)

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return program.till.model_dump()


PART_FORMS: dict[str, type[PartForm]] = {
    "earning": EarningForm,
    "tier_terms": TierTermsForm,
    "credit": CreditForm,
    "adjustments": AdjustmentsForm,
    "gifts": GiftsForm,
    "households": HouseholdsForm,
    "holds": HoldsForm,
    "till": TillForm,
    "profile": ProfileForm,
    "managers": ManagersForm,
    "referral": ReferralForm,
}
