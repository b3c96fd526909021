"""Codes of an agreed form that people can read out are short enough to be tried: whoever tries
too many that do not work has to wait. Codes of full length need no such counting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vafa.club.actor import Actor
from vafa.core.errors import DomainError
from vafa.program.actions.vouchers import ALPHABET
from vafa.program.errors import VoucherUnusable
from vafa.program.reads.series import human_forms
from vafa.web.shared.throttle import count_failure, refuse_after_failures

_KIND = "voucher"


def refuse_guessers(actor: Actor, member: object, codes: Sequence[str]) -> None:
    """Raise TooManyTries where this caller has tried too many codes for this member lately.

    ``member`` is however the caller names her; nothing is asked where no code is tried."""
    if codes:
        refuse_after_failures(_KIND, _name(actor, member))


def count_guess(
    actor: Actor, member: object, codes: Sequence[str], refusal: DomainError | None
) -> None:
    """Remember a code that does not work, where it has the form of one that could be guessed."""
    if isinstance(refusal, VoucherUnusable) and _may_be_guessed(actor.club_id, codes):
        count_failure(_KIND, _name(actor, member))


def _may_be_guessed(club_id: int, codes: Sequence[str]) -> bool:
    forms = [
        re.compile(
            f"{re.escape(prefix)}-[{ALPHABET}]{{{letters}}}"
            if prefix
            else f"[{ALPHABET}]{{{letters}}}"
        )
        for prefix, letters in human_forms(club_id)
    ]
    return any(form.fullmatch(code) for form in forms for code in codes)


def _name(actor: Actor, member: object) -> str:
    return f"{actor.label}/{actor.club_id}/{member or ''}"
