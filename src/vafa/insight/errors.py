from __future__ import annotations

from vafa.core.errors import DomainError


class ReportNameTaken(DomainError):
    """She has another saved report of that name."""

    code = "report_name_taken"
    status = 409
    fa = "گزارش دیگری با نام «{name}» ذخیره کرده‌اید. نام دیگری بنویسید."
    en = "You have saved another report as “{name}”. Choose another name."


class BadReceivers(DomainError):
    """Nobody to send to, or something that is no address."""

    code = "bad_report_receivers"
    status = 422
    fa = "نشانی ایمیل درست نیست: {address}"
    en = "This is not an e-mail address: {address}"
