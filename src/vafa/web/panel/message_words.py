"""Text messages in words: what for, how far, why not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vafa.engage.reads.messages import Step


def kind_words(kind: str) -> str:
    """What a message was for."""
    return {
        "login_code": _("Code"),
        "expiry": _("Warning of expiry"),
        "tier": _("Warning about the tier"),
        "number": _("Change of the number"),
        "joining": _("Answer to a request to join"),
        "fee": _("Reminder of the fee"),
        "household": _("Invitation to a household"),
        "rule": _("Message of a rule"),
        "test": _("Test"),
    }.get(kind, kind)


def channel_words(channel: str) -> str:
    """By which way it went."""
    return {
        "outbox": _("Outbox"),
        "kavenegar": _("Kavenegar"),
        "smsir": _("SMS.ir"),
        "email": _("E-mail"),
    }.get(channel, channel)


def state_words(state: str) -> tuple[str, str]:
    """How far it is, and the kind of badge that shows it."""
    return {
        "stored": (_("Kept in the outbox"), "muted"),
        "queued": (_("Waiting"), "info"),
        "sending": (_("Being sent"), "info"),
        "accepted": (_("Sent"), "info"),
        "delivered": (_("Delivered"), "success"),
        "undelivered": (_("Not delivered"), "warning"),
        "blocked": (_("Blocked by the person"), "warning"),
        "failed": (_("Refused"), "error"),
        "unknown": (_("No answer"), "warning"),
        "expired": (_("Too late"), "error"),
        "withheld": (_("Not sent: no consent"), "muted"),
    }.get(state, (state, "muted"))


def why_words(why: str) -> str:
    """Why it did not go, and what can be done; "" where there is nothing to say."""
    return {
        "no_consent": _("She has not allowed messages of this kind, or not any more."),
        "recipient": _("The provider does not accept this number."),
        "blocked": _("This person receives no advertising, or none of yours."),
        "text": _("The provider refuses this text. Look at its rules on words and links."),
        "refused": _("The provider refused it."),
        "key": _("The provider does not accept the API key, or not from this server's address."),
        "credit": _("Your account at the provider is empty. Charge it."),
        "sender": _("The sender line is not yours, or is switched off."),
        "template": _("The template for codes is unknown to the provider, or is not approved."),
        "plan": _("Your plan at the provider does not allow this."),
        "rate": _("Too many at once for the provider; it is tried again."),
        "unavailable": _("The provider could not be reached; it is tried again."),
        "no_answer": _("It is not known whether it went out; so it is not sent twice."),
    }.get(why, "")


def step_words(step: Step) -> str:
    """What happened in a step."""
    return {
        "began": _("Handed to the provider"),
        "accepted": _("The provider took it"),
        "delivered": _("Delivered"),
        "undelivered": _("Not delivered"),
        "blocked": _("Blocked by the person"),
        "failed": _("Refused for good"),
        "refused": _("Not taken; tried again"),
        "unknown": _("No answer"),
        "queued": _("It had not arrived there; queued again"),
        "expired": _("Too late to send"),
    }.get(step.what, step.what)


def sms_field_words() -> dict[str, str]:
    """The fields of the settings in the audit."""
    return {
        "sender": _("Sender line"),
        "template": _("Template for codes"),
        "footer": _("Last line of texts"),
        "part_price": _("Price of a part"),
        "hour_limit": _("Most messages in an hour"),
        "day_limit": _("Most messages in a day"),
        "month_limit": _("Most spent in a month"),
        "is_on": _("Sends messages"),
        "new_key": _("New key"),
    }
