"""The database cannot be had at this moment: what whoever asks is told, in one place."""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, InternalError, OperationalError

from vafa.core.errors import DomainError

_DISK_FULL = "53100"
_READ_ONLY = "25006"  # a standby, or a server in the middle of a change of roles


class Unavailable(DomainError):
    """The database does not answer, or the connection broke before its answer came.

    Whether the operation was done is then not known; its key finds it out.
    """

    code = "temporarily_unavailable"
    status = 503
    fa = "سامانه در این لحظه در دسترس نیست. لطفاً چند لحظهٔ دیگر دوباره تلاش کنید؛ چیزی دو بار ثبت نمی‌شود."
    en = "The service is not available at this moment. Please try again in a moment; nothing is recorded twice."
    retry_after = 2


class StorageFull(DomainError):
    """The disk of the database is full; it can be read, and nothing can be written."""

    code = "storage_full"
    status = 503
    fa = "فضای ذخیره‌سازی سامانه پر شده و اکنون چیزی ثبت نمی‌شود. لطفاً به مدیر سامانه خبر دهید."
    en = "The storage of the service is full, and nothing can be recorded now. Please tell its operator."
    retry_after = 30


def outage_of(error: BaseException | None) -> DomainError | None:
    """The outage that an error of the database stands for; None for every other error."""
    if not isinstance(
        error, OperationalError | InterfaceError | InternalError | psycopg.OperationalError
    ):
        return None
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, InternalError) and state != _READ_ONLY:
        return None
    return StorageFull() if state == _DISK_FULL else Unavailable()
