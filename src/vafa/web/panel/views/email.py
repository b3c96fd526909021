"""The account that sends e-mail, and what went out by it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.core.errors import DomainError
from vafa.engage.actions.email_accounts import email_settings, save_email
from vafa.engage.actions.emails import NewEmail, queue_email
from vafa.engage.models import EmailSettings
from vafa.engage.reads.emails import latest_emails
from vafa.web.panel.email_words import email_state_words, email_why_words
from vafa.web.panel.forms.reports import EmailForm, TryEmailForm
from vafa.web.panel.pages import panel_form, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_SHOWN = 20


@require_http_methods(["GET", "POST"])
@panel_page("messages.settings")
def email(request: PageRequest) -> HttpResponse:
    """The club's SMTP account, and how far the newest e-mails are."""
    stored = email_settings(request.club.id)
    form = EmailForm(request.POST or None, stored=stored)
    if form.is_valid():
        password = form.cleaned_data["password"]
        save_email(request.staff.club, form.choice, password=password, by=request.actor.label)
        messages.success(request, _("Saved. Now send yourself a test."))
        return HttpResponseRedirect(reverse("panel:email"))
    return _page(request, form, stored, TryEmailForm())


@require_POST
@panel_page("messages.settings")
def try_email(request: PageRequest) -> HttpResponse:
    """Send a test to the owner's own address."""
    stored = email_settings(request.club.id)
    form = TryEmailForm(request.POST)
    if not form.is_valid():
        return _page(request, EmailForm(None, stored=stored), stored, form, status=422)
    mail = NewEmail(
        form.cleaned_data["address"],
        _("%(club)s: a test") % {"club": request.club.name},
        _("Your account for e-mail works."),
    )
    try:
        queue_email(request.club, mail)
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    else:
        messages.info(request, _("The test goes out within a minute. See below how far it is."))
    return HttpResponseRedirect(reverse("panel:email"))


def _page(
    request: PageRequest,
    form: EmailForm,
    stored: EmailSettings | None,
    try_form: TryEmailForm,
    *,
    status: int = 0,
) -> HttpResponse:
    context: dict[str, Any] = {
        "stored": stored,
        "try_form": try_form,
        "unused": not settings.REAL_MESSAGES,
        "rows": [
            {
                "mail": mail,
                "state": email_state_words(mail.state),
                "why": email_why_words(mail.why),
            }
            for mail in latest_emails(request.club.id, _SHOWN)
        ],
    }
    if status:
        context["form"] = form
        return panel_render(request, "panel/email.html", context, section="email", status=status)
    return panel_form(request, "panel/email.html", form, section="email", **context)
