"""What rules make of it when a member brings something back."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.club.actor import Actor
from vafa.flows.happenings import HappeningEntry, report_within
from vafa.flows.return_work import ReturnItem, ReturnWork
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.happenings import Person, people_query
from vafa.program.reads.revisions import live_program
from vafa.program.rules.index import index_of


def tell_of_returns(work: ReturnWork, done: Sequence[ReturnItem]) -> None:
    """Judge these returns, which are written, as happenings of their members, each once; what they
    brought is in the answers' balances. An imported history is no news."""
    mine = [(item, _member(work, item)) for item in done if item.member_id is not None]
    if not mine or work.source == "import":
        return
    try:
        live = live_program(work.club.id)
    except NoLiveProgram:
        return
    if not index_of(live.program, "return").rules:
        return
    people = {one.id: one for one in people_query(work.club.id, [n for _, n in mine]).ask()}
    by_actor: dict[Actor, list[tuple[ReturnItem, HappeningEntry]]] = {}
    for item, number in mine:
        if number in people:
            told = by_actor.setdefault(item.entry.actor, [])
            told.append((item, _entry(item, people[number])))
    for actor, told in by_actor.items():
        entries = [entry for _, entry in told]
        reported = report_within(work.club, live, entries, actor=actor, at=work.now)
        for (item, _), one in zip(told, reported, strict=True):
            one.moved.add_to(item.outcome.answer["balance"])


def _entry(item: ReturnItem, person: Person) -> HappeningEntry:
    occurrence, at = str(item.return_id), item.returned_at
    return HappeningEntry(person, "return", occurrence, at, branch_id=item.branch_id)


def _member(work: ReturnWork, item: ReturnItem) -> int:
    """Who is meant, though she was merged since she bought."""
    assert item.member_id is not None
    known = work.holders.get(item.member_id)
    return known.member_id if known else item.member_id
