"""Forms for the staff: logins, roles of the club's own, one's own security."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch, OwnRole, Staff
from vafa.club.permissions import OWN_ROLE, OWNER, PERMISSIONS
from vafa.club.reads.staff import branch_ids_of
from vafa.web.panel.roles import permission_groups, role_options
from vafa.web.shared.forms import NewPasswordField, TextField

_BOXES = {"class": "checkbox checkbox-primary"}


class PlaceForm(forms.Form):
    """A person's role and her branches (none: all of them). A role of the club's own is "own:<id>"."""

    role = forms.ChoiceField(label=_("Role"))
    branches = forms.MultipleChoiceField(
        label=_("Branches"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_BOXES),
        help_text=_("None chosen: all branches. Cashiers and managers of branches need one."),
    )

    def __init__(
        self,
        *args: Any,
        branches: Sequence[Branch],
        own_roles: Sequence[OwnRole],
        permissions: Collection[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._branches = {str(branch.id): branch for branch in branches}
        self._own = {f"{OWN_ROLE}:{role.pk}": role for role in own_roles}
        role, where = self.fields["role"], self.fields["branches"]
        assert isinstance(role, forms.ChoiceField) and isinstance(where, forms.ChoiceField)
        role.choices = role_options(permissions, own_roles)
        where.choices = [(number, branch.name) for number, branch in self._branches.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") == OWNER and data.get("branches"):
            self.add_error("branches", _("An owner works at all branches."))
        return data

    @property
    def place(self) -> tuple[str, OwnRole | None, list[Branch]]:
        """The role, the club's own where it is one, and the branches of a valid form."""
        chosen = self.cleaned_data["role"]
        own = self._own.get(chosen)
        branches = [self._branches[number] for number in self.cleaned_data["branches"]]
        return (OWN_ROLE if own else chosen), own, branches


def place_of(staff: Staff, role: str) -> dict[str, Any]:
    """What ``PlaceForm`` begins with for a person who acts as ``role``."""
    own = staff.own_role_id
    return {
        "role": f"{OWN_ROLE}:{own}" if own else role,
        "branches": [str(number) for number in branch_ids_of(staff)],
    }


class StaffForm(PlaceForm):
    """A new login with its role."""

    name = TextField(label=_("Name"), max_length=120)
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,79}$",
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("Small Latin letters, digits, dot and hyphen; at least three."),
        error_messages={"invalid": _("Use small Latin letters, digits, dot and hyphen.")},
    )
    password = NewPasswordField(
        label=_("Password"),
        help_text=_(
            "At least eight characters. Give it to the person yourself; it is not shown again."
        ),
    )
    field_order = ("name", "username", "password", "role", "branches")


class OwnRoleForm(forms.Form):
    """A role of the club's own; only what its maker may herself is offered."""

    name = TextField(label=_("Name of the role"), max_length=40)
    name_en = TextField(label=_("Name in English"), max_length=40, required=False)
    permissions = forms.MultipleChoiceField(
        label=_("Who has this role may"), widget=forms.CheckboxSelectMultiple(attrs=_BOXES)
    )
    of_branches = forms.BooleanField(
        label=_("At her own branches only"),
        required=False,
        widget=forms.CheckboxInput(attrs=_BOXES),
        help_text=_("Pages about the whole club stay shut to her: members, reports, settings."),
    )

    def __init__(self, *args: Any, mine: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = [
            (group, [(name, words) for name, words in rows if name in mine])
            for group, rows in permission_groups()
        ]
        field = self.fields["permissions"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [one for _group, rows in self._groups for one in rows]

    @property
    def permission_rows(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The permissions by group as boxes: value, words, and whether each is on."""
        on = set(self["permissions"].value() or ())
        return [
            (group, [{"value": n, "words": words, "is_on": n in on} for n, words in rows])
            for group, rows in self._groups
            if rows
        ]

    @staticmethod
    def values_of(role: OwnRole) -> dict[str, Any]:
        """The role as the form shows it."""
        return {
            "name": role.name,
            "name_en": role.name_en,
            "permissions": [p for p in PERMISSIONS if p in role.permissions],
            "of_branches": role.of_branches,
        }


class PasswordForm(forms.Form):
    """Another password of one's own."""

    old = forms.CharField(
        label=_("Your password now"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )
    new = NewPasswordField(label=_("New password"), help_text=_("At least eight characters."))


class FactorForm(forms.Form):
    """A code of the app on one's phone."""

    code = forms.CharField(
        label=_("Code of your app"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "dir": "ltr", "data-local-digits": True}
        ),
    )
