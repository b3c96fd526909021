"""Codes in any number: made for a campaign, brought in from a partner, given to members, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.task_progress import Telling
from vafa.club.actions.tasks import TaskRun, ask_for
from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members
from vafa.club.spending import refuse_left
from vafa.commerce.actions.data_imports import note_made
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.entries import Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.program.actions import series as actions
from vafa.program.actions.vouchers import LETTERS, insert_uses, read_vouchers
from vafa.program.errors import CodesGone, DuplicateCodes, VoucherUnusable
from vafa.program.models import VoucherSeries
from vafa.program.reads.series import find_series

# The kind of the task; its number of the series is "series".
MAKE = "vouchers"
AT_ONCE = 20_000
_LOOKED_UP = 50_000
_MOST_NAMED = 20


def make_series(
    club: ClubContext,
    actor: Actor,
    *,
    progress: Progress | None = None,
    **fields: Any,
) -> VoucherSeries:
    """A series with all of its codes (``count``, default one). Raises as ``plan_series``."""
    planned = plan_series(club, actor, **fields)
    make_codes(club, planned.pk, progress=progress)
    planned.refresh_from_db()
    return planned


def plan_series(
    club: ClubContext,
    actor: Actor,
    *,
    name: str,
    kind: str,
    expires_at: datetime,
    count: int = 1,
    value: int = 0,
    min_basket: int = 0,
    max_uses: int | None = 1,
    terms: Mapping[str, Any] | None = None,
    starts_at: datetime | None = None,
    prefix: str = "",
    letters: int = LETTERS,
    in_worker: bool = False,
) -> VoucherSeries:
    """A series whose codes are still to be made: by ``make_codes``, or (``in_worker``) by the
    worker.

    ``terms`` as in ``rules.offers.OfferTerms``; ``count`` codes of ``letters`` random letters
    behind ``prefix``; a gift card may be used until it is empty. Raises InvalidInput naming a
    wrong field, CodesTooShort.
    """
    with transaction.atomic():
        planned = actions.create_series(
            club.id,
            by=actor.label,
            name=name,
            kind=kind,
            value=value,
            min_basket=min_basket,
            max_uses=None if kind == "gift" else max_uses,
            terms=dict(terms or {}),
            starts_at=starts_at,
            expires_at=expires_at,
            prefix=prefix,
            letters=letters,
            wanted=count,
        )
        if in_worker:
            ask_for(club, actor, MAKE, {"series": planned.pk}, lock=f"{MAKE} {planned.pk}")
    return planned


def made_series(club: ClubContext, actor: Actor, *, key: str, **fields: Any) -> Outcome:
    """``plan_series`` under a key, by the worker: the answer has the ``series_id``."""
    asked = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
    }
    once = operation_key(actor, "make_series", key, asked)

    def make() -> dict[str, Any]:
        return {"series_id": plan_series(club, actor, in_worker=True, **fields).pk}

    return run_once(club, once, make)


def make_codes(club: ClubContext, series_id: int, *, progress: Progress | None = None) -> int:
    """Make what is still wanted of a series, batch by batch; returns how many there are then.

    Each batch is there for good: whoever is interrupted goes on where it stopped. Raises NotFound.
    """
    series, bar = find_series(club.id, series_id), progress or SilentProgress()
    bar.start(series.wanted, "codes")
    bar.advance(series.made)
    while True:
        made, is_done = retry_lost_race(lambda: _make_some(club, series_id))
        bar.advance(made)
        if is_done:
            break
    bar.finish()
    series.refresh_from_db(fields=["made"])
    return series.made


def carry_out_making(run: TaskRun) -> dict[str, Any]:
    """What the worker does of ``plan_series``; stopped, it keeps the codes that are there, and
    interrupted, it goes on."""
    series_id = run.params["series"]
    return {"series": series_id, "made": make_codes(run.club, series_id, progress=Telling(run))}


def bring_codes(
    club: ClubContext,
    actor: Actor,
    codes: Sequence[tuple[int, str]],
    *,
    data_import: int = 0,
    **fields: Any,
) -> VoucherSeries:
    """A series of codes that somebody else made: (row of the file, code); ``data_import`` is the
    import that brings them.

    All of them are brought in, or none. Raises DuplicateCodes naming the rows of those that the
    list has twice, or the club has already; InvalidInput.
    """
    with transaction.atomic(durable=True):
        terms = dict(fields.pop("terms", None) or {})
        if fields["kind"] == "gift":
            fields["max_uses"] = None
        series = actions.create_series(
            club.id, by=actor.label, letters=0, wanted=len(codes), terms=terms, **fields
        )
        _refuse_duplicates(club, codes)
        actions.insert_codes(series, [code for _, code in codes])
        series.finished_at = now()
        series.save(update_fields=["finished_at"])
        if data_import:
            note_made(data_import, "series", [series.pk])
    return series


def give_code(
    club: ClubContext, *, series_id: int, member_id: int, actor: Actor, key: str = ""
) -> Outcome:
    """Give the next free code of a series to a member. Refusals: NotFound, UnknownMember,
    InactiveMember, CodesGone."""
    asked = {"series_id": series_id, "member": member_id}
    once = operation_key(actor, "give_code", key, asked)
    return run_once(club, once, lambda: _give(club, series_id, member_id, actor))


def cancel_series(club: ClubContext, series_id: int, actor: Actor) -> None:
    """From now on none of its codes works; cancelled again, nothing changes. Raises NotFound."""
    with transaction.atomic(durable=True):
        series = actions.lock_series(club.id, series_id)
        if series.cancelled_at is None:
            series.cancelled_at = now()
            series.save(update_fields=["cancelled_at"])
            record_audit(club.id, actor.label, "series.cancelled", actions.thing_of(series))


def cancel_code(club: ClubContext, code: str, actor: Actor) -> None:
    """From now on this code does not work. Raises NotFound, and VoucherUnusable for one that is
    over already or that points paid for (such a reward is given up instead)."""
    with transaction.atomic():
        voucher = read_vouchers(club.id, [code], lock=True).get(code)
        if voucher is None:
            raise NotFound
        if voucher.used or voucher.decision_id is not None:
            raise VoucherUnusable
        insert_uses([voucher.use("cancelled", None, now(), actor.label)])
        record_audit(club.id, actor.label, "code.cancelled", Thing("code", voucher.id, code))


def end_code(club: ClubContext, *, code: str, actor: Actor, key: str) -> Outcome:
    """``cancel_code`` under a key. Refusals: NotFound, VoucherUnusable."""

    def end() -> dict[str, Any]:
        cancel_code(club, code, actor)
        return {"voucher_code": code}

    return run_once(club, operation_key(actor, "cancel_code", key, {"code": code}), end)


def _make_some(club: ClubContext, series_id: int) -> tuple[int, bool]:
    with transaction.atomic(durable=True):
        series = actions.lock_series(club.id, series_id)
        if series.cancelled_at is not None:
            return 0, True
        made = actions.make_batch(series, AT_ONCE)
        is_done = series.made >= series.wanted
        if is_done and series.finished_at is None:
            series.finished_at = now()
            series.save(update_fields=["finished_at"])
    return made, is_done


def _refuse_duplicates(club: ClubContext, codes: Sequence[tuple[int, str]]) -> None:
    first: dict[str, int] = {}
    twice = []
    for row, code in codes:
        if first.setdefault(code, row) != row:
            twice.append(row)
    known: list[int] = []
    names = list(first)
    for start in range(0, len(names), _LOOKED_UP):
        taken = actions.taken_codes(club.id, names[start : start + _LOOKED_UP])
        known += [first[code] for code in taken]
    if twice or known:
        raise DuplicateCodes(
            twice=_named(twice), known=_named(known), count=len(twice) + len(known)
        )


def _named(rows: Sequence[int]) -> str:
    """The first of these rows, to be read."""
    text = ", ".join(str(row) for row in sorted(rows)[:_MOST_NAMED])
    return f"{text} …" if len(rows) > _MOST_NAMED else text or "—"


def _give(club: ClubContext, series_id: int, member_id: int, actor: Actor) -> dict[str, Any]:
    series = VoucherSeries.objects.filter(club_id=club.id, pk=series_id).first()
    if series is None:
        raise NotFound
    ref = ("id", str(member_id))
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    if not member.is_active:
        raise InactiveMember
    at = now()
    # Nothing moves; leaving takes this lock, and looks for codes of hers behind it.
    lock_wallets(club.book_id, [(club.points_unit_id, member.holder)])
    refuse_left([member.id])
    is_over = series.cancelled_at is not None or series.expires_at <= at
    taken = None if is_over else actions.take_code(series.pk, member.id, at)
    if taken is None:
        raise CodesGone
    number, code = taken
    payload = {"voucher": number, "series": series.pk, "member": member.id}
    append_events([NewEvent(club.id, "voucher.given", payload, at)])
    thing = Thing("code", number, code)
    record_audit(club.id, actor.label, "code.given", thing, after={"member": member.id})
    return {
        "voucher_code": code,
        "series_id": series.pk,
        "member_id": member.id,
        "kind": series.kind,
        "value": series.value,
        "expires_at": series.expires_at.isoformat(),
    }
