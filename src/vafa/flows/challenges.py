"""Challenges that a batch of purchases meets: judged with it, written with it."""

from __future__ import annotations

from datetime import timedelta

from vafa.flows.granting import grant, points_of
from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.program.actions.happenings import NewHappening
from vafa.program.reads.challenge_facts import bought_between, used_purchases
from vafa.program.rules.challenges import Bought, met_by
from vafa.program.rules.document import Challenge
from vafa.program.rules.happening import HappeningFacts, decide_happening
from vafa.program.rules.index import index_of
from vafa.program.rules.inputs import happening_inputs


def judge_challenges(work: PurchaseWork) -> None:
    """Grant what the recorded purchases of the batch bring as the last ones of a challenge.

    Two statements, and none where no rule is about a challenge. The wallets must be open, and what
    is planned is for the caller to write.
    """
    challenges = _in_use(work)
    # Who may not earn at the moment was not decided for.
    items = [item for item in work.items if item.recorded and item.facts is not None]
    if not challenges or not items or work.wallets is None:
        return
    longest = timedelta(days=max(challenge.days for challenge in challenges))
    since = min(item.purchased_at for item in items) - longest
    until = max(item.purchased_at for item in items)
    members = sorted({item.member_id for item in items})
    bought = bought_between(members, since, until)
    used = used_purchases(members, since)
    for item in items:
        mine = bought.setdefault(item.member_id, [])
        this = _bought(item)
        for challenge in challenges:
            spent = used.setdefault((item.member_id, challenge.code), set())
            met = met_by(challenge, this, mine, spent)
            if met is not None and _grant(work, item, challenge, met):
                spent.update(met)
        mine.append(this)


def _in_use(work: PurchaseWork) -> list[Challenge]:
    program = work.live.program
    codes = {rule.what for rule in index_of(program, "challenge").rules}
    return [challenge for challenge in program.challenges if challenge.code in codes]


def _bought(item: Item) -> Bought:
    categories = {p.category_id for p in item.products if p is not None and p.category_id}
    return Bought(item.purchase_id, item.purchased_at, frozenset(categories))


def _grant(work: PurchaseWork, item: Item, challenge: Challenge, met: list[int]) -> bool:
    """Whether any rule gave something for it."""
    assert item.facts is not None, "who earns is decided for"
    left = work.counters.left(work.place_of(item)) if work.counters else {}
    around = item.facts._replace(lines=(), left=left, shut=work.shut_for(item))
    facts = HappeningFacts("challenge", around, challenge.code)
    decided = decide_happening(work.live.program, facts)
    if not decided.anything:
        return False
    assert work.wallets is not None
    if work.closed is not None:
        work.closed.note(item.member_id, decided.parts)
    counters = work.counters
    before = points_of(work.wallets.plan, work.club, item.holder)
    decision = grant(
        work.wallets,
        work.club,
        work.live,
        trigger="happening",
        member_id=item.member_id,
        holder=item.holder,
        decided=decided,
        inputs=happening_inputs(facts),
        at=item.purchased_at,
        purchase_id=item.purchase_id,
        counted=counters.draw(work.place_of(item), decided.parts) if counters else (),
        waits_from=work.now,
    )
    work.decisions.append(decision)
    work.happenings.append(
        NewHappening(
            club_id=work.club.id,
            member_id=item.member_id,
            kind="challenge",
            what=challenge.code,
            occurrence=f"{challenge.code}:{item.purchase_id}",
            occurred_at=item.purchased_at,
            actor=item.entry.actor.label,
            branch_id=item.branch_id,
            purchases=tuple(met),
            decision_id=decision.id,
        )
    )
    answer = item.outcome.answer
    answer.setdefault("challenges", []).append([challenge.code, decided.points])
    after = points_of(work.wallets.plan, work.club, item.holder)
    after.less(before).add_to(answer["balance"])
    return True
