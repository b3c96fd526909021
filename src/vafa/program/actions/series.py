"""Series of codes: made in batches, brought in from a list, given away one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from vafa.club.actions.audit import Thing, record_audit
from vafa.core.db import Table, fetch, insert_rows
from vafa.core.errors import InvalidInput, NotFound
from vafa.core.text import normalize
from vafa.program.actions.vouchers import LETTERS, new_codes
from vafa.program.errors import CodesTooShort
from vafa.program.models import VoucherSeries
from vafa.program.rules.offers import KINDS, OfferTerms

MOST_CODES = 10_000_000
_PREFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_FEWEST_LETTERS = 6
# Of the codes that a form has room for, not more than one in so many exists: whoever guesses
# mostly misses, and the guesses are counted.
_SPARSE = 1_000
_AUDITED = (
    *("name", "kind", "value", "min_basket", "max_uses", "starts_at", "expires_at"),
    *("prefix", "letters", "wanted"),
)
_CODES = Table(
    "program_voucher",
    (
        ("club_id", "bigint"),
        ("series_id", "bigint"),
        ("code", "text"),
        ("kind", "text"),
        ("value", "bigint"),
        ("min_basket", "bigint"),
        ("max_uses", "integer"),
        ("starts_at", "timestamptz"),
        ("expires_at", "timestamptz"),
    ),
)


def create_series(club_id: int, *, by: str, **fields: Any) -> VoucherSeries:
    """A series without its codes yet; see the model for the fields (``wanted`` of them).

    Raises InvalidInput naming a wrong field, CodesTooShort.
    """
    series = VoucherSeries(club_id=club_id, actor=by, **fields)
    series.name = normalize(series.name)
    series.terms = checked_terms(series.kind, series.terms)
    _check(series)
    series.save(force_insert=True)
    values = {name: getattr(series, name) for name in _AUDITED} | {"offer": series.terms}
    record_audit(club_id, by, "series.created", thing_of(series), after=values)
    return series


def thing_of(series: VoucherSeries) -> Thing:
    """The series as the audit names it."""
    return Thing("series", series.pk, series.name)


def lock_series(club_id: int, series_id: int) -> VoucherSeries:
    """The club's series, locked. Raises NotFound."""
    rows = VoucherSeries.objects.select_for_update(of=("self",))
    found = rows.filter(club_id=club_id, pk=series_id).first()
    if found is None:
        raise NotFound
    return found


def checked_terms(kind: str, terms: Any) -> dict[str, Any]:
    """Terms as they are stored: what says nothing is left out. Raises InvalidInput naming what is
    wrong."""
    try:
        checked = OfferTerms.model_validate(terms)
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        raise InvalidInput(field=str(where[0]) if where else "terms") from error
    given = checked.get_products or checked.get_categories
    if kind == "buy_get" and not (checked.is_of_some_lines or given):
        raise InvalidInput(field="products")
    if kind in ("text", "partner") and not checked.text.strip():
        raise InvalidInput(field="text")
    if (kind == "chances") != (checked.draw is not None):
        raise InvalidInput(field="draw")
    return checked.model_dump(mode="json", exclude_defaults=True)


def make_batch(series: VoucherSeries, most: int) -> int:
    """Make up to ``most`` of the codes that are still wanted, in a fixed number of statements
    (one look for codes that are taken, one insert). ``series`` must be locked."""
    count = min(series.wanted - series.made, most)
    codes: set[str] = set()
    while len(codes) < count:
        fresh = new_codes(count - len(codes), prefix=series.prefix, letters=series.letters)
        codes.update(set(fresh) - taken_codes(series.club_id, fresh))
    insert_codes(series, list(codes))
    return count


def taken_codes(club_id: int, codes: Sequence[str]) -> set[str]:
    """Those of the codes that the club has already."""
    rows = fetch(
        "SELECT code FROM program_voucher WHERE club_id = %s AND code = ANY(%s)",
        [club_id, list(codes)],
    )
    return {code for (code,) in rows}


def insert_codes(series: VoucherSeries, codes: Sequence[str]) -> None:
    """Write codes of a series, and that they are there. Raises IntegrityError for one that is
    taken."""
    terms = (series.kind, series.value, series.min_basket, series.max_uses)
    window = (series.starts_at, series.expires_at)
    insert_rows(_CODES, [(series.club_id, series.pk, code, *terms, *window) for code in codes])
    series.made += len(codes)
    series.save(update_fields=["made"])


def take_code(series_id: int, member_id: int, at: datetime) -> tuple[int, str] | None:
    """Give the next free code of a series to a member: (number, code), None when all are gone.

    Whoever comes at the same moment gets the next but one, and waits for nobody.
    """
    rows = fetch(
        "UPDATE program_voucher SET member_id = %s, given_at = %s WHERE id = (SELECT v.id"
        " FROM program_voucher v WHERE v.series_id = %s AND v.member_id IS NULL AND NOT EXISTS"
        " (SELECT FROM program_voucheruse u WHERE u.voucher_id = v.id) ORDER BY v.id LIMIT 1"
        " FOR UPDATE SKIP LOCKED) RETURNING id, code",
        [member_id, at, series_id],
    )
    return rows[0] if rows else None


def _check(series: VoucherSeries) -> None:
    worth = series.kind in ("voucher", "gift")
    wrong = {
        "name": not 0 < len(series.name) <= 120,
        "kind": series.kind not in KINDS,
        "value": not 0 <= series.value <= 10**13 or (worth and not series.value),
        "min_basket": not 0 <= series.min_basket <= 10**13,
        "max_uses": series.max_uses is not None and not 1 <= series.max_uses <= 10**9,
        "expires_at": series.starts_at is not None and series.expires_at <= series.starts_at,
        "wanted": not 1 <= series.wanted <= MOST_CODES,
        "prefix": len(series.prefix) > 16 or not set(series.prefix) <= set(_PREFIX),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise InvalidInput(field=field)
    if series.letters == LETTERS or not series.letters:  # brought in from a list
        return
    room = 32**series.letters
    if not _FEWEST_LETTERS <= series.letters < LETTERS or series.wanted * _SPARSE > room:
        raise CodesTooShort(fewest=_fewest(series.wanted))


def _fewest(wanted: int) -> int:
    return next(n for n in range(_FEWEST_LETTERS, LETTERS) if 32**n >= wanted * _SPARSE)
