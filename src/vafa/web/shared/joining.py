"""Who may join a club, in words for whoever would like to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vafa.club.reads.context import ClubContext
from vafa.club.rules.joining import APPROVAL, CODE, INVITATION, RECEIPT, Terms
from vafa.core.money import format_amount, format_number
from vafa.web.shared.context import current_lang


def ways_words(club: ClubContext, terms: Terms) -> list[str]:
    """The ways into a closed club, a sentence each without a full stop; none for an open one."""
    lang = current_lang()
    least = format_amount(terms.by_receipt_of or 0, club.display_unit, lang)
    words = {
        INVITATION: _("By the invitation of a member"),
        CODE: _("With a code that you got from the club"),
        RECEIPT: _("With the receipt of a purchase of at least %(least)s in the last %(n)s days")
        % {"least": least, "n": format_number(terms.receipt_days, lang)},
        APPROVAL: _("By asking: the club looks at your request and answers"),
    }
    return [words[way] for way in terms.ways]


def fee_words(club: ClubContext) -> str:
    """What membership costs whoever joins today, a sentence; "" where it is free."""
    fee, lang = club.fee, current_lang()
    if not fee.amount:
        return ""
    months = {"n": format_number(fee.months, lang)}
    said = {
        "amount": format_amount(fee.amount, club.display_unit, lang),
        "time": ngettext("%(n)s month", "%(n)s months", fee.months) % months,
        "days": format_number(fee.first_free_days, lang),
    }
    if fee.first_free_days:
        return (
            _("Membership costs %(amount)s for %(time)s; the first %(days)s days are free.") % said
        )
    return _("Membership costs %(amount)s for %(time)s.") % said
