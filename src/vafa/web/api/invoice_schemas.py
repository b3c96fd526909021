"""Invoices as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Field, Schema

from vafa.commerce.models import Document
from vafa.commerce.rules.documents import INVOICE


class DocumentLineOut(Schema):
    name: str
    sku: str
    quantity: float
    price: int = Field(..., description="Of one")
    amount: int
    kind: str = Field("", description="delivery, tax, gift_card, or empty for goods and services")


class DocumentOut(Schema):
    document_id: int
    number: str
    issued_at: datetime
    total: int
    lines: list[DocumentLineOut]


class InvoiceOut(DocumentOut):
    seller: dict[str, str]
    buyer: dict[str, str] | None = Field(None, description="Absent where she was forgotten")
    discount: int
    vouchers: list[str]
    paid_by_points: int
    paid_by_credit: int
    payable: int
    returns: list[DocumentOut]


def invoice_body(documents: Sequence[Document]) -> dict[str, Any]:
    """The invoice among the documents of one purchase, with those of its returns."""
    invoice = next(document for document in documents if document.kind == INVOICE)
    content = invoice.content
    return {
        **_document(invoice),
        "seller": content["seller"],
        "buyer": invoice.buyer,
        "discount": content["discount"],
        "vouchers": content["vouchers"],
        "paid_by_points": content["by_points"],
        "paid_by_credit": content["by_credit"],
        "payable": content["payable"],
        "returns": [_document(document) for document in documents if document is not invoice],
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.pk,
        "number": document.name,
        "issued_at": document.issued_at.isoformat(),
        "total": document.total,
        "lines": [
            {**line, "quantity": line["quantity"] / 1000} for line in document.content["lines"]
        ],
    }
