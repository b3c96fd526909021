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


class HoldResolved(DomainError):
    """The hold was captured, released or expired before, and that is final."""

    code = "hold_resolved"
    status = 409
    final = True
    fa = "این رزرو پیش‌تر بسته شده است و دیگر تغییر نمی‌کند."
    en = "This hold is {status} already, and that is final."


class CaptureTooLarge(DomainError):
    """More than the hold, or nothing, was to be captured (units of the account)."""

    code = "capture_too_large"
    status = 409
    final = True
    fa = "بیش از مقدار رزروشده نمی‌توان برداشت: {needed} از {held}."
    en = "No more than what is held can be captured: {needed} of {held}."


class LedgerFrozen(DomainError):
    """A check found that the book does not add up, so nothing moves until that is cleared."""

    code = "ledger_read_only"
    status = 503
    retry_after = 300
    sqlstate = "VF001"
    fa = "دفتر امتیاز این باشگاه موقتاً فقط‌خواندنی است. به مدیر باشگاه خبر داده شده است."
    en = "This club's ledger is read-only for now. The club's owner has been told."


class SealKeyDiffers(DomainError):
    """The book's heads are signed with another key than the one at hand."""

    code = "seal_key_differs"
    status = 409
    fa = "مهرهای این باشگاه تا کنون با کلید دیگری امضا شده است. همان کلید را برگردانید، یا با «vafa seal --new-key» کلید تازه‌ای به کار بگیرید."
    en = "This club's seals have been signed with another key. Bring that key back, or take a new one into use with “vafa seal --new-key”."


class NotSealedYet(DomainError):
    """Nothing of this book, or not these transfers, has been sealed yet."""

    code = "not_sealed_yet"
    status = 409
    fa = "این امتیازها هنوز مهر نشده است. تا یک دقیقهٔ دیگر دوباره امتحان کنید."
    en = "These points have not been sealed yet. Try again in a minute."
