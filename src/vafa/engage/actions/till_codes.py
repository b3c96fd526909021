"""A code by text message, which a member reads to the cashier: she confirms a payment with it.

It opens nothing else: a login's code is another, and must never be read to anybody.
"""

from __future__ import annotations

from vafa.club.actions.login_codes import make_code, use_code
from vafa.club.reads.context import ClubContext
from vafa.engage.actions.codes import refuse_beyond_limits, send_code

_TEXTS = {
    "fa": (
        "کد تأیید پرداخت شما در باشگاه «{club}»: {code}\n"
        "آن را فقط به صندوق‌داری بگویید که اکنون پیش او هستید."
    ),
    "en": (
        "Your code to confirm a payment at {club}: {code}\n"
        "Tell it only to the cashier before whom you stand."
    ),
}


def request_till_code(club: ClubContext, mobile: str, *, address: str = "") -> None:
    """Send a code to a member's E.164 mobile. May use the network, for three seconds at most.

    ``address`` is the IP address that asks. Raises NoChannel, TooManyTries, SendingLimited, NotSent.
    """
    refuse_beyond_limits(club)
    code = make_code(club.id, _name(mobile), address=address)
    text = _TEXTS["fa" if club.language == "fa" else "en"].format(club=club.name, code=code)
    send_code(club, mobile, text, code)


def use_till_code(club: ClubContext, mobile: str, code: str, *, address: str = "") -> None:
    """Accept the code, once. Raises WrongCode, TooManyTries."""
    use_code(club.id, _name(mobile), code, address=address)


def _name(mobile: str) -> str:
    """Apart from the codes of logins, so that neither stands for the other."""
    return f"t{mobile.lstrip('+')}"
