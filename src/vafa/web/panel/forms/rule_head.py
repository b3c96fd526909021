"""What every rule says besides its conditions and limits: its name, when, how long, with whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.rule import Group, Rule, Text
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.panel.forms.program import NamedForm
from vafa.web.panel.forms.rule_kinds import (
    EFFECT_GROUPS,
    effect_kinds,
    goes_with,
    happening_kinds,
    kind_named,
    kind_of,
)
from vafa.web.panel.rule_offer import Offer
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import JalaliDateField, TextField

NEW_GROUP = "+"
MODES = [
    ("best", _("only the best for the member counts")),
    ("first", _("only the first in order counts")),
    ("all", _("all of them count")),
]


class HeadForm(NamedForm):
    """The frame of a rule. ``happening`` and ``effect`` are the kinds that are chosen in it."""

    on = forms.ChoiceField(label=_("When"), widget=forms.Select(attrs={"data-shape": ""}))
    gives = forms.ChoiceField(
        label=_("What it gives"), widget=forms.Select(attrs={"data-shape": ""})
    )
    starts = JalaliDateField(label=_("From this day"), required=False)
    ends = JalaliDateField(label=_("Until this day"), required=False)
    group = forms.ChoiceField(label=_("Together with other rules"), required=False)
    group_name = TextField(label=_("Name of the new group"), max_length=120, required=False)
    group_mode = forms.ChoiceField(label=_("Of its rules"), choices=MODES, required=False)
    budget = forms.ChoiceField(label=_("Shared budget"), required=False)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        wanted = self.typed("on")
        happenings = [k for k in happening_kinds(offer) if k.name == wanted or k.usable(offer)]
        self._choose("on", [(kind.name, kind.label) for kind in happenings])
        self.happening = kind_named(happenings, wanted) or happenings[0]
        about = self.happening.sample(offer)
        old = offer.editing.gives if offer.editing else None
        fitting = [
            kind
            for kind in effect_kinds(offer)
            if goes_with(about, gives=kind.sample(offer))
            and (kind.usable(offer) or kind.values(old) is not None)
        ]
        groups: dict[str, list[tuple[str, Any]]] = {}
        for kind in fitting:
            groups.setdefault(kind.group, []).append((kind.name, kind.label))
        self._choose("gives", [(EFFECT_GROUPS[group], kinds) for group, kinds in groups.items()])
        self.effect = kind_named(fitting, self.typed("gives")) or fitting[0]
        self._choose_group(offer)
        for name in ("starts", "ends"):
            self.fields[name] = JalaliDateField(
                label=self.fields[name].label, required=False, calendar=offer.calendar
            )
        show_only_for(self, "group_name", "group", [NEW_GROUP])
        show_only_for(self, "group_mode", "group", [NEW_GROUP])

    def typed(self, name: str) -> str:
        """What stands in a field, judged or not."""
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), ""))
        return str((self.initial or {}).get(name) or "")

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def _choose_group(self, offer: Offer) -> None:
        modes = dict(MODES)
        there = [
            (group.code, f"{group.name.said(current_lang())}: {modes[group.mode]}")
            for group in offer.groups
        ]
        alone = ("", _now("It adds to what the other rules give"))
        self._choose("group", [alone, *there, (NEW_GROUP, _now("A new group …"))])
        budgets = [(budget.code, budget.name) for budget in offer.budgets]
        none = [] if budgets and offer.branch_id else [("", _now("No shared budget"))]
        if budgets:
            self._choose("budget", [*none, *budgets])
        else:
            del self.fields["budget"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _now("The end lies before the beginning."))
        if data.get("group") == NEW_GROUP and not data.get("group_name"):
            self.add_error("group_name", _now("The new group needs a name."))
        return data

    def new_group(self, code: str) -> Group | None:
        """The group that is asked for, under ``code``; None where none is."""
        data = self.cleaned_data
        if data.get("group") != NEW_GROUP:
            return None
        return Group(code=code, name=Text(fa=data["group_name"]), mode=data["group_mode"] or "best")

    @classmethod
    def values_of(cls, rule: Rule, offer: Offer) -> dict[str, Any]:
        """Initial values out of a rule."""
        about = kind_of(happening_kinds(offer), rule)
        gives = kind_of(effect_kinds(offer), rule.gives)
        return {
            **cls.name_of(rule.name),
            "on": about[0].name if about else rule.on,
            "gives": gives[0].name if gives else "",
            "starts": rule.starts,
            "ends": rule.ends,
            "group": rule.group,
            "budget": rule.budget,
        }
