"""A few of everything that a club has by a name or a number, for the search in the top bar: one
statement for all kinds but members, who have indexes of their own (``finding``)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.text import normalize, search_key, to_latin_digits
from vafa.insight.reads.finding import find_member_ids
from vafa.insight.reads.listing import containing, folded

KINDS = ("purchase", "code", "product", "segment", "reward", "draw", "series", "staff")
_EACH = 5


class Hit(NamedTuple):
    """``name`` is what it is called (``name_en`` in English, "" for the same), ``detail`` a word or
    number that tells it from others, ``amount`` money in smallest units where it has one."""

    kind: str
    id: int
    name: str
    name_en: str
    detail: str
    amount: int | None


class MemberHit(NamedTuple):
    """A member who may be meant."""

    id: int
    name: str
    mobile: str | None
    external_id: str | None
    is_active: bool


def _named(kind: str, table: str, detail: str = "''", also: str = "") -> str:
    """What is found by a part of its name in either language."""
    return (
        f"(SELECT '{kind}', x.id, x.name, x.name_en, ({detail})::text, NULL::bigint FROM {table} x"
        f" WHERE x.club_id = %(club)s {also} AND ({folded('x.name')} LIKE %(part)s"
        f" OR {folded('x.name_en')} LIKE %(part)s) ORDER BY x.id DESC LIMIT {_EACH})"
    )


_ARMS = {
    "purchase": (
        "(SELECT 'purchase', p.id, p.receipt_no, '', b.name, p.total FROM club_branch b"
        " CROSS JOIN LATERAL (SELECT x.* FROM commerce_purchase x WHERE x.branch_id = b.id"
        " AND x.receipt_no = ANY(%(exact)s) LIMIT 5) p WHERE b.club_id = %(club)s"
        " AND (%(branches)s::bigint[] IS NULL OR b.id = ANY(%(branches)s))"
        f" ORDER BY p.purchased_at DESC LIMIT {_EACH})"
    ),
    "code": (
        "(SELECT 'code', coalesce(v.series_id, 0), v.code, '', coalesce(m.name, ''), m.id"
        " FROM program_voucher v LEFT JOIN club_member m ON m.id = v.member_id"
        f" WHERE v.club_id = %(club)s AND v.code = ANY(%(exact)s) LIMIT {_EACH})"
    ),
    "product": (
        "(SELECT 'product', x.id, x.name, '', x.sku, x.price FROM commerce_product x"
        f" WHERE x.club_id = %(club)s AND ({folded('x.name')} LIKE %(part)s"
        f" OR x.sku = ANY(%(exact)s)) ORDER BY x.sort_key, x.id LIMIT {_EACH})"
    ),
    "segment": _named("segment", "audience_segment", also="AND x.archived_at IS NULL"),
    "reward": _named("reward", "program_reward"),
    "draw": _named("draw", "program_draw", "x.permit"),
    "series": (
        "(SELECT 'series', x.id, x.name, '', x.prefix, NULL::bigint FROM program_voucherseries x"
        f" WHERE x.club_id = %(club)s AND {folded('x.name')} LIKE %(part)s"
        f" ORDER BY x.id DESC LIMIT {_EACH})"
    ),
    "staff": (
        "(SELECT 'staff', x.id, u.name, '', u.username, NULL::bigint FROM club_staff x"
        f" JOIN club_user u ON u.id = x.user_id WHERE x.club_id = %(club)s"
        f" AND ({folded('u.name')} LIKE %(part)s OR u.username = ANY(%(exact)s))"
        f" ORDER BY u.name, x.id LIMIT {_EACH})"
    ),
}


def find_everything(
    club: ClubContext,
    text: str,
    kinds: Collection[str],
    *,
    branches: Collection[int] | None = None,
) -> list[Hit]:
    """A few hits of each of ``kinds`` (of ``KINDS``) that ``text`` may name, in one statement.

    Names are found by any part, receipts and codes as a whole; ``branches`` narrows purchases to
    those of these. ``amount`` of a code is the number of the member whose it is, and its ``id`` the
    series'.
    """
    wanted = [_ARMS[kind] for kind in KINDS if kind in kinds]
    if not wanted or not search_key(text):
        return []
    typed = normalize(text)
    params: dict[str, Any] = {
        "club": club.id,
        "part": containing(text),
        "exact": sorted({typed, to_latin_digits(typed), to_latin_digits(typed).upper()}),
        "branches": None if branches is None else sorted(branches),
    }
    return [Hit(*row) for row in fetch(" UNION ALL ".join(wanted), params)]


def find_members_like(club: ClubContext, text: str, *, most: int = 6) -> list[MemberHit]:
    """The members whom ``text`` may mean, best first, in two or three statements."""
    found = find_member_ids(club.id, text, most=most)
    if not found:
        return []
    rows = fetch(
        "SELECT m.id, m.name, m.mobile, m.external_id, m.is_active"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS f(id, place)"
        " JOIN club_member m ON m.id = f.id ORDER BY f.place",
        [found],
    )
    return [MemberHit(*row) for row in rows]
