"""Refusals of those who would join."""

from __future__ import annotations

from vafa.core.errors import DomainError


class ClubIsClosed(DomainError):
    """Nothing that she brought opens the club; ``ways``: what would (invitation, code ...)."""

    code = "club_is_closed"
    status = 409
    fa = "عضویت در این باشگاه برای همه باز نیست؛ دعوت، کد یا رسیدی که آن را باز کند لازم است."
    en = "This club is not open to all; joining needs an invitation, a code or a receipt."


class UnknownJoiningCode(DomainError):
    code = "unknown_joining_code"
    status = 422
    fa = "کد عضویت درست نیست. آن را دوباره نگاه کنید."
    en = "There is no such joining code. Look at it again."


class JoiningCodeSpent(DomainError):
    """Closed, past its last day, or used as often as it may be."""

    code = "joining_code_spent"
    status = 409
    fa = "این کد عضویت دیگر کار نمی‌کند: مهلت یا ظرفیت آن تمام شده است."
    en = "This joining code no longer works: its time or its number of uses is over."


class JoiningCodeTaken(DomainError):
    code = "joining_code_taken"
    status = 409
    fa = "باشگاه کد دیگری با همین نوشته دارد."
    en = "The club has another code like this."


class ReceiptDoesNotOpen(DomainError):
    """No bill without a member has that number and sum, is large and new enough, and was not used."""

    code = "receipt_does_not_open"
    status = 422
    fa = "با این رسید نمی‌توان عضو شد. شماره و مبلغ آن را دوباره نگاه کنید."
    en = "One cannot join with this receipt. Look at its number and sum again."


class UnknownJoiningRequest(DomainError):
    code = "unknown_joining_request"
    status = 404
    fa = "چنین درخواست عضویتی نیست."
    en = "There is no such request to join."


class JoiningIsDecided(DomainError):
    code = "joining_is_decided"
    status = 409
    fa = "دربارهٔ این درخواست پیش‌تر تصمیم گرفته شده است."
    en = "This request was decided before."


class JoiningNeedsNoRequest(DomainError):
    """The club is open, or takes nobody by approval."""

    code = "joining_needs_no_request"
    status = 409
    fa = "در این باشگاه عضویت با درخواست و تأیید نیست."
    en = "One does not join this club by a request."
