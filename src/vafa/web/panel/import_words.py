"""Imports in words: kinds of files, fields, what was counted, cells as they will be."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vafa.club.reads.context import ClubContext
from vafa.commerce.models import DataImport
from vafa.core.errors import DomainError
from vafa.core.jalali import format_date
from vafa.core.money import format_amount, format_number
from vafa.core.phones import display_mobile
from vafa.flows.imports.mapping import ATTRIBUTE
from vafa.flows.imports.preview import PreviewCell
from vafa.web.shared.context import current_lang, local_digits

KINDS: dict[str, tuple[Promise, Promise, str]] = {
    "members": (
        gettext_lazy("Members"),
        gettext_lazy("Names, mobile numbers, birthdays and what else you know of your customers"),
        "users",
    ),
    "products": (
        gettext_lazy("Products"),
        gettext_lazy("Codes, names, categories, brands and prices"),
        "package",
    ),
    "purchases": (
        gettext_lazy("Purchases"),
        gettext_lazy(
            "What was bought until now; points for it are granted only where you ask for them"
        ),
        "receipt",
    ),
    "balances": (
        gettext_lazy("Balances"),
        gettext_lazy("Points and credit that members have from before, with their own dates"),
        "wallet",
    ),
    "codes": (
        gettext_lazy("Codes of vouchers"),
        gettext_lazy("Codes that are printed already, or that a partner gave you"),
        "ticket",
    ),
}
FIELDS: dict[str, Promise] = {
    "receipt": gettext_lazy("Receipt number"),
    "date": gettext_lazy("Date"),
    "time": gettext_lazy("Time"),
    "mobile": gettext_lazy("Mobile"),
    "customer": gettext_lazy("Customer number"),
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "gender": gettext_lazy("Gender"),
    "birth_date": gettext_lazy("Birth date"),
    "joined": gettext_lazy("Member since"),
    "email": gettext_lazy("E-mail"),
    "city": gettext_lazy("City"),
    "total": gettext_lazy("Total of the bill"),
    "amount": gettext_lazy("Amount of the line"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Price"),
    "sku": gettext_lazy("Product code"),
    "product": gettext_lazy("Product name"),
    "category": gettext_lazy("Category"),
    "branch": gettext_lazy("Branch"),
    "brand": gettext_lazy("Brand"),
    "payment": gettext_lazy("Way of paying"),
    "payment_card": gettext_lazy("Trace of the bank card"),
    "points": gettext_lazy("Points"),
    "credit": gettext_lazy("Credit"),
    "earned": gettext_lazy("Earned on"),
    "expires": gettext_lazy("Good until"),
    "reference": gettext_lazy("Number of the row"),
    "code": gettext_lazy("Code"),
}
_STATES: dict[str, tuple[Promise, str]] = {
    "new": (gettext_lazy("Being read"), "info"),
    "ready": (gettext_lazy("Not brought in yet"), "warning"),
    "running": (gettext_lazy("Not finished"), "warning"),
    "done": (gettext_lazy("Brought in"), "success"),
    "undoing": (gettext_lazy("Not fully taken back"), "warning"),
    "undone": (gettext_lazy("Taken back again"), "muted"),
}


def field_words(field: str, attributes: dict[str, str] | None = None) -> str:
    """What a field is called; attributes of members by their own names."""
    if field.startswith(ATTRIBUTE):
        key = field.removeprefix(ATTRIBUTE)
        return (attributes or {}).get(key, key)
    return str(FIELDS.get(field, field))


def state_words(data_import: DataImport, *, is_at_work: bool) -> tuple[str, str]:
    """How far an import is, and the kind of its badge."""
    if is_at_work:
        return _("At work"), "info"
    words, kind = _STATES[data_import.state]
    return str(words), kind


def trouble_words(error: DomainError) -> str:
    """What is still to be said about a file, as the page (not the command line) asks for it."""
    details = error.details
    field = field_words(str(details.get("field", "")))
    said = {
        "no_date_column": _("Say which column has the date."),
        "no_amount_column": _(
            "Say which column has the amount: the total of the bill, or amount or price of the line."
        ),
        "no_column_for": _("Say which column has: %(field)s.") % {"field": field},
        "unit_needed": _("Say in which unit the amounts are."),
        "branch_needed": _("Say at which branch this was, or which column names it."),
        "mixed_calendars": _(
            "The column “%(column)s” has Jalali and Gregorian dates. Choose one calendar; rows of the other will be refused."
        ),
        "unclear_day_order": _(
            "In the column “%(column)s” it is not clear whether day or month comes first. Choose it."
        ),
        "no_dates": _("The column “%(column)s” has no date with a year of four digits."),
    }.get(error.code)
    return said % details if said else error.message(current_lang())


def count_rows(kind: str, counts: dict[str, Any], club: ClubContext) -> list[tuple[str, str]]:
    """What was counted, as (words, number): of a dry run or of the import itself."""
    lang, unit = current_lang(), club.display_unit
    rows: list[tuple[str, str]] = [(_("Rows in the file"), format_number(counts["rows"], lang))]
    if kind == "purchases":
        for name, words in (
            ("purchases", _("Purchases")),
            ("purchases_repeated", _("Purchases that were there already")),
            ("returns", _("Returns")),
            ("returns_repeated", _("Returns that were there already")),
        ):
            bills, amount = counts[name]
            if bills or name == "purchases":
                said = f"{format_number(bills, lang)} · {format_amount(amount, unit, lang)}"
                rows.append((words, said))
        numbers = [("members", _("New members")), ("products", _("New products"))]
    else:
        numbers = [("made", _("New")), ("known", _("There already"))]
        if kind == "members":
            numbers.append(("filled", _("Of these, gaps filled in")))
        if kind == "balances":
            numbers.append(("members", _("New members")))
    numbers.append(("points", _("Points given")))
    for name, words in numbers:
        if counts.get(name) or name in ("made", "members"):
            rows.append((words, format_number(counts.get(name, 0), lang)))
    if counts.get("credit"):
        rows.append((_("Credit given"), format_amount(counts["credit"], unit, lang)))
    rows.append((_("Refused rows"), format_number(counts["refused"], lang)))
    return rows


def undone_rows(counts: dict[str, int], club: ClubContext) -> list[tuple[str, str]]:
    """What an undoing did, as (words, number)."""
    lang = current_lang()
    words = {
        "purchases": _("Purchases returned"),
        "returned_before": _("Purchases that had come back before"),
        "balances": _("Balances taken back"),
        "points": _("Points that went back"),
        "members": _("Memberships closed"),
        "members_kept": _("Members who stay, since they have done something since"),
        "products": _("Products no longer sold"),
        "products_kept": _("Products that stay, since they are used"),
        "series": _("Series of codes ended"),
    }
    rows = [
        (said, format_number(counts[name], lang)) for name, said in words.items() if counts[name]
    ]
    if counts["credit"]:
        amount = format_amount(counts["credit"], club.display_unit, lang)
        rows.append((_("Credit taken back"), amount))
    return rows or [(_("There was nothing to take back"), "")]


# What taking back does, by kind: the count that it is about, and the sentence.
_DOES: dict[str, tuple[tuple[str, Promise], ...]] = {
    "purchases": (
        (
            "purchases",
            gettext_lazy(
                "%(n)s purchases are returned: what they had earned is taken back, and who has spent it already owes it."
            ),
        ),
        (
            "members",
            gettext_lazy(
                "Up to %(n)s members who came with this file and have done nothing else are closed."
            ),
        ),
        (
            "products",
            gettext_lazy("Up to %(n)s products that nobody else has sold are no longer sold."),
        ),
    ),
    "balances": (
        (
            "made",
            gettext_lazy("%(n)s balances are taken back; who has spent hers already owes it."),
        ),
        (
            "members",
            gettext_lazy(
                "Up to %(n)s members who came with this file and have done nothing else are closed."
            ),
        ),
    ),
    "members": (
        (
            "made",
            gettext_lazy(
                "Up to %(n)s members who came with this file and have done nothing since are closed; points for joining are taken back."
            ),
        ),
    ),
    "products": (
        (
            "made",
            gettext_lazy("Up to %(n)s products that nobody has sold since are no longer sold."),
        ),
    ),
    "codes": (("made", gettext_lazy("None of these %(n)s codes works any more.")),),
}
_CANNOT: dict[str, tuple[Promise, ...]] = {
    "purchases": (
        gettext_lazy("Returns that the file brought in stay, and messages that were sent."),
        gettext_lazy(
            "Reports count none of it; in the list of purchases they stand, where you ask for them, with their returns beside them."
        ),
    ),
    "members": (
        gettext_lazy("Who has bought or got something since stays."),
        gettext_lazy("What the file filled in of members who were there before stays."),
    ),
    "codes": (
        gettext_lazy("What was paid with them stays paid."),
        gettext_lazy("The same codes cannot be brought in again."),
    ),
}


def undo_words(data_import: DataImport) -> tuple[list[str], list[str]]:
    """What taking an import back will do, and what it cannot, in sentences."""
    counts, does = data_import.counts or {}, []
    for name, said in _DOES[data_import.kind]:
        found = counts.get(name, 0)
        number = found[0] if isinstance(found, list) else found
        if number:
            does.append(str(said) % {"n": format_number(number, current_lang())})
    if not does:
        does.append(_("What has come in until now is taken back."))
    return does, [str(said) for said in _CANNOT.get(data_import.kind, ())]


def cell_words(cell: PreviewCell, club: ClubContext) -> tuple[str, str]:
    """A cell as it is understood, and beside it a day in the other calendar."""
    lang, value = current_lang(), cell.value
    if cell.error is not None or value is None:
        return cell.raw, ""
    if isinstance(value, date):  # a moment is one too
        day = value if type(value) is date else value.date()  # type: ignore[attr-defined]
        clock = ""
        if cell.kind == "moment" and (value.hour or value.minute):  # type: ignore[attr-defined]
            clock = local_digits(f" {value:%H:%M}")
        jalali = format_date(day, lang, "short", "jalali")
        gregorian = format_date(day, "en", "short", "gregorian")
        both = (jalali, gregorian) if lang == "fa" else (gregorian, jalali)
        return both[0] + clock, both[1]
    match cell.kind:
        case "mobile":
            return local_digits(display_mobile(str(value))), ""
        case "amount":
            return format_amount(value, club.display_unit, lang), ""
        case "points":
            return format_number(value, lang), ""
        case "quantity":
            return local_digits(f"{value / 1000:g}"), ""
        case _:
            return str(value), ""
