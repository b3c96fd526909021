from vafa.core.models.event import Event
from vafa.core.models.idempotency import IdempotencyKey

__all__ = ["Event", "IdempotencyKey"]
