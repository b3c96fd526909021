from vafa.engage.models.message import Message

__all__ = ["Message"]
