from __future__ import annotations

from vafa.core.errors import DomainError


class NoChannel(DomainError):
    """No way to reach people is set up here."""

    code = "no_channel"
    status = 503
    fa = "ارسال پیام در این باشگاه هنوز راه‌اندازی نشده است. لطفاً به کارکنان باشگاه خبر دهید."
    en = "This club cannot send messages yet. Please tell its staff."


class NotSent(DomainError):
    """A code was asked for and could not be sent."""

    code = "message_not_sent"
    status = 503
    retry_after = 60
    fa = "پیامک به این شماره فرستاده نشد. شماره را بررسی کنید و کمی بعد دوباره امتحان کنید."
    en = "The text message to this number was not sent. Check the number and try again a little later."


class SendingLimited(DomainError):
    """The club has sent as much as it allows itself."""

    code = "sending_limited"
    status = 503
    retry_after = 600
    fa = "ارسال پیامک این باشگاه فعلاً به سقف خود رسیده است. لطفاً کمی بعد دوباره امتحان کنید."
    en = "This club has reached its limit of text messages for now. Please try again later."


class KeyUnreadable(DomainError):
    """The account's key was sealed by another installation's secret key."""

    code = "sms_key_unreadable"
    status = 503
    fa = "کلید سرویس پیامک با کلید محرمانهٔ دیگری ذخیره شده است. آن را در تنظیمات پیامک دوباره وارد کنید."
    en = "The SMS service's key was stored under another secret key. Enter it again in the SMS settings."


class BadSmsSettings(DomainError):
    """What was given cannot work; ``field`` names it."""

    code = "bad_sms_settings"
    status = 422
    fa = "تنظیمات پیامک درست نیست: {field}"
    en = "These SMS settings cannot work: {field}"


class NoEmailChannel(DomainError):
    """The club has no account for e-mail, or has switched it off."""

    code = "no_email_channel"
    status = 503
    fa = "ارسال ایمیل در این باشگاه هنوز راه‌اندازی نشده است. آن را در تنظیمات ایمیل وارد کنید."
    en = "This club cannot send e-mail yet. Set it up in the e-mail settings."


class BadEmailSettings(DomainError):
    """What was given cannot work; ``field`` names it."""

    code = "bad_email_settings"
    status = 422
    fa = "تنظیمات ایمیل درست نیست: {field}"
    en = "These e-mail settings cannot work: {field}"
