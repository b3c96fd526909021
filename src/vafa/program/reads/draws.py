"""Draws as their pages show them: lists, the published list, winners, one member's line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vafa.club.models import Branch, Staff
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.errors import NotFound
from vafa.core.phones import InvalidMobile, parse_mobile
from vafa.program.models import Draw, DrawSecret
from vafa.program.rules.draws import list_line, prize_of

PUBLIC = ("open", "frozen", "drawn", "closed", "cancelled")
_ROWS = 20_000


class Line(NamedTuple):
    """A line of a frozen list."""

    number: int
    tag: str
    chances: int


class Winner(NamedTuple):
    """Who was drawn at a place. ``prize`` is its index, None for a reserve; ``outcome`` "" while
    nothing became of it; ``successor`` the place of who came instead."""

    place: int
    prize: int | None
    number: int
    tag: str
    chances: int
    member_id: int
    name: str
    mobile: str | None
    outcome: str
    reason: str
    successor: int | None
    at: datetime | None


def list_draws(club_id: int) -> list[Draw]:
    """All draws of the club, the newest first."""
    return list(Draw.objects.filter(club_id=club_id).order_by("-id"))


def public_draws(club_id: int) -> list[Draw]:
    """The draws that were ever opened, the newest first."""
    found = Draw.objects.filter(club_id=club_id, status__in=PUBLIC, opened_at__isnull=False)
    return list(found.order_by("-id"))


def has_draws(club_id: int) -> bool:
    """Whether any draw was ever opened."""
    return Draw.objects.filter(club_id=club_id, opened_at__isnull=False).exists()


def public_draw(club_id: int, draw_id: int) -> Draw:
    """A draw that was opened. Raises NotFound."""
    draw = Draw.objects.filter(pk=draw_id, club_id=club_id, opened_at__isnull=False).first()
    if draw is None:
        raise NotFound
    return draw


def branch_names(draw: Draw) -> list[str]:
    """The names of the branches that count; none for all of them."""
    found = Branch.objects.filter(club_id=draw.club_id, pk__in=draw.branches).order_by("code")
    return list(found.values_list("name", flat=True))


def lines_of(draw: Draw) -> Iterator[Line]:
    """The frozen list, in its order; empty before. A few statements, one for each 20,000 lines."""
    for first in range(0, draw.entrants, _ROWS):
        rows = fetch(
            "SELECT number, tag, chances FROM program_drawentry WHERE draw_id = %s AND number > %s"
            " AND number <= %s ORDER BY number",
            [draw.id, first, first + _ROWS],
        )
        yield from (Line(*row) for row in rows)


def list_text(draw: Draw) -> Iterator[str]:
    """The published list as text, in parts."""
    part: list[str] = []
    for line in lines_of(draw):
        part.append(list_line(*line))
        if len(part) == _ROWS:
            yield "".join(part)
            part = []
    yield "".join(part)


def winners_of(draw: Draw) -> list[Winner]:
    """Who was drawn, by place."""
    rows = fetch(
        "SELECT w.place, e.number, e.tag, e.chances, m.id, m.name, m.mobile, coalesce(o.kind, ''),"
        " coalesce(o.reason, ''), s.place, o.at FROM program_drawwinner w"
        " JOIN program_drawentry e ON e.id = w.entry_id JOIN club_member x ON x.id = e.member_id"
        " JOIN club_member m ON m.id = coalesce(x.merged_into_id, x.id)"
        " LEFT JOIN program_drawoutcome o ON o.winner_id = w.id"
        " LEFT JOIN program_drawwinner s ON s.id = o.successor_id"
        " WHERE w.draw_id = %s ORDER BY w.place",
        [draw.id],
    )
    return [Winner(place, prize_of(place, draw.prizes), *rest) for place, *rest in rows]


def line_of_member(draw: Draw, member_id: int) -> Line | None:
    """Her line in the frozen list, also where she was merged into another since; None for none."""
    rows = fetch(
        "SELECT e.number, e.tag, e.chances FROM program_drawentry e WHERE e.draw_id = %s"
        " AND e.member_id IN (SELECT id FROM club_member WHERE id = %s OR merged_into_id = %s)"
        " ORDER BY e.member_id = %s DESC LIMIT 1",
        [draw.id, member_id, member_id, member_id],
    )
    return Line(*rows[0]) if rows else None


def has_claimed(draw: Draw, member_id: int) -> bool:
    """Whether she asked for the free chances."""
    rows = fetch(
        "SELECT 1 FROM program_drawclaim WHERE draw_id = %s AND member_id = %s",
        [draw.id, member_id],
    )
    return bool(rows)


def secret_of(draw: Draw) -> tuple[bytes, bytes]:
    """The seed and the key of the salts. Only for drawing, and for telling a member her own salt."""
    secret = DrawSecret.objects.get(draw=draw)
    return bytes(secret.seed), bytes(secret.key)


def excluded_mobiles(draw: Draw) -> list[str]:
    """Whose mobiles may not take part: those that are named, and logins of the staff that are mobiles."""
    found = set(draw.excluded_mobiles)
    if draw.excludes_staff:
        names = Staff.objects.filter(club_id=draw.club_id).values_list("user__username", flat=True)
        found.update(mobile for name in names if (mobile := _mobile(name)))
    return sorted(found)


def due_to_freeze(before: datetime) -> list[tuple[int, int]]:
    """(club, draw) of open draws that are announced for a moment up to ``before``."""
    found = Draw.objects.filter(status="open", draws_at__lte=before, draws_at__gt=now())
    return list(found.order_by("id").values_list("club_id", "id"))


def _mobile(name: str) -> str:
    try:
        return parse_mobile(name)
    except InvalidMobile:
        return ""
