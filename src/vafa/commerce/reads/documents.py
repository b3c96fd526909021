"""Invoices and documents of returns: of a purchase, of a member, and as lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from vafa.commerce.models import Document
from vafa.commerce.rules.documents import INVOICE


class DocumentFilter(NamedTuple):
    """Which documents: of a ``kind`` ("" for all), whose number begins with ``text``, of these
    branches (None: all), of these members (None: anybody)."""

    kind: str = ""
    text: str = ""
    branch_ids: Collection[int] | None = None
    member_ids: Sequence[int] | None = None


def invoice_of(purchase_id: int) -> Document | None:
    """The invoice of a purchase, if one was issued."""
    return Document.objects.filter(purchase_id=purchase_id, kind=INVOICE).first()


def document_of_return(return_id: int) -> Document | None:
    """The document of a return, if one was issued."""
    return Document.objects.filter(of_return_id=return_id).first()


def documents_of(purchase_id: int) -> list[Document]:
    """Everything issued for a purchase, oldest first."""
    return list(Document.objects.filter(purchase_id=purchase_id).order_by("id"))


def count_documents(club_id: int, wanted: DocumentFilter) -> int:
    """How many the filter keeps."""
    return _documents(club_id, wanted).count()


def list_documents(
    club_id: int, wanted: DocumentFilter, *, limit: int = 50, offset: int = 0
) -> list[Document]:
    """A page of documents, newest first, with their branches and members."""
    rows = _documents(club_id, wanted).select_related("branch", "member").order_by("-id")
    return list(rows[offset : offset + limit])


def _documents(club_id: int, wanted: DocumentFilter) -> QuerySet[Document]:
    rows = Document.objects.filter(club_id=club_id)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.text:
        rows = rows.filter(name__istartswith=wanted.text)
    if wanted.branch_ids is not None:
        rows = rows.filter(branch_id__in=list(wanted.branch_ids))
    if wanted.member_ids is not None:
        rows = rows.filter(member_id__in=list(wanted.member_ids))
    return rows
