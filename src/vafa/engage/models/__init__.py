from vafa.engage.models.email import Email, EmailSettings
from vafa.engage.models.message import Attempt, Message
from vafa.engage.models.quiet import QuietHours
from vafa.engage.models.sms import EventCursor, SmsSettings

__all__ = [
    "Attempt",
    "Email",
    "EmailSettings",
    "EventCursor",
    "Message",
    "QuietHours",
    "SmsSettings",
]
