from __future__ import annotations

from vafa.core.errors import DomainError


class NoChannel(DomainError):
    """No way to reach people is set up here."""

    code = "no_channel"
    status = 503
    fa = "ارسال پیام در این باشگاه هنوز راه‌اندازی نشده است. لطفاً به کارکنان باشگاه خبر دهید."
    en = "This club cannot send messages yet. Please tell its staff."
