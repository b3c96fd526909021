from vafa.core.models.event import Event
from vafa.core.models.idempotency import IdempotencyAnswer, IdempotencyKey

__all__ = ["Event", "IdempotencyAnswer", "IdempotencyKey"]
