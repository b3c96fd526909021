"""Refusals about what tills rang up without a line."""

from __future__ import annotations

from vafa.core.errors import DomainError, NotFound


class UnknownOfflineSale(NotFound):
    code = "unknown_offline_sale"
    fa = "چنین فروشی پیدا نشد."
    en = "There is no such sale."


class OfflineSaleSettled(DomainError):
    """Nothing of it is open (any more)."""

    code = "offline_sale_settled"
    status = 409
    fa = "تکلیف این فروش پیش‌تر روشن شده است."
    en = "This sale is settled already."


class NothingShort(DomainError):
    """There is no value, or nobody, to take anything from."""

    code = "nothing_short"
    status = 422
    fa = "از این فروش چیزی نمانده است که از حساب عضو کم شود."
    en = "Nothing of this sale is left to take from a member."


class NotConfirmed(DomainError):
    """From the club's limit on, the member says herself that she pays so."""

    code = "not_confirmed"
    status = 422
    fa = "این پرداخت تأیید خود عضو را می‌خواهد."
    en = "This payment needs the member's own confirmation."
