"""What a till sends when its line is back, read and checked: never believed further than signed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict

from vafa.club.access import access_branch
from vafa.club.actor import Actor
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.idempotency import hash_input
from vafa.core.phones import mask_mobile
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.entries import MAX_LINES, LineEntry, PurchaseEntry, check_purchase
from vafa.flows.offline_sales import Allowance, OfflineEntry, corrected
from vafa.web.till.bill import read_bill
from vafa.web.till.confirming import must_confirm
from vafa.web.till.pages import TillRequest
from vafa.web.till.reads.members import look_up
from vafa.web.till.tickets import Head, read_head, read_ticket

MOST_AT_ONCE = 25
_MOST_FORM = 20_000
# A till that lost its line in the last moment of its snapshot was right to go on.
_LENIENCE = timedelta(minutes=5)
_CARD = re.compile(r"\d{16}")


class OtherBranch(DomainError):
    """The sale belongs to a branch where the one who sends it does not work."""

    code = "other_branch"
    status = 404
    fa = "این فروش برای شعبهٔ دیگری است و همان‌جا فرستاده می‌شود."
    en = "This sale is of another branch, and is sent from there."


def read_sent(request: TillRequest, sent: Any, till_now: datetime) -> OfflineEntry:
    """One sale as the till kept it. ``till_now`` is the till's clock at the moment of sending.

    Raises OtherBranch, and other DomainErrors for what no till of ours can have sent.
    """
    if not isinstance(sent, dict):
        raise InvalidInput(field="entries")
    number = _uuid(sent.get("id"))
    head, _signature = read_head(sent.get("head"))
    if head is not None and head.club != request.club.id:
        raise OtherBranch
    till_at = _moment(sent.get("at"))
    received = now()
    rang = _who_rang(request, head)
    hashed = hash_input({name: value for name, value in sent.items() if name != "at"})
    if sent.get("form"):
        entry, member = _begun(request, str(sent["form"]), rang), None
        unsaid = "confirm" if must_confirm(request, entry) else ""
        sold_at, allowance = received, Allowance(trouble=unsaid)
    else:
        branch = head.branch if head is not None else _whole(sent.get("branch"), "branch")
        try:
            access_branch(request.actor, branch)
        except DomainError as error:
            raise OtherBranch from error
        entry = _sale(request, sent, branch, rang, f"offline-{number}")
        member = to_latin_digits(normalize(str(sent.get("who", ""))))[:64]
        sold_at = corrected(till_at, till_now, received)
        allowance = _allowance(sent, head, sold_at)
        check_purchase(replace(entry, purchased_at=None), received)
    return OfflineEntry(
        number=number,
        sale=entry,
        sent_by=request.actor,
        till_at=till_at,
        sold_at=sold_at,
        asked_hash=hashed,
        allowance=allowance,
        customer=_masked(member or ""),
        begun=bool(sent.get("form")),
        raw={"receipt_no": entry.receipt_no, "vouchers": list(entry.codes)},
    )


def till_time(sent: Any) -> datetime:
    """The till's clock as it was sent. Raises InvalidInput."""
    return _moment(sent)


def _who_rang(request: TillRequest, head: Head | None) -> Actor:
    """Whoever the snapshot was made for; without a signature of ours whoever sends it."""
    if head is None:
        return request.actor
    return replace(request.actor, id=head.staff)


def _begun(request: TillRequest, form: str, rang: Actor) -> PurchaseEntry:
    if len(form) > _MOST_FORM:
        raise InvalidInput(field="form")
    try:
        read = read_bill(request, QueryDict(form))
    except DomainError as error:
        raise OtherBranch from error
    if read.entry is None:
        raise InvalidInput(field="form")
    return replace(read.entry, actor=rang)


def _sale(
    request: TillRequest, sent: dict[str, Any], branch: int, rang: Actor, key: str
) -> PurchaseEntry:
    who = str(sent.get("who", ""))
    found = look_up(request.club, who).member_id if who else None
    lines = sent.get("lines") or []
    if not isinstance(lines, list) or len(lines) > MAX_LINES:
        raise InvalidInput(field="lines")
    return PurchaseEntry(
        actor=rang,
        branch=branch,
        total=_whole(sent.get("total"), "total"),
        member=("id", str(found)) if found is not None else None,
        lines=tuple(_line(line) for line in lines),
        receipt_no=to_latin_digits(normalize(str(sent.get("receipt_no", ""))))[:64],
        payment=str(sent.get("payment", ""))[:8],
        pay_points=_whole(sent.get("points", 0), "points"),
        pay_credit=_whole(sent.get("credit", 0), "credit"),
        key=key,
    )


def _line(sent: Any) -> LineEntry:
    """A line as (sku, name, quantity in thousandths, amount in smallest units)."""
    if not isinstance(sent, list) or len(sent) != 4:
        raise InvalidInput(field="lines")
    sku, name, quantity, amount = sent
    return LineEntry(
        _whole(amount, "lines"),
        str(sku)[:64],
        normalize(str(name))[:160],
        _whole(quantity, "lines"),
    )


def _allowance(sent: dict[str, Any], head: Head | None, sold_at: datetime) -> Allowance:
    if head is None:
        return Allowance(trouble="snapshot")
    ticket = read_ticket(head.id, sent.get("ticket"))
    if ticket is None:
        return Allowance(head.id, trouble="snapshot")
    trouble = "stale" if sold_at > head.valid_until + _LENIENCE else ""
    return Allowance(head.id, ticket.member, ticket.points, ticket.credit, trouble)


def _masked(who: str) -> str:
    """How she was named, without saying it whole."""
    digits = re.sub(r"\D", "", who)
    if _CARD.fullmatch(digits):
        return f"***{digits[-4:]}"
    return mask_mobile(who)[:24] if digits else ""


def _uuid(sent: Any) -> UUID:
    try:
        return UUID(str(sent))
    except ValueError as error:
        raise InvalidInput(field="id") from error


def _moment(sent: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(sent))
    except ValueError as error:
        raise InvalidInput(field="at") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(sent: Any, field: str) -> int:
    if not isinstance(sent, int) or isinstance(sent, bool) or not 0 <= sent < 2**53:
        raise InvalidInput(field=field)
    return sent
