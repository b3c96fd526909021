"""Series of codes, and the codes in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import fetch
from vafa.core.errors import NotFound
from vafa.program.models import VoucherSeries

_PAGE = 5_000
_ROW = (
    "SELECT v.id, v.code, v.member_id, m.name, m.mobile, v.given_at, coalesce(u.times_after, 0),"
    " coalesce(u.amount_after, 0), coalesce(u.purpose, ''), u.used_at FROM program_voucher v"
    " LEFT JOIN club_member m ON m.id = v.member_id"
    " LEFT JOIN LATERAL (SELECT x.* FROM program_voucheruse x WHERE x.voucher_id = v.id"
    " ORDER BY x.number DESC LIMIT 1) u ON true"
)


class CodeRow(NamedTuple):
    """A code of a series: to whom it was given, how often and for how much it was used, and what
    happened to it last ("" for nothing)."""

    id: int
    code: str
    member_id: int | None
    member: str | None
    mobile: str | None
    given_at: datetime | None
    times: int
    amount: int
    last: str
    last_at: datetime | None


class SeriesCount(NamedTuple):
    """How many codes of a series were given to somebody, and how often its codes were used."""

    given: int = 0
    used: int = 0
    amount: int = 0


def list_series(club_id: int) -> Sequence[VoucherSeries]:
    """The club's series, newest first."""
    return list(VoucherSeries.objects.filter(club_id=club_id).order_by("-id"))


def find_series(club_id: int, series_id: int) -> VoucherSeries:
    """A series of the club. Raises NotFound."""
    found = VoucherSeries.objects.filter(club_id=club_id, pk=series_id).first()
    if found is None:
        raise NotFound
    return found


def series_count(series_id: int) -> SeriesCount:
    """What became of its codes so far."""
    rows = fetch(
        "SELECT (SELECT count(*) FROM program_voucher v WHERE v.series_id = %s"
        " AND v.member_id IS NOT NULL), coalesce(sum(u.times), 0)::bigint,"
        " coalesce(sum(u.amount), 0)::bigint FROM program_voucheruse u"
        " JOIN program_voucher v ON v.id = u.voucher_id WHERE v.series_id = %s",
        [series_id, series_id],
    )
    return SeriesCount(*rows[0])


def codes_page(series_id: int, *, after: int = 0, limit: int = 50) -> list[CodeRow]:
    """A page of its codes in the order in which they were made, from above number ``after`` on."""
    rows = fetch(
        f"{_ROW} WHERE v.series_id = %s AND v.id > %s ORDER BY v.id LIMIT %s",
        [series_id, after, limit],
    )
    return [CodeRow(*row) for row in rows]


def all_codes(series_id: int) -> Iterator[CodeRow]:
    """All of its codes, read page by page."""
    after = 0
    while rows := codes_page(series_id, after=after, limit=_PAGE):
        yield from rows
        after = rows[-1].id


def code_of(club_id: int, code: str) -> tuple[CodeRow, int | None] | None:
    """A code of the club with the series that it belongs to; None for one that is not there."""
    rows = fetch(f"{_ROW} WHERE v.club_id = %s AND v.code = %s", [club_id, code])
    if not rows:
        return None
    found = CodeRow(*rows[0])
    series = fetch("SELECT series_id FROM program_voucher WHERE id = %s", [found.id])
    return found, series[0][0]


def human_forms(club_id: int) -> list[tuple[str, int]]:
    """The agreed forms of codes that people can read out: (prefix, letters)."""
    rows = VoucherSeries.objects.filter(club_id=club_id, letters__gt=0, letters__lt=16)
    return list(rows.values_list("prefix", "letters").distinct())
