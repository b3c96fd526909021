"""Members by whatever somebody remembers of them, best matches first, as fast in a club of a
million as in one of a thousand.

What is looked up in an order (whole numbers, beginnings of names, endings of mobiles) comes from
b-trees and stops when the page is full. Only what then is still missing is looked for inside names
and numbers, by their groups of three letters in a row (``vafa_trigrams``, which needs no
extension of PostgreSQL).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from vafa.core.db import fetch
from vafa.core.phones import InvalidMobile, parse_mobile
from vafa.core.text import normalize, search_key, to_latin_digits
from vafa.insight.reads.listing import bare_number, escape_like

MOST_FOUND = 200
# A few digits mean very many people: so many of them are shown that one more digit, or a name beside
# them, is sooner typed than found by reading.
MOST_BY_DIGITS = 8
_FEW_DIGITS = range(1, 7)
_LEAST_DIGITS = 3
_GRAM = 3
_MOST_WORDS = 6
_NUMBERS = range(1, 19)
# Behind every text that begins with a prefix, in the order of code points.
_LAST = "\U0010ffff"

_BEGINS = (
    "(SELECT m.id, {rank} FROM club_member m WHERE m.club_id = %(club)s AND {also}"
    ' ({key} COLLATE "C") >= %({name})s AND ({key} COLLATE "C") < %({name}_end)s'
    ' ORDER BY ({key} COLLATE "C"), m.id LIMIT %(most)s)'
)
_NAME, _ENDING, _NUMBER = "m.search_key", "reverse(m.mobile)", "lower(m.external_id)"
_FAMILY = "club_family_key(m.name)"
_WHOLE = "SELECT m.id, 0 FROM club_member m WHERE m.club_id = %(club)s AND {}"
_CARD = (
    "SELECT c.member_id, 0 FROM club_card c WHERE c.club_id = %(club)s AND c.number = %(number)s"
)
# Whole values of the club's own attributes of text or number, such as a national code.
_ATTRIBUTE = (
    "SELECT f.id, 0 FROM club_memberattribute a"
    " CROSS JOIN LATERAL (VALUES (to_jsonb(%(typed)s::text)), (to_jsonb(%(literal)s::text)),"
    " (to_jsonb(%(whole)s::bigint))) AS v(value)"
    " CROSS JOIN LATERAL (SELECT m.id FROM club_member m WHERE m.club_id = %(club)s"
    " AND m.attributes <> '{}'::jsonb AND m.attributes @> jsonb_build_object(a.key, v.value)"
    " LIMIT %(most)s) f"
    " WHERE a.club_id = %(club)s AND a.is_active AND a.kind IN ('text', 'number')"
    " AND v.value IS NOT NULL"
)
# As the index ``member_found_inside`` has it.
_TEXTS = (
    "m.search_key || '|' || coalesce(substr(m.mobile, 2), '')"
    " || '|' || coalesce(lower(m.external_id), '')"
)
_ORDERED = """
SELECT f.id FROM (
    SELECT e.id, min(e.rank) AS rank FROM ({ordered}) e (id, rank)
    GROUP BY e.id ORDER BY 2, 1 LIMIT %(most)s
) f JOIN club_member m ON m.id = f.id ORDER BY f.rank, m.sort_key, m.id
"""
# A statement of its own: in one with the other, the server would start processes for this part of
# the plan in a large club, whether it is needed or not.
_INSIDE = """
SELECT f.id FROM (
    SELECT m.id, m.sort_key FROM club_member m
    WHERE {inside} AND m.id <> ALL(%(found)s::bigint[]) LIMIT %(most)s
) f ORDER BY f.sort_key, f.id
"""


def most_found(text: str) -> int:
    """How many of those whom a text may mean are looked for where nothing else narrows them."""
    return MOST_BY_DIGITS if len(bare_number(text)) in _FEW_DIGITS else MOST_FOUND


def find_member_ids(club_id: int, text: str, *, most: int = MOST_FOUND) -> list[int]:
    """The numbers of at most ``most`` members of the club whom ``text`` may mean, best first.

    Whole mobiles, cards, customer numbers and attributes (a national code) come first, then the
    beginning of a name, the beginning of a family name, the ending of a mobile, the beginning of a
    customer number, and last what is inside. Persian spelling, spaces and the script of digits
    make no difference. One or two letters or digits are only looked for at beginnings.
    """
    if not search_key(text):
        return []
    ordered, params = _ordered(text)
    asked = {"club": club_id, "most": most, **params}
    found = _numbers(_ORDERED.format(ordered=" UNION ALL ".join(ordered)), asked)
    inside, params = _inside(text)
    if inside and len(found) < most:
        asked = {"club": club_id, "most": most - len(found), "found": found, **params}
        found += _numbers(_INSIDE.format(inside=inside), asked)
    return found


def _numbers(sql: str, asked: dict[str, Any]) -> list[int]:
    return [pk for (pk,) in fetch(sql, asked)]


def _ordered(text: str) -> tuple[list[str], dict[str, Any]]:
    """The parts of the question that come in an order, and their parameters."""
    number, literal = bare_number(text), to_latin_digits(normalize(text)).lower()
    params: dict[str, Any] = {"number": number, "literal": literal}
    key = search_key(text)
    params |= {"typed": normalize(text), "whole": int(number) if len(number) in _NUMBERS else None}
    parts = [_ATTRIBUTE]
    begins = [
        ("name", key, _NAME, "", 1),
        ("family", key, _FAMILY, "strpos(m.name, ' ') > 0 AND", 2),
        ("shop", literal, _NUMBER, "m.external_id IS NOT NULL AND", 4),
    ]
    if number:
        parts.append(_CARD)
        with suppress(InvalidMobile):  # a part of one, then
            params["mobile"] = parse_mobile(text)
            parts.append(_WHOLE.format("m.mobile = %(mobile)s"))
        if "mobile" not in params and len(number) >= _LEAST_DIGITS:
            begins.append(("ending", number[::-1], _ENDING, "", 3))
    for name, start, column, also, rank in begins:
        params |= {name: start, f"{name}_end": start + _LAST}
        parts.append(_BEGINS.format(name=name, key=column, also=also, rank=rank))
    return parts, params


def _inside(text: str) -> tuple[str, dict[str, Any]]:
    """The condition that every word is somewhere in the name, mobile or customer number; none for
    words too short to be looked for."""
    number = bare_number(text)
    words = [number.removeprefix("0")] if number else [search_key(word) for word in text.split()]
    words = [word for word in words if word][:_MOST_WORDS]
    long = [word for word in words if len(word) >= _GRAM]
    if not long:
        return "", {}
    params = {f"like_{n}": f"%{escape_like(word)}%" for n, word in enumerate(words)}
    conditions = [f"({_TEXTS}) LIKE %({name})s" for name in params]
    for n, word in enumerate(long):
        params[f"long_{n}"] = word
        conditions.append(f"vafa_trigrams({_TEXTS}) @> vafa_trigrams(%(long_{n})s)")
    return " AND ".join(["m.club_id = %(club)s", *conditions]), params
