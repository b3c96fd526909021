"""Why a provider of text messages did not take one, in our own words."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """The reason, and with it what may be done."""

    # The person cannot be reached, or the text not sent: trying again changes nothing.
    RECIPIENT = "recipient"
    BLOCKED = "blocked"
    TEXT = "text"
    REFUSED = "refused"
    # The club has to put something right at the provider or in its settings.
    KEY = "key"
    CREDIT = "credit"
    SENDER = "sender"
    TEMPLATE = "template"
    PLAN = "plan"
    # Surely not sent, and worth another try soon.
    RATE = "rate"
    UNAVAILABLE = "unavailable"
    # Nobody knows whether it was sent: never to be sent again unless the provider says it was not.
    NO_ANSWER = "no_answer"


ABOUT_ONE = frozenset({Why.RECIPIENT, Why.BLOCKED, Why.TEXT, Why.REFUSED})
SET_UP = frozenset({Why.KEY, Why.CREDIT, Why.SENDER, Why.TEMPLATE, Why.PLAN})
SOON = frozenset({Why.RATE, Why.UNAVAILABLE})


class SmsError(Exception):
    """The provider did not take it. ``code`` is the provider's own number, "" where it gave none.

    Carries nothing of the request: neither the key nor the text may get into a log.
    """

    def __init__(self, why: Why, code: str = "") -> None:
        super().__init__(f"{why.value} {code}".strip())
        self.why = why
        self.code = code
