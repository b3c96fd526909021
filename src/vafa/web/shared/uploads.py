"""Files from a browser that never sit in memory, and that stop where they are too large; of whom
nobody knows they are not even read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from vafa.web.shared.sessions import staff_number, to_login

# What any form takes, in bytes, unless its view sets less. No page has a use for more.
MOST_UPLOADED = 50_000_000
_FORM_ROOM = 1 << 20  # what a form may have beside its file
# What anybody may send as a form with files, in bytes: none of our own for strangers has any.
_STRANGERS_ROOM = 1 << 16


class FilesOfStaffAlone:
    """Sends whoever is not logged in as staff to the login before a large form is read: a check of the
    form's token would have put all of it on the disk first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _announces_files(request) and staff_number(request) is None:
            return to_login(request, "panel:login")
        return self.get_response(request)


def _announces_files(request: HttpRequest) -> bool:
    """Whether a form with files is coming that is larger than a stranger's; without a length none is
    read at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_large = not length.isdigit() or int(length) > _STRANGERS_ROOM
    return is_large and request.content_type == "multipart/form-data"


class LimitedUpload(TemporaryFileUploadHandler):
    """Writes an uploaded file to disk, up to ``most_bytes``; of a larger one nothing is kept, and
    ``is_too_large`` says so. To be set before the form is read."""

    def __init__(self, request: HttpRequest, most_bytes: int) -> None:
        super().__init__(request)
        self.most_bytes = most_bytes
        self.is_too_large = False
        self._seen = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """What is announced to be too large is not even begun."""
        self.is_too_large = content_length > self.most_bytes + _FORM_ROOM

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of a file. Raises SkipFile once it is too large."""
        self._seen += len(raw_data)
        self.is_too_large = self.is_too_large or self._seen > self.most_bytes
        if self.is_too_large:
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


class OrdinaryUpload(LimitedUpload):
    """What takes the files of every form, also of those that have no use for one."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, MOST_UPLOADED)


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this form, which is read by now, was larger than it may be."""
    return any(
        handler.is_too_large
        for handler in request.upload_handlers
        if isinstance(handler, LimitedUpload)
    )
