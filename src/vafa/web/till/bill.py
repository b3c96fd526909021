"""From the posted bill to what the flows take."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import Form
from django.http import QueryDict

from vafa.club.access import access_branch, access_member
from vafa.commerce.models import Purchase
from vafa.core.errors import DomainError
from vafa.core.money import parse_amount
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.entries import MAX_LINES, LineEntry, PurchaseEntry, ReturnEntry
from vafa.web.till.forms import BillForm, ReturnForm
from vafa.web.till.pages import TillRequest
from vafa.web.till.quantities import parse_quantity
from vafa.web.till.reads.purchases import LineLeft
from vafa.web.till.refusals import said

_CODE = re.compile(r"[0-9A-Z]{16}")


@dataclass(frozen=True, slots=True)
class ReadBill:
    """``entry`` is None while there is nothing to record; ``problem`` says what to mend."""

    entry: PurchaseEntry | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ReadReturn:
    """As ``ReadBill``, for a return."""

    entry: ReturnEntry | None
    problem: str = ""


def new_key() -> str:
    """A one-time key for a form that moves value."""
    return f"till-{uuid.uuid4()}"


def voucher_code(typed: str) -> str:
    """A code as it was made, from how people type it: any case, digits and grouping."""
    text = to_latin_digits(normalize(typed)).upper()
    bare = re.sub(r"[\s\-]", "", text)
    if _CODE.fullmatch(bare):
        return "-".join(bare[i : i + 4] for i in range(0, 16, 4))
    return text


def voucher_codes(typed: str) -> tuple[str, ...]:
    """Several codes, between commas or spaces; one that is grouped by spaces stays one."""
    found: list[str] = []
    for piece in re.split(r"[,،;\n+]", typed):
        whole = voucher_code(piece)
        is_one = _CODE.fullmatch(whole.replace("-", ""))
        found += [whole] if is_one else [voucher_code(one) for one in whole.split()]
    return tuple(dict.fromkeys(found))


def read_bill(request: TillRequest, sent: QueryDict | None = None) -> ReadBill:
    """The bill that was posted, or ``sent`` later. Raises UnknownBranch and UnknownMember for what
    is not hers."""
    post = request.POST if sent is None else sent
    form = BillForm(request.club.display_unit, post)
    if not form.is_valid():
        return ReadBill(None, _first_error(form))
    try:
        lines = _lines(post, request.club.display_unit)
    except DomainError as error:
        return ReadBill(None, said(error))
    asked = form.cleaned_data
    total = sum(line.amount for line in lines) if lines else asked["amount"]
    if not total:
        return ReadBill(None)
    branch = access_branch(request.actor, asked["branch"])
    member = access_member(request.actor, asked["member"]) if asked["member"] else None
    return ReadBill(
        PurchaseEntry(
            actor=request.actor,
            branch=branch.id,
            total=total,
            member=("id", str(member.id)) if member else None,
            lines=tuple(lines),
            receipt_no=to_latin_digits(asked["receipt_no"]),
            payment=asked["payment"],
            pay_points=asked["pay_points"] or 0,
            pay_credit=asked["pay_credit"] or 0,
            vouchers=voucher_codes(asked["voucher"]),
            reservation=asked["reservation"],
            key=asked["key"],
        )
    )


def posted_reservation(request: TillRequest) -> int | None:
    """The reservation of the form, whatever else is wrong with it."""
    return number_or_none(request.POST.get("reservation", ""))


def number_or_none(typed: str) -> int | None:
    """A row's number out of a form; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None


def read_return(request: TillRequest, purchase: Purchase, lines: Sequence[LineLeft]) -> ReadReturn:
    """The return that was posted; every line in full is "everything that is left"."""
    form = ReturnForm(request.club.display_unit, request.POST)
    if not form.is_valid():
        return ReadReturn(None, _first_error(form))
    asked = form.cleaned_data
    back: tuple[tuple[int, int, int | None], ...] = ()
    if by_amount(lines):
        if not asked["amount"]:
            return ReadReturn(None)
    else:
        try:
            back = _lines_back(request.POST, lines)
        except DomainError as error:
            return ReadReturn(None, said(error))
        if not back:
            return ReadReturn(None)
    return ReadReturn(
        ReturnEntry(
            actor=request.actor,
            branch=request.branch.id,
            purchase_id=purchase.id,
            lines=back,
            amount=asked["amount"] if by_amount(lines) else None,
            reason=asked["reason"],
            key=asked["key"],
        )
    )


def by_amount(lines: Sequence[LineLeft]) -> bool:
    """Whether a bill was known only by its amount, so that a return is a sum of money too."""
    return len(lines) == 1 and lines[0].line.product_id is None and not lines[0].line.name


def _lines(post: QueryDict, unit: str) -> list[LineEntry]:
    rows = zip(
        post.getlist("line_sku"),
        post.getlist("line_name"),
        post.getlist("line_quantity"),
        post.getlist("line_price"),
        strict=False,
    )
    lines = []
    for sku, name, quantity_text, price_text in list(rows)[: MAX_LINES + 1]:
        quantity = parse_quantity(quantity_text)
        price = parse_amount(price_text or "0", unit)
        amount = (price * quantity + 500) // 1000
        if quantity:
            lines.append(LineEntry(amount, sku[:64], normalize(name)[:160], quantity))
    return lines


def _lines_back(
    post: QueryDict, lines: Sequence[LineLeft]
) -> tuple[tuple[int, int, int | None], ...]:
    back: list[tuple[int, int, int | None]] = []
    for left in lines:
        quantity = parse_quantity(post.get(f"back_{left.line.number}", ""))
        if quantity:
            back.append((left.line.number, quantity, None))
    return tuple(back)


def _first_error(form: Form) -> str:
    for field, errors in form.errors.items():
        label = str(form.fields[field].label or "") if field in form.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])
    return ""
