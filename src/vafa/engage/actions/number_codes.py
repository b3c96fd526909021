"""Codes by which a member shows that a number is hers when she changes it, and the word to the old one."""

from __future__ import annotations

from vafa.club.actions.login_codes import make_code, use_code
from vafa.club.models import NumberChange
from vafa.club.reads.context import ClubContext
from vafa.engage.actions.codes import refuse_beyond_limits, send_code

_TEXTS = {
    "fa": (
        "کد تغییر شمارهٔ شما در باشگاه «{club}»: {code}\n"
        "اگر شما نخواسته‌اید، آن را به کسی ندهید و به باشگاه خبر دهید."
    ),
    "en": (
        "Your code to change your number at {club}: {code}\n"
        "If you did not ask for it, give it to nobody and tell the club."
    ),
}
_TOLD = {
    "fa": (
        "شمارهٔ حساب شما در باشگاه «{club}» عوض شد و تا ۲۴ ساعت چیزی از آن خرج نمی‌شود."
        " اگر کار شما نبود، همین حالا به باشگاه خبر دهید."
    ),
    "en": (
        "The number of your account at {club} was changed; nothing can be spent from it for 24 hours."
        " If it was not you, tell the club at once."
    ),
}


def request_number_code(club: ClubContext, mobile: str, *, address: str = "") -> None:
    """Send a code to an E.164 mobile, whoever's it is. May use the network, for three seconds at
    most. Raises NoChannel, TooManyTries, SendingLimited, NotSent."""
    refuse_beyond_limits(club)
    code = make_code(club.id, mobile, address=address)
    text = _TEXTS[_lang(club)].format(club=club.name, code=code)
    send_code(club, mobile, text, code)


def prove_number(club: ClubContext, mobile: str, code: str, *, address: str = "") -> None:
    """Accept the code that went to ``mobile``, once. Raises WrongCode, TooManyTries."""
    use_code(club.id, mobile, code, address=address)


def told_to_old_number(club: ClubContext, change_id: int, lang: str) -> tuple[str, str]:
    """The old number of a change and what it is told; both empty where there is none (any more)."""
    change = NumberChange.objects.filter(pk=change_id, club_id=club.id).first()
    if change is None or not change.old_mobile:
        return "", ""
    return change.old_mobile, _TOLD[lang].format(club=club.name)


def _lang(club: ClubContext) -> str:
    return "fa" if club.language == "fa" else "en"
