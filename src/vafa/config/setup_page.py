"""The page behind the one-time set-up link: the first club and its owner, in the browser."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vafa.config.setup_token import check_setup_token, make_setup_token, spend_setup_token
from vafa.core.money import CURRENCIES, DISPLAY_UNITS
from vafa.flows.clubs import RESERVED_SLUGS, set_up_club
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import NewPasswordField, TextField
from vafa.web.shared.sessions import login_staff


class SetupForm(forms.Form):
    """What a club needs to begin."""

    name = TextField(label=gettext_lazy("The club's name"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Short name for addresses"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=gettext_lazy("Latin letters, digits and hyphens"),
        error_messages={"invalid": gettext_lazy("Use Latin letters, digits and hyphens.")},
    )
    username = forms.CharField(
        label=gettext_lazy("Your login"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = NewPasswordField(
        label=gettext_lazy("Your password"), help_text=gettext_lazy("At least eight characters")
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Cannot be changed later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = self.fields["currency"]
        assert isinstance(currency, forms.ChoiceField)
        currency.choices = [(code, _currency_words(code)) for code in CURRENCIES]

    def clean_slug(self) -> str:
        """Not a word that stands for a page."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("This name is kept for a page; choose another."))
        return slug


def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form to whoever has the link, and make the club once. Anybody else gets 404."""
    if not check_setup_token(settings.HOME, token):
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _open(request, form, token)
    return render(request, "config/setup.html", {"form": form})


def _open(request: HttpRequest, form: SetupForm, token: str) -> HttpResponse:
    # The link is spent before the club is made: of two who hold it, one goes on.
    if not spend_setup_token(settings.HOME, token):
        raise Http404
    data = form.cleaned_data
    try:
        set_up_club(
            name=data["name"],
            slug=data["slug"],
            owner_username=data["username"],
            owner_password=data["password"],
            currency=data["currency"],
            guided=True,
        )
    except IntegrityError:
        messages.error(request, _("The short name or the login is taken."))
        return redirect("setup", token=make_setup_token(settings.HOME))
    login_staff(request, data["username"], data["password"])
    return redirect("panel:setup")


def _currency_words(code: str) -> str:
    name = next(u.label(current_lang()) for u in DISPLAY_UNITS.values() if u.currency == code)
    return f"{name} ({code})"
