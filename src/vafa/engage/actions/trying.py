"""An owner tries her account: a code at once, a text by the worker, and what is left."""

from __future__ import annotations

from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.engage.actions.accounts import provider_of
from vafa.engage.actions.codes import SLOW, send_within
from vafa.engage.actions.messages import account_for, queue_code, send_text
from vafa.engage.channels.sms.base import Credit
from vafa.engage.channels.sms.errors import SmsError

_CODE = "123456"
_TEXTS = {
    "fa": (
        "کد آزمایشی باشگاه «{club}»: {code}",
        "پیام آزمایشی باشگاه «{club}»: خط ارسال شما کار می‌کند.",
    ),
    "en": ("Test code of {club}: {code}", "Test message of {club}: your sender line works."),
}


class Tried(NamedTuple):
    """``state`` as of ``Message`` ("slow": no answer yet), and why; ``credit`` where it was told."""

    state: str
    why: str = ""
    credit: Credit | None = None


def try_account(club: ClubContext, mobile: str) -> Tried:
    """Send a test code to an E.164 mobile as a login would, and queue a test text behind it.

    Uses the network, never call it inside a transaction. Raises NoChannel and KeyUnreadable.
    """
    code_text, text = (
        words.format(club=club.name, code=_CODE)
        for words in _TEXTS["fa" if club.language == "fa" else "en"]
    )
    sms = account_for(club)
    send_text(club, mobile, text, "test")
    if sms is None:
        return Tried("stored")
    provider = provider_of(sms)
    state, why = send_within(club, sms, queue_code(sms, mobile, code_text, _CODE))
    if state == SLOW:
        return Tried(state)
    try:
        return Tried(state, why, provider.credit())
    except SmsError:
        return Tried(state, why)
