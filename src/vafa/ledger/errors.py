from __future__ import annotations

from vafa.core.errors import DomainError


class InsufficientBalance(DomainError):
    """Less is available than was to be spent (units of the account)."""

    code = "insufficient_balance"
    status = 409
    final = True
    fa = "موجودی کافی نیست: {available} از {needed}."
    en = "Not enough balance: {available} of {needed}."


class NothingToReverse(DomainError):
    """More was to be given back than the transfer took."""

    code = "nothing_to_reverse"
    status = 409
    fa = "چیزی برای برگرداندن نمانده است."
    en = "There is nothing left to give back."
