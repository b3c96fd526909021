"""What went out to people, and the account that sends it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as flashes
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.money import format_amount, format_number
from vafa.engage.actions.accounts import save_sms, sms_settings
from vafa.engage.actions.limits import spent_in_month
from vafa.engage.actions.trying import Tried, try_account
from vafa.engage.models import SmsSettings
from vafa.engage.reads.messages import (
    GROUPS,
    count_member_emails,
    count_messages,
    list_member_emails,
    list_messages,
    sent_today,
)
from vafa.web.panel.email_words import email_state_words, email_why_words
from vafa.web.panel.forms.messages import SmsForm, TryForm
from vafa.web.panel.message_words import (
    channel_words,
    kind_words,
    state_words,
    step_words,
    why_words,
)
from vafa.web.panel.pages import list_page, panel_form, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

# What the list shows beside the groups of text messages.
_EMAILS = "email"


@require_safe
@panel_page("messages.view")
def messages(request: PageRequest) -> HttpResponse:
    """Every text, newest first, with how far it is and what it cost."""
    club, group = request.club, request.GET.get("state", "")
    group = group if group in GROUPS or group == _EMAILS else ""
    is_mail = group == _EMAILS
    count = count_member_emails(club) if is_mail else count_messages(club, group)
    page, offset = list_page(request, count)
    most = page.paginator.per_page
    if is_mail:
        rows = list_member_emails(club, limit=most, offset=offset)
    else:
        rows = list_messages(club, group, limit=most, offset=offset)
    context = {
        "rows": [
            {
                "row": row,
                "kind": kind_words(row.kind),
                "state": email_state_words(row.state) if is_mail else state_words(row.state),
                "why": email_why_words(row.why) if is_mail else why_words(row.why),
                "way": channel_words(row.channel),
                "steps": [(step, step_words(step)) for step in row.steps],
            }
            for row in rows
        ],
        "page": page,
        "state_options": [
            ("", _("All messages")),
            ("waiting", _("Waiting")),
            ("sent", _("Sent")),
            ("failed", _("Not arrived")),
            ("withheld", _("Not sent: no consent")),
            ("stored", _("Kept in the outbox")),
            (_EMAILS, _("E-mails to members")),
        ],
        "state_value": group,
        "sent_today": sent_today(club),
        "spent": spent_in_month(club, now()),
        "sms": sms_settings(club.id),
        "is_owner": request.actor.may("messages.settings"),
        "no_channel": not settings.OUTBOX_PAGE,
    }
    return panel_render(
        request,
        "panel/messages.html",
        context,
        section="messages",
        fragment="panel/_message_list.html",
    )


@require_http_methods(["GET", "POST"])
@panel_page("messages.settings")
def sms(request: PageRequest) -> HttpResponse:
    """The club's account at a provider, and the limits that it sets itself."""
    stored = sms_settings(request.club.id)
    form = SmsForm(request.POST or None, unit=request.club.display_unit, stored=stored)
    if form.is_valid():
        key = form.cleaned_data["key"]
        save_sms(request.staff.club, form.choice, key=key, by=request.actor.label)
        flashes.success(request, _("Saved. Now send yourself a test."))
        return HttpResponseRedirect(reverse("panel:sms"))
    return _settings_page(request, form, stored, TryForm())


@require_POST
@panel_page("messages.settings")
def try_sms(request: PageRequest) -> HttpResponse:
    """Send a test to the owner's own mobile."""
    stored = sms_settings(request.club.id)
    form = TryForm(request.POST)
    if not form.is_valid():
        settings_form = SmsForm(None, unit=request.club.display_unit, stored=stored)
        return _settings_page(request, settings_form, stored, form, status=422)
    try:
        _tell(request, try_account(request.club, form.cleaned_data["mobile"]))
    except DomainError as error:
        flashes.error(request, error.message(current_lang()))
    return HttpResponseRedirect(reverse("panel:sms"))


def _settings_page(
    request: PageRequest,
    form: SmsForm,
    stored: SmsSettings | None,
    try_form: TryForm,
    *,
    status: int = 0,
) -> HttpResponse:
    context = {"stored": stored, "try_form": try_form, "unused": not settings.REAL_MESSAGES}
    if status:
        return panel_render(
            request,
            "panel/sms.html",
            {"form": form, **context},
            section="messages",
            status=status,
        )
    return panel_form(request, "panel/sms.html", form, section="messages", **context)


def _tell(request: PageRequest, tried: Tried) -> None:
    lang = current_lang()
    if tried.state == "stored":
        flashes.info(request, _("This is a demo or a test: the text is in the outbox."))
    elif tried.state == "accepted":
        flashes.success(
            request,
            _("The provider took the test code. A test text follows within minutes, by day."),
        )
    elif tried.state == "slow":
        flashes.warning(request, _("The provider has not answered yet. Look at the messages."))
    else:
        said = why_words(tried.why) or _("One of your limits is reached.")
        flashes.error(request, _("The test was not sent: %(why)s") % {"why": said})
    if tried.credit is not None:
        amount, unit = tried.credit
        if unit == "rial":
            left = format_amount(amount, request.club.display_unit, lang)
        else:
            left = _("%(n)s messages") % {"n": format_number(amount, lang)}
        flashes.info(request, _("Left in the account: %(left)s") % {"left": left})
