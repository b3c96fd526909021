"""E-mail in words: how far one is and why, and the fields of the account."""

from __future__ import annotations

from django.utils.translation import gettext as _


def email_state_words(state: str) -> tuple[str, str]:
    """How far it is, and the kind of badge that shows it."""
    return {
        "stored": (_("Kept in the outbox"), "muted"),
        "queued": (_("Waiting"), "info"),
        "sending": (_("Being sent"), "info"),
        "sent": (_("Sent"), "success"),
        "failed": (_("Refused"), "error"),
        "unknown": (_("No answer"), "warning"),
        "withheld": (_("Not sent: no consent"), "muted"),
    }.get(state, (state, "muted"))


def email_why_words(why: str) -> str:
    """Why it did not go, and what can be done; "" where there is nothing to say."""
    return {
        "no_consent": _("She has not allowed messages of this kind, or not any more."),
        "recipient": _("The server does not accept this address."),
        "refused": _("The server refused it."),
        "login": _("The server does not accept the user name or the password."),
        "sender": _("The server does not let you send from this sender's address."),
        "security": _("No secure connection came about. Check the security and the port."),
        "later": _("The server asks to try again later; it is tried again."),
        "unavailable": _("The server could not be reached; it is tried again."),
        "no_answer": _("It is not known whether it went out; so it is not sent twice."),
    }.get(why, "")


def report_field_words() -> dict[str, str]:
    """The fields of saved reports, their sending and the account, in the audit."""
    return {
        "host": _("Server"),
        "port": _("Port"),
        "security": _("Security"),
        "user": _("User name"),
        "sender_name": _("Sender's name"),
        "report": _("Report"),
        "is_shared": _("Shared"),
        "rhythm": _("How often"),
        "hour": _("At which hour"),
        "weekday": _("On which day"),
        "format": _("As which file"),
        "receivers": _("To whom"),
    }


def report_choice_words() -> dict[str, str]:
    """Values of those fields that are words of ours, by "field.value"."""
    return {
        "rhythm.daily": _("Every day"),
        "rhythm.weekly": _("Every week"),
        "rhythm.monthly": _("Every month"),
        "format.xlsx": _("Excel"),
        "format.pdf": _("PDF"),
    }
