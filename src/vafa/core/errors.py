"""The one base of every expected refusal: a stable code, a status, and a sentence in each language."""

from __future__ import annotations

from typing import Any, ClassVar

from vafa.core.text import to_persian_digits


class DomainError(Exception):
    """An expected refusal. Faces render it in one place; nothing has moved when it is raised.

    Subclasses set ``code`` (stable, snake_case), ``status`` (HTTP) and the sentences ``fa`` and
    ``en``, which may name the details in braces. Details are safe to show to the caller.
    ``final`` refusals are answers about the world as it was (too little balance, a used voucher):
    under an idempotency key they are stored, and repeated for ever. ``retry_after`` is the number of
    seconds after which the same request may be worth trying again; 0 says nothing about it.
    ``sqlstate`` is the error code by which the database itself refuses for that reason, if it does.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    fa: ClassVar[str] = "درخواست پذیرفته نشد."
    en: ClassVar[str] = "The request was refused."
    final: ClassVar[bool] = False
    retry_after: ClassVar[int] = 0
    sqlstate: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.sqlstate:
            _BY_SQLSTATE[cls.sqlstate] = cls

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """The sentence in ``lang`` ("fa" or "en"), with the details filled in; whole numbers are
        written as that language writes them."""
        said = {name: _number(value, lang) for name, value in self.details.items()}
        return (self.fa if lang == "fa" else self.en).format(**said)


_BY_SQLSTATE: dict[str, type[DomainError]] = {}


def said_by_database(sqlstate: str | None) -> DomainError | None:
    """The refusal that an error code of our own triggers stands for; None for all other codes."""
    refusal = _BY_SQLSTATE.get(sqlstate or "")
    return refusal() if refusal else None


def _number(value: Any, lang: str) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    grouped = f"{value:,}"
    return to_persian_digits(grouped.replace(",", "٬")) if lang == "fa" else grouped


class NotFound(DomainError):
    """Absent, or another club's: the caller cannot tell which."""

    code = "not_found"
    status = 404
    fa = "چنین چیزی پیدا نشد."
    en = "Not found."


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    fa = "این کار در دسترسی شما نیست."
    en = "You may not do this."


class InvalidInput(DomainError):
    """Input that cannot be understood; ``field`` names where."""

    code = "invalid_input"
    status = 422
    fa = "مقدار «{field}» درست نیست."
    en = "The value of “{field}” is not valid."


class StoredRefusal(DomainError):
    """A final refusal given earlier under the same key, said again word for word."""

    def __init__(
        self, *, code: str, status: int, fa: str, en: str, details: dict[str, Any]
    ) -> None:
        self.code = code  # type: ignore[misc]  # this one class speaks for the stored one
        self.status = status  # type: ignore[misc]
        self._said = {"fa": fa, "en": en}
        super().__init__(**details)

    def message(self, lang: str) -> str:
        return self._said["fa" if lang == "fa" else "en"]

    @staticmethod
    def stored_form(error: DomainError) -> dict[str, Any]:
        """What to keep of a refusal so that ``StoredRefusal(**form)`` repeats it."""
        return {
            "code": error.code,
            "status": error.status,
            "fa": error.message("fa"),
            "en": error.message("en"),
            "details": error.details,
        }

    @staticmethod
    def without_words(code: str, status: int) -> StoredRefusal:
        """A refusal of which only the code is still known."""
        return StoredRefusal(
            code=code,
            status=status,
            fa="این درخواست پیش‌تر با همین کلید پذیرفته نشده است. برای درخواست تازه کلید تازه بسازید.",
            en="This request was refused before under this key. Make a new key for a new request.",
            details={},
        )
