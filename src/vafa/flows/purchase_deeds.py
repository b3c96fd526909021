"""What recorded purchases bring beside amounts, and the events that their rules raise."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.club.actor import system_actor
from vafa.flows.deeds import do_deeds
from vafa.flows.happenings import HappeningEntry, raised_by, report_within
from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.program.reads.happenings import Person

Raised = list[tuple[Item, HappeningEntry]]


def do_all(work: PurchaseWork) -> Raised:
    """Do what the decisions of the batch say, before they are written: codes that were made are in
    the answers. Returns the events that are raised, to be reported behind the writing."""
    items = {item.purchase_id: item for item in work.items if item.recorded}
    given = do_deeds(work.club, work.decisions, work.now)
    raised: Raised = []
    for decision in work.decisions:
        item = items[decision.purchase_id or 0]
        for code in given.get(decision.id, ()):
            told = [code.wanted.rule, code.code, code.expires_at.isoformat()]
            item.outcome.answer.setdefault("given_vouchers", []).append(told)
        entries = raised_by(decision, _person(item), item.branch_id) if item.member else ()
        raised += [(item, entry) for entry in entries]
    return raised


def report_raised(work: PurchaseWork, raised: Raised) -> None:
    """Report the events; what they bring is in the answers, as (event, points)."""
    entries: Sequence[HappeningEntry] = [entry for _, entry in raised]
    actor = system_actor(work.club.id)
    told = report_within(work.club, work.live, entries, actor=actor, at=work.now)
    for (item, entry), done in zip(raised, told, strict=True):
        answer = item.outcome.answer
        answer.setdefault("events", []).append([entry.what, done.points + done.further])
        done.moved.add_to(answer["balance"])


def _person(item: Item) -> Person:
    member = item.member
    assert member is not None
    return Person(member.id, member.holder, member.birth_date, member.gender, item.branch_id)
