"""A member's login: a code goes to her mobile and comes back."""

from __future__ import annotations

from vafa.club.actions.login_codes import make_code, use_code
from vafa.club.errors import InactiveMember
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.engage.actions.codes import refuse_beyond_limits, send_code

# The code stays in Latin digits: phones find only those when they offer to fill it in.
_TEXTS = {
    "fa": "کد ورود شما به باشگاه «{club}»: {code}\nاین کد تا دو دقیقه کار می‌کند. آن را به کسی ندهید.",
    "en": "Your login code for {club}: {code}\nIt works for two minutes. Give it to nobody.",
}


def request_code(club: ClubContext, mobile: str, *, address: str = "") -> None:
    """Send a fresh code to an E.164 mobile, whether or not it is a member's.

    ``address`` is the IP address that asks. May use the network, for three seconds at most.
    Raises NoChannel, TooManyTries, SendingLimited and NotSent.
    """
    refuse_beyond_limits(club)
    code = make_code(club.id, mobile, address=address)
    text = _TEXTS["fa" if club.language == "fa" else "en"].format(club=club.name, code=code)
    send_code(club, mobile, text, code)


def check_code(club: ClubContext, mobile: str, code: str, *, address: str = "") -> Member | None:
    """The member whose mobile the code proves; None when the mobile is proved but no member's;
    of a membership that was merged it is the one that stayed.

    Raises WrongCode, TooManyTries, and InactiveMember once the code was right.
    """
    use_code(club.id, mobile, code, address=address)
    mobiles = Member.objects.filter(club_id=club.id, mobile=mobile)
    member = mobiles.select_related("merged_into").first()
    if member is not None and member.merged_into is not None:
        member = member.merged_into
    if member is not None and not member.is_active:
        raise InactiveMember
    return member
