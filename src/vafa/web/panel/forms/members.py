from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import Calendar
from vafa.web.shared.forms import JalaliDateField, TextField


class MemberForm(forms.Form):
    """A member's own details, by the names of ``update_member``."""

    name = TextField(label=_("Name"), max_length=120, required=False)
    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[("", _("Not known")), ("female", _("Woman")), ("male", _("Man"))],
    )
    birth_date = JalaliDateField(label=_("Date of birth"), required=False)

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        yesterday = timezone.localdate() - timedelta(days=1)
        self.fields["birth_date"] = JalaliDateField(
            label=_("Date of birth"),
            required=False,
            calendar=calendar,
            min_date=yesterday.replace(year=1900, day=1),
            max_date=yesterday,
        )
