from vafa.engage.models.message import Attempt, Message
from vafa.engage.models.sms import EventCursor, SmsSettings

__all__ = ["Attempt", "EventCursor", "Message", "SmsSettings"]
