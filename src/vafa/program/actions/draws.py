"""The life of a draw, step by step: each writes what it publishes, and leaves an audit row.

Each must run inside a transaction and after ``lock_draw``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.models import Branch
from vafa.core.clock import now
from vafa.core.db import Table, insert_rows
from vafa.core.errors import InvalidInput, NotFound
from vafa.core.events import NewEvent, append_events
from vafa.core.text import normalize
from vafa.program.draw_errors import DrawStepRefused
from vafa.program.models import Draw, DrawEntry, DrawSecret, DrawWinner
from vafa.program.reads.draws import branch_names
from vafa.program.rules.draws import SEED_BYTES, Prize, commitment, prize_count

# Between the end of the period and the announced moment, so that there is time to close the list.
LEAST_NOTICE = timedelta(hours=1)
MOST_WINNERS = 1_000
_ENTRIES = Table(
    "program_drawentry",
    (
        ("draw_id", "bigint"),
        ("number", "int"),
        ("member_id", "bigint"),
        ("tag", "text"),
        ("chances", "bigint"),
    ),
)
_FIELDS = (
    *("name", "name_en", "permit", "starts_on", "ends_on", "from_amount", "step_amount"),
    *("step_points", "free_chances", "free_words", "free_words_en", "cap", "branches"),
    *("excludes_staff", "excluded_mobiles", "prizes", "reserves", "draws_at"),
    *("public_value_is", "public_value_is_en"),
)


def create_draw(club_id: int, *, by: str, **fields: Any) -> Draw:
    """A new draft; see the model for the fields, ``by`` is the label of who makes it.

    Raises InvalidInput naming a wrong field.
    """
    draw = _store(Draw(club_id=club_id), fields)
    record_audit(draw.club_id, by, "draw.created", thing_of(draw), after=_audited(draw))
    return draw


def update_draw(draw: Draw, *, by: str, **fields: Any) -> Draw:
    """Change a draft. Raises DrawStepRefused for what is published, InvalidInput."""
    require_status(draw, "draft")
    was = _audited(draw)
    _store(draw, fields)
    will = _audited(draw)
    before = {name: value for name, value in was.items() if will[name] != value}
    after = {name: will[name] for name in before}
    record_audit(draw.club_id, by, "draw.changed", thing_of(draw), before=before, after=after)
    return draw


def lock_draw(club_id: int, draw_id: int) -> Draw:
    """The club's draw, locked until the transaction ends. Raises NotFound."""
    assert connection.in_atomic_block
    draw = Draw.objects.select_for_update().filter(pk=draw_id, club_id=club_id).first()
    if draw is None:
        raise NotFound
    return draw


def require_status(draw: Draw, *statuses: str) -> None:
    """Raise DrawStepRefused unless the draw is at one of these steps."""
    if draw.status not in statuses:
        raise DrawStepRefused


def open_draw(draw: Draw, *, by: str) -> None:
    """Publish the conditions with the hash of a fresh seed; nothing of them changes any more."""
    require_status(draw, "draft")
    seed = secrets.token_bytes(SEED_BYTES)
    DrawSecret.objects.create(draw=draw, seed=seed, key=secrets.token_bytes(SEED_BYTES))
    draw.seed_hash = commitment(seed)
    step(draw, "open", "opened_at", by=by, after={"permit": draw.permit})


def cancel_draw(draw: Draw, reason: str, *, by: str) -> None:
    """End a draw whose list is not closed yet; the reason is public where the draw was."""
    require_status(draw, "draft", "open")
    draw.cancel_reason = _text("reason", reason, 3, 300)
    step(draw, "cancelled", "cancelled_at", by=by, reason=draw.cancel_reason)


def write_entries(draw: Draw, lines: Iterable[tuple[int, int, str, int]]) -> None:
    """Append lines (number, member, tag, chances) to the list of an open draw."""
    insert_rows(_ENTRIES, [(draw.id, *line) for line in lines])


def freeze_list(draw: Draw, *, list_hash: str, entrants: int, chances: int, by: str) -> None:
    """Publish the hash of the list that was written."""
    require_status(draw, "open")
    draw.list_hash, draw.entrants, draw.chances = list_hash, entrants, chances
    after = {"entrants": entrants, "chances": chances, "list": list_hash}
    step(draw, "frozen", "frozen_at", by=by, after=after)


def record_winners(
    draw: Draw, numbers: Sequence[int], *, seed: bytes, public_value: str, by: str
) -> None:
    """Publish the seed, the public value and the lines (by number) that were drawn, in order."""
    require_status(draw, "frozen")
    found = DrawEntry.objects.filter(draw=draw, number__in=numbers)
    entries = dict(found.values_list("number", "id"))
    DrawWinner.objects.bulk_create(
        DrawWinner(draw=draw, place=place, entry_id=entries[number])
        for place, number in enumerate(numbers, 1)
    )
    draw.seed, draw.public_value = seed.hex(), public_value
    after = {"public_value": public_value, "winners": len(numbers)}
    step(draw, "drawn", "drawn_at", by=by, after=after)


def step(draw: Draw, status: str, moment_field: str, *, by: str, **audited: Any) -> None:
    """Save the next step of a draw, with its moment, its audit row and its event."""
    moment = now()
    draw.status = status
    setattr(draw, moment_field, moment)
    draw.save()
    record_audit(draw.club_id, by, f"draw.{status}", thing_of(draw), **audited)
    append_events([NewEvent(draw.club_id, f"draw.{status}", {"draw": draw.id}, moment)])


def thing_of(draw: Draw) -> Thing:
    """A draw as the audit names it."""
    return Thing("draw", draw.id, draw.name)


def _store(draw: Draw, fields: Mapping[str, Any]) -> Draw:
    unknown = set(fields) - set(_FIELDS)
    if unknown:
        raise InvalidInput(field=sorted(unknown)[0])
    for name, value in fields.items():
        setattr(draw, name, value)
    draw.name = _text("name", draw.name, 1, 120)
    draw.permit = _text("permit", draw.permit, 3, 60)
    draw.free_words = _text("free_words", draw.free_words, 3, 400)
    draw.public_value_is = _text("public_value_is", draw.public_value_is, 3, 300)
    _check(draw)
    draw.save()
    return draw


def _check(draw: Draw) -> None:
    steps = {name: getattr(draw, name) for name in ("from_amount", "step_amount", "step_points")}
    branches = Branch.objects.filter(club_id=draw.club_id, pk__in=draw.branches)
    wrong = {
        "ends_on": draw.ends_on < draw.starts_on,
        **{name: value is not None and not 0 < value <= 10**15 for name, value in steps.items()},
        "free_chances": not 1 <= draw.free_chances <= 10**6,
        "cap": draw.cap is not None and not draw.free_chances <= draw.cap <= 10**9,
        "branches": branches.count() != len(set(draw.branches)),
        "prizes": not _are_prizes(draw.prizes),
        "reserves": not 0 <= draw.reserves <= MOST_WINNERS,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise InvalidInput(field=field)


def _are_prizes(prizes: Sequence[Prize]) -> bool:
    named = all(prize["name"].strip() and prize["count"] > 0 for prize in prizes)
    return named and 0 < prize_count(prizes) <= MOST_WINNERS


def _text(field: str, text: str, least: int, most: int) -> str:
    found = normalize(text)
    if not least <= len(found) <= most:
        raise InvalidInput(field=field)
    return found


def _audited(draw: Draw) -> dict[str, Any]:
    """The fields as the audit keeps them: of those who may not take part only how many they are."""
    values = {name: getattr(draw, name) for name in _FIELDS if name != "excluded_mobiles"}
    plain = {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in values.items()
    }
    return plain | {"branches": branch_names(draw), "excluded": len(draw.excluded_mobiles)}
