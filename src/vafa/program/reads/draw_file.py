"""A draw as the file that anybody takes away and checks (scripts/check_draw.py, docs/draws.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.program.models import Draw
from vafa.program.reads.draws import branch_names, winners_of

FORM = "vafa-draw-1"


def draw_file(club: ClubContext, draw: Draw) -> dict[str, Any]:
    """Everything that is public of a draw by now, without names; a JSON value.

    Amounts are in the currency's smallest unit, days Gregorian, moments in UTC.
    """
    return {
        "format": FORM,
        "club": club.name,
        "draw": draw.id,
        "name": draw.name,
        "permit": draw.permit,
        "starts_on": draw.starts_on.isoformat(),
        "ends_on": draw.ends_on.isoformat(),
        "zone": club.zone,
        "currency": club.currency,
        "one_chance_for": {
            "purchase_of": draw.from_amount,
            "each_amount": draw.step_amount,
            "each_points": draw.step_points,
        },
        "free_chances": draw.free_chances,
        "free_entry": draw.free_words,
        "most_chances": draw.cap,
        "branches": branch_names(draw),
        "without_staff": draw.excludes_staff,
        "named_out": len(draw.excluded_mobiles),
        "prizes": draw.prizes,
        "reserves": draw.reserves,
        "draws_at": _said(draw.draws_at),
        "public_value_is": draw.public_value_is,
        "opened_at": _said(draw.opened_at),
        "seed_hash": draw.seed_hash,
        "status": draw.status,
        "frozen_at": _said(draw.frozen_at),
        "list_hash": draw.list_hash,
        "entrants": draw.entrants,
        "chances": draw.chances,
        "drawn_at": _said(draw.drawn_at),
        "public_value": draw.public_value,
        "seed": draw.seed,
        "winners": [
            {"place": w.place, "prize": w.prize, "number": w.number, "tag": w.tag}
            for w in winners_of(draw)
        ],
    }


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
