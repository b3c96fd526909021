"""Differences of a verification in words."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from vafa.core.verification import Difference
from vafa.web.shared.context import current_lang, local_digits

_WORD = re.compile(r"purchase line|the newest key|[a-z]+")
_PAGES = {
    "purchase": "panel:purchase",
    "member": "panel:member",
    "holder": "panel:member",
}
_PAGE = re.compile(rf"({'|'.join(_PAGES)}) (\d{{1,18}})")


class Told(NamedTuple):
    """A difference as the panel shows it; ``url`` is the page of what it is about, or ""."""

    rule: str
    subject: str
    expected: str
    found: str
    url: str


def tell(difference: Difference) -> Told:
    """What should hold, of what, what should be there and what is, in the page's language.

    The names of checks are themselves the texts that are translated.
    """
    page = _PAGE.fullmatch(difference.subject)
    return Told(
        _(difference.check),
        _said(difference.subject),
        _said(difference.expected),
        _said(difference.found),
        reverse(_PAGES[page[1]], args=[page[2]]) if page else "",
    )


def _said(text: str) -> str:
    """Numbers and the plain words between them; hashes and other codes stay as they are."""
    if current_lang() != "fa" or re.search(r"[A-Z{:/]|[0-9a-f]{12}", text):
        return text
    words = _words()
    return local_digits(_WORD.sub(lambda found: words.get(found[0], found[0]), text))


def _words() -> dict[str, str]:
    return {
        "account": _("account"),
        "adjustment": _("adjustment"),
        "any": _("any number"),
        "captured": _("captured"),
        "consumption": _("consumption"),
        "decision": _("decision"),
        "expired": _("expired"),
        "hold": _("hold"),
        "holder": _("holder"),
        "lot": _("lot"),
        "member": _("member"),
        "nothing": _("nothing"),
        "open": _("open"),
        "purchase line": _("purchase line"),
        "purchase": _("purchase"),
        "redemption": _("redemption"),
        "referral": _("referral"),
        "released": _("released"),
        "reservation": _("reservation"),
        "return": _("return"),
        "series": _("series"),
        "the newest key": _("the newest key"),
        "transfer": _("transfer"),
        "use": _("use"),
        "used": _("used"),
        "voucher": _("voucher"),
        "wallet": _("wallet"),
    }
