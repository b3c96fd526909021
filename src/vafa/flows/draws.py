"""The story of a draw: opened, its list closed, drawn, and ended (docs/draws.md).

Who presses first does it, and everybody else is told that it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, record_audit
from vafa.club.actions.tasks import TaskRun, ask_for
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.tasks import newest_tasks, progress_of
from vafa.core.beside import work_beside
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.progress import Progress, SilentProgress
from vafa.core.text import normalize, to_latin_digits
from vafa.program.actions import draws as actions
from vafa.program.draw_errors import (
    DrawEnded,
    DrawListDiffers,
    DrawListLate,
    DrawPeriodRuns,
    DrawTooEarly,
)
from vafa.program.models import Draw
from vafa.program.reads.draw_facts import all_facts, terms_of
from vafa.program.reads.draws import excluded_mobiles, lines_of, secret_of
from vafa.program.rules.draws import (
    Urn,
    chances_of,
    hash_of_list,
    list_line,
    prize_count,
    salt_of,
    tag_of,
)

# The kind of the task; its number of the draw is "draw".
FREEZE = "draw_freeze"
# A list that nobody has closed by then is closed by itself, before the public value can be known.
FREEZES_BEFORE = timedelta(hours=1)
_MOST_VALUE = 200
_CHUNK = 20_000


class FrozenList(NamedTuple):
    """What was published of a list."""

    list_hash: str
    entrants: int
    chances: int


def make_draw(club: ClubContext, actor: Actor, **fields: Any) -> Draw:
    """A new draft (see the model for the fields). Raises InvalidInput naming a wrong one."""
    _check_moment(club, fields["ends_on"], fields)
    with transaction.atomic(durable=True):
        return actions.create_draw(club.id, by=actor.label, **fields)


def change_draw(club: ClubContext, draw_id: int, actor: Actor, **fields: Any) -> Draw:
    """Change a draft. Raises InvalidInput, DrawStepRefused, NotFound."""
    with transaction.atomic(durable=True):
        draw = actions.lock_draw(club.id, draw_id)
        _check_moment(club, fields.get("ends_on", draw.ends_on), fields)
        return actions.update_draw(draw, by=actor.label, **fields)


def open_draw(club: ClubContext, draw_id: int, actor: Actor) -> None:
    """Publish the conditions and the hash of the seed. Raises DrawStepRefused, and DrawEnded when
    nobody could take part any more."""
    with transaction.atomic(durable=True):
        draw = actions.lock_draw(club.id, draw_id)
        actions.require_status(draw, "draft")
        if now() >= club.day_end(draw.ends_on):
            raise DrawEnded
        actions.open_draw(draw, by=actor.label)


def cancel_draw(club: ClubContext, draw_id: int, reason: str, actor: Actor) -> None:
    """End a draw before its list is closed, for a reason that is public. Raises DrawStepRefused,
    InvalidInput."""
    with transaction.atomic(durable=True):
        actions.cancel_draw(actions.lock_draw(club.id, draw_id), reason, by=actor.label)


def ask_for_freeze(club: ClubContext, draw_id: int, actor: Actor) -> None:
    """Let the worker close the list now; asked again meanwhile, it is the same work.

    Raises DrawStepRefused, DrawPeriodRuns, DrawListLate.
    """
    with transaction.atomic(durable=True):
        draw = actions.lock_draw(club.id, draw_id)
        _require_freezable(club, draw)
        known = newest_tasks(club.id, FREEZE, "draw", [draw.id]).get(draw.id)
        if known is not None and progress_of(known).is_alive:
            return
        record_audit(club.id, actor.label, "draw.freeze_asked", actions.thing_of(draw))
        ask_for(club, actor, FREEZE, {"draw": draw.id}, lock=f"{FREEZE} {draw.id}")


def carry_out_freeze(run: TaskRun) -> dict[str, Any]:
    """Do what ``ask_for_freeze`` asked for; stopped or interrupted, the list stays open. Raises as
    ``freeze_draw``."""
    draw_id = run.params["draw"]

    def make(progress: Progress) -> FrozenList:
        return freeze_draw(run.club, draw_id, by=run.actor.label, progress=progress)

    found = work_beside(make, lambda _label, reached, total: run.tell(reached, total))
    return {"draw": draw_id, "entrants": found.entrants, "chances": found.chances}


def freeze_draw(
    club: ClubContext, draw_id: int, *, by: str = SYSTEM, progress: Progress | None = None
) -> FrozenList:
    """Close the list: everybody's chances as the facts are now, published as a hash.

    ``by`` is an actor's label. What is returned afterwards takes no chances back. Raises
    DrawStepRefused, DrawPeriodRuns, DrawListLate (see ``ask_for_freeze``), NotFound.
    """
    bar = progress or SilentProgress()
    with transaction.atomic(durable=True):
        draw = actions.lock_draw(club.id, draw_id)
        _require_freezable(club, draw)
        entries = _entries(club, draw, bar)
        digest, chances = sha256(), 0
        bar.start(len(entries), "writing")
        for first in range(0, len(entries), _CHUNK):
            lines = list(_numbered(entries[first : first + _CHUNK], first + 1))
            actions.write_entries(draw, lines)
            digest.update("".join(list_line(n, tag, c) for n, _m, tag, c in lines).encode())
            chances += sum(line[3] for line in lines)
            bar.advance(len(lines))
        found = FrozenList(digest.hexdigest(), len(entries), chances)
        actions.freeze_list(
            draw, list_hash=found.list_hash, entrants=found.entrants, chances=found.chances, by=by
        )
    bar.finish()
    return found


def draw_winners(club: ClubContext, draw_id: int, public_value: str, actor: Actor) -> list[int]:
    """Draw, with the public value that was announced: the numbers in the list that win, in order.

    The value is used as it is published: in one form of Persian text, digits Latin. Raises
    InvalidInput for none, DrawStepRefused, DrawTooEarly, DrawListDiffers, NotFound.
    """
    value = to_latin_digits(normalize(public_value))
    if not value or len(value) > _MOST_VALUE:
        raise InvalidInput(field="public_value")
    with transaction.atomic(durable=True):
        draw = actions.lock_draw(club.id, draw_id)
        actions.require_status(draw, "frozen")
        if now() < draw.draws_at:
            raise DrawTooEarly
        chances = _checked_chances(draw)
        seed, _key = secret_of(draw)
        count = prize_count(draw.prizes) + draw.reserves
        lines = Urn(chances).draw(seed, value, draw.list_hash, count)
        numbers = [line + 1 for line in lines]
        actions.record_winners(draw, numbers, seed=seed, public_value=value, by=actor.label)
    return numbers


def _require_freezable(club: ClubContext, draw: Draw) -> None:
    actions.require_status(draw, "open")
    moment = now()
    if moment < club.day_end(draw.ends_on):
        raise DrawPeriodRuns
    if moment >= draw.draws_at:
        raise DrawListLate


def _check_moment(club: ClubContext, ends_on: date, fields: dict[str, Any]) -> None:
    """The list must be closed between the end of the period and the moment of the draw."""
    draws_at = fields.get("draws_at")
    if draws_at is not None and draws_at < club.day_end(ends_on) + actions.LEAST_NOTICE:
        raise InvalidInput(field="draws_at")


def _entries(club: ClubContext, draw: Draw, bar: Progress) -> list[bytes]:
    """Who has a chance, in the order of the tags: tag, member and chances in 32 bytes each, since
    there may be millions."""
    start, end = club.day_start(draw.starts_on), club.day_end(draw.ends_on)
    terms, key = terms_of(draw), secret_of(draw)[1]
    found: list[bytes] = []
    bar.start(None, "counting")
    for entrant in all_facts(draw, start, end, excluded_mobiles(draw)):
        chances = chances_of(terms, entrant.facts)
        if chances:
            tag = tag_of(salt_of(key, entrant.member_id), entrant.identity)
            numbers = entrant.member_id.to_bytes(8, "big") + chances.to_bytes(8, "big")
            found.append(bytes.fromhex(tag) + numbers)
        bar.advance()
    found.sort()
    return found


def _numbered(entries: Sequence[bytes], first: int) -> Iterator[tuple[int, int, str, int]]:
    for number, entry in enumerate(entries, first):
        member_id = int.from_bytes(entry[16:24], "big")
        yield number, member_id, entry[:16].hex(), int.from_bytes(entry[24:], "big")


def _checked_chances(draw: Draw) -> list[int]:
    """The chances of the list, which must still be the one that was published."""
    chances: list[int] = []

    def parts() -> Iterator[str]:
        for line in lines_of(draw):
            chances.append(line.chances)
            yield list_line(*line)

    if hash_of_list(parts()) != draw.list_hash:
        raise DrawListDiffers
    return chances
