from vafa.audience.models.segment import Segment

__all__ = ["Segment"]
