"""How rules of one group stand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.rule import Group, Rule
from vafa.web.panel.forms.program import NamedForm
from vafa.web.panel.forms.rule_head import MODES


class GroupForm(NamedForm):
    """A stacking group; ``rules`` are those in it, which must give the same kind of thing where
    only one of them counts."""

    mode = forms.ChoiceField(label=_("Of its rules"), choices=MODES)

    def __init__(self, *args: Any, rules: Sequence[Rule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules

    def clean_mode(self) -> str:
        mode: str = self.cleaned_data["mode"]
        if mode != "all" and len({rule.gives.kind for rule in self.rules}) > 1:
            raise forms.ValidationError(
                _now("The rules of a group must give the same kind of thing.")
            )
        return mode

    def build(self, code: str) -> Group:
        """The group that was typed."""
        return Group(code=code, name=self.named(), mode=self.cleaned_data["mode"])

    @classmethod
    def values_of(cls, group: Group) -> dict[str, Any]:
        """Initial values out of a group."""
        return {**cls.name_of(group.name), "mode": group.mode}
