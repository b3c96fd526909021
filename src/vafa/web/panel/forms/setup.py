"""Forms of the seven steps in which a club is set up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.web.shared.forms import DigitsField

_RADIO = {"class": "radio radio-primary"}
_BOX = {"class": "checkbox checkbox-primary"}
# The rules stay as they are.
KEEP = "keep"
AIMS = [
    ("repeat", _("That customers come again sooner")),
    ("basket", _("That they buy more at a time")),
    ("back", _("That those who stay away come back")),
    ("fresh", _("That new customers come")),
]


class AimForm(forms.Form):
    """What the club is for, and by what it will be judged."""

    aim = forms.ChoiceField(
        label=_("What matters most?"),
        choices=AIMS,
        initial="repeat",
        widget=forms.RadioSelect(attrs=_RADIO),
        help_text=_("One aim. The others are welcome, but this one decides."),
    )
    percent = DigitsField(
        label=_("By how many percent shall it get better?"),
        min_value=1,
        max_value=500,
        initial=10,
    )
    months = forms.TypedChoiceField(
        label=_("Until when?"),
        coerce=int,
        choices=[(3, _("in three months")), (6, _("in six months")), (12, _("in a year"))],
        initial=6,
    )


class GroupsForm(forms.Form):
    """With whom the club begins."""

    chosen = forms.MultipleChoiceField(
        label=_("Groups to begin with"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_BOX),
        help_text=_("You can make others, and change these, at any time."),
    )

    def __init__(self, *args: Any, groups: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = groups


class GainsForm(forms.Form):
    """The programme to start from, and what there is to give."""

    preset = forms.ChoiceField(label=_("What members get"), widget=forms.RadioSelect(attrs=_RADIO))
    margin = DigitsField(
        label=_("Your gross margin in percent"),
        min_value=1,
        max_value=95,
        initial=25,
        help_text=_("What is left of 100 after the goods are paid. It says what a club may cost."),
    )
    publish = forms.BooleanField(
        label=_("Members see it at once"),
        required=False,
        initial=True,
        help_text=_("Otherwise it waits as your draft until you publish it."),
    )

    def __init__(self, *args: Any, presets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["preset"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = presets


class SeenForm(forms.Form):
    """A step whose settings stand on pages of their own."""
