from __future__ import annotations

from vafa.core.errors import DomainError


class NoLiveProgram(DomainError):
    code = "no_live_program"
    status = 409
    fa = "این باشگاه هنوز قانون منتشرشده‌ای ندارد."
    en = "This club has no published program yet."


class PointsDoNotPay(DomainError):
    code = "points_do_not_pay"
    status = 409
    final = True
    fa = "در این باشگاه با امتیاز نمی‌توان پرداخت کرد."
    en = "Points do not pay bills in this club."


class TooManyPoints(DomainError):
    code = "too_many_points"
    status = 409
    final = True
    fa = "روی این خرید تا {limit} امتیاز می‌توان خرج کرد."
    en = "Up to {limit} points may pay on this bill."


class InvalidProgram(DomainError):
    """The draft's document breaks a rule of the form; ``where`` and ``why`` say which."""

    code = "invalid_program"
    status = 422
    fa = "این قانون پذیرفته نشد: {where} ({why})"
    en = "The program was not accepted: {where} ({why})"


class VoucherUnusable(DomainError):
    """Unknown, used, expired, another member's: one answer for all, so that codes cannot be probed."""

    code = "voucher_unusable"
    status = 409
    final = True
    fa = "این کد تخفیف روی این خرید کار نمی‌کند."
    en = "This voucher cannot be used on this bill."


class VoucherBasketTooSmall(DomainError):
    code = "voucher_basket_too_small"
    status = 409
    final = True
    fa = "مبلغ خرید برای این کد تخفیف کم است."
    en = "The bill is below this voucher's minimum."


class RewardUnavailable(DomainError):
    code = "reward_unavailable"
    status = 409
    final = True
    fa = "این جایزه اکنون در دسترس نیست."
    en = "This reward is not available now."
