"""Invoices, documents of returns and pro-formas in words: the same for the page and for the PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from vafa.commerce.models import Document, Order
from vafa.commerce.rules.documents import INVOICE, RETURN, sums_of
from vafa.core.jalali import Calendar, default_calendar, format_date
from vafa.core.money import display_unit, format_amount, format_number
from vafa.core.number_words import amount_in_words
from vafa.core.phones import display_mobile
from vafa.core.text import to_persian_digits
from vafa.web.shared.documents import render_pdf

PROFORMA = "proforma"
LANGUAGES = ("fa", "en")
_NOTHING = "—"
Said = dict[str, Any]


def document_said(document: Document, lang: str) -> Said:
    """Everything that an issued document prints, in ``lang``."""
    buyer = document.buyer
    return _said(document.kind, document.name, document.content, buyer, lang)


def proforma_said(order: Order, content: Mapping[str, Any], lang: str) -> Said:
    """The same of an order that is not a purchase yet."""
    member = order.member
    buyer = {
        "name": order.recipient or (member.name if member else ""),
        "mobile": order.phone or (member.mobile if member else "") or "",
        "address": order.address,
    }
    told = {name: text for name, text in buyer.items() if text}
    return _said(PROFORMA, f"S{order.pk}", content, told, lang)


def pdf_answer(said: Said, file_name: str) -> HttpResponse:
    """The document as PDF, shown in the browser; ``file_name`` without its ending.
    Raises DocumentFailed."""
    response = HttpResponse(render_pdf("shared/invoice.typ", said), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}.pdf"'
    return response


def language_or(asked: str | None, otherwise: str) -> str:
    """The language that an address asks for, else another."""
    return asked if asked in LANGUAGES else otherwise


def _said(
    kind: str,
    name: str,
    content: Mapping[str, Any],
    buyer: Mapping[str, str] | None,
    lang: str,
) -> Said:
    unit = content["unit"]
    with translation.override(lang):
        return {
            "lang": lang,
            "dir": "rtl" if lang == "fa" else "ltr",
            "kind": kind,
            "title": _titles()[kind],
            "warning": _("This is no invoice: nothing has been sold yet.")
            if kind == PROFORMA
            else "",
            "facts": _facts(kind, name, content, lang),
            "parties": [
                _seller(content["seller"], content["branch"], lang),
                _buyer(buyer, lang),
            ],
            "heads": [
                *("#", _("Description"), _("Quantity")),
                *(_("Price of one"), _("Amount")),
            ],
            "unit": _("Amounts in %(unit)s") % {"unit": display_unit(unit).label(lang)},
            "rows": [
                _row(number, line, unit, lang) for number, line in enumerate(content["lines"], 1)
            ],
            "sums": _sums(kind, content, lang),
            "words_label": _("In words"),
            "words": amount_in_words(_counts(kind, content), unit, lang),
            "note": content["seller"]["note"],
            "signs": [_("Seller's signature"), _("Buyer's signature")],
        }


def _titles() -> dict[str, str]:
    return {
        INVOICE: _("Sales invoice"),
        RETURN: _("Return document"),
        PROFORMA: _("Pro-forma invoice"),
    }


def _counts(kind: str, content: Mapping[str, Any]) -> int:
    """What the words say: what was to be paid, or what came back."""
    return int(content["total"] if kind == RETURN else content["payable"])


def _facts(
    kind: str, name: str, content: Mapping[str, Any], lang: str
) -> list[tuple[str, str, bool]]:
    """(label, value, whether it is a code, which runs left-to-right)."""
    issued = content.get("issued")
    facts = [(_("Number"), name, True)]
    if issued:
        facts.append((_("Issued"), _day(issued, content, lang), False))
    if kind == INVOICE:
        facts += [
            (_("Day of purchase"), _day(content["day"], content, lang), False),
            (_("Receipt"), content["receipt_no"], True),
        ]
    elif kind == RETURN:
        invoice = content["invoice"]
        facts += [
            (_("Day of return"), _day(content["day"], content, lang), False),
            (_("Of invoice"), invoice["name"], True),
            (_("Invoice issued"), _day(invoice["day"], content, lang), False),
        ]
        if content["reason"]:
            facts.append((_("Reason"), content["reason"], False))
    else:
        facts.append((_("Date"), _day(content["day"], content, lang), False))
    if payment := _payments().get(content.get("payment", "")):
        facts.append((_("Paid by"), payment, False))
    return facts


def _payments() -> dict[str, str]:
    return {
        "cash": _("cash"),
        "card": _("bank card"),
        "online": _("online payment"),
        "credit": _("on account"),
        "other": _("otherwise"),
    }


def _seller(told: Mapping[str, str], branch: str, lang: str) -> Said:
    name = told["name"] if told["name"] == branch else f"{told['name']}{_(', ')}{branch}"
    return {"title": _("Seller"), "name": name, "facts": _party(told, lang)}


def _buyer(told: Mapping[str, str] | None, lang: str) -> Said:
    if told is None:
        return {"title": _("Buyer"), "name": _("Forgotten at her own wish"), "facts": []}
    name = told.get("name") or _("Customer")
    return {"title": _("Buyer"), "name": name, "facts": _party(told, lang)}


def _party(told: Mapping[str, str], lang: str) -> list[tuple[str, str, bool]]:
    labels = (
        ("economic_code", _("Economic code")),
        ("national_id", _("National ID")),
        ("registration_no", _("Registration number")),
        ("postcode", _("Postcode")),
        ("phone", _("Telephone")),
        ("mobile", _("Mobile")),
        ("address", _("Address")),
    )
    shown = {**told, "mobile": display_mobile(told.get("mobile", ""))}
    return [
        (label, _digits(shown[field], lang), field != "address")
        for field, label in labels
        if shown.get(field)
    ]


def _row(number: int, line: Mapping[str, Any], unit: str, lang: str) -> list[str]:
    name = line["name"] or _kinds().get(line["kind"], _("The whole purchase"))
    quantity = (Decimal(line["quantity"]) / 1000).normalize()
    return [
        format_number(number, lang),
        name,
        format_number(quantity, lang) if quantity else _NOTHING,
        format_amount(line["price"], unit, lang, with_unit=False) if quantity else _NOTHING,
        format_amount(line["amount"], unit, lang, with_unit=False),
    ]


def _kinds() -> dict[str, str]:
    return {"delivery": _("Delivery"), "tax": _("Tax"), "gift_card": _("Gift card")}


def _sums(kind: str, content: Mapping[str, Any], lang: str) -> Sequence[tuple[str, str, bool]]:
    """(label, amount, whether it is the last word)."""
    unit, parts = content["unit"], sums_of(content["lines"])
    found: list[tuple[str, int]] = []
    if len(parts) > 1:
        names = {"goods": _("Goods and services"), **_kinds()}
        found += [(names[part], parts[part]) for part in names if part in parts]
    if kind == RETURN:
        return [
            *((label, format_amount(n, unit, lang), False) for label, n in found),
            (_("Total that came back"), format_amount(content["total"], unit, lang), True),
            *_given_back(content, lang),
        ]
    if content["total"] != content["payable"]:
        found.append((_("Sum total"), content["total"]))
    codes = " ".join(content.get("vouchers", ()))
    for label, amount in (
        (f"{_('Discount by voucher')} {codes}".strip(), content.get("discount", 0)),
        (_("Paid with points"), content.get("by_points", 0)),
        (_("Paid with credit"), content.get("by_credit", 0)),
    ):
        if amount:
            found.append((label, -amount))
    said = [(label, format_amount(amount, unit, lang), False) for label, amount in found]
    return [*said, (_("To be paid"), format_amount(content["payable"], unit, lang), True)]


def _given_back(content: Mapping[str, Any], lang: str) -> list[tuple[str, str, bool]]:
    unit, found = content["unit"], []
    if content["points_back"]:
        points = format_number(content["points_back"], lang)
        found.append((_("Points back"), points, False))
    if content["credit_back"]:
        credit = format_amount(content["credit_back"], unit, lang)
        found.append((_("Credit back"), credit, False))
    if content["money_back"] is not None:
        money = format_amount(content["money_back"], unit, lang)
        found.append((_("Money back"), money, False))
    return found


def _day(iso: str, content: Mapping[str, Any], lang: str) -> str:
    calendar: Calendar = default_calendar(lang)
    if lang == "fa" and content["calendar"] == "gregorian":
        calendar = "gregorian"
    return format_date(date.fromisoformat(iso), lang, "short", calendar)


def _digits(text: str, lang: str) -> str:
    return to_persian_digits(text) if lang == "fa" else text
