"""What stands open for one member today, and what days that come will bring her: only looked at."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import NamedTuple

from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.commerce.reads.usual import Usual
from vafa.core.clock import now
from vafa.core.day_numbers import day_of_number
from vafa.core.db import ask_together
from vafa.flows.deeds import Closed
from vafa.flows.member_facts import Asking, MemberFacts
from vafa.program.actions.counters import Place, open_counters
from vafa.program.reads.happenings import occasions_of
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.conditions import attribute_key
from vafa.program.rules.earning import decide_purchase
from vafa.program.rules.expressions import NOTHING, Sight
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.index import index_of, limits_at
from vafa.program.rules.missed import Missed, missed_rules
from vafa.program.rules.moments import Happening
from vafa.program.rules.open_rules import Coming, OpenRule, coming_rules, open_rules

_LOOKED_AT: tuple[Happening, ...] = (
    "purchase",
    "birthday",
    "anniversary",
    "occasion",
    "member_date",
)


class NextPurchase(NamedTuple):
    """A bill as she usually makes, without goods: what it would bring by the rules (credit in the
    smallest units), and the rules that only a larger one is missing for, the nearest first."""

    usual: Usual
    points: int
    credit: int
    revision_id: int
    nearly: list[Missed]


class OpenOffers(NamedTuple):
    """``open``: rules that her next purchase may meet; ``coming``: what days bring by themselves;
    ``next``: None where no usual purchase is known."""

    open: list[OpenRule]
    coming: list[Coming]
    next: NextPurchase | None


def open_offers(
    club: ClubContext, member: Member, tier: str | None, usual: Usual | None = None
) -> OpenOffers:
    """What the live programme holds open for her, whose tier has the code ``tier`` and whose
    purchases are usually like ``usual``. Asks only what the rules need. Raises NoLiveProgram."""
    live, moment = live_program(club.id), now()
    program = live.program
    indexes = [index_of(program, on) for on in _LOOKED_AT]
    needs, targets = NOTHING, frozenset[str]()
    for index in indexes:
        needs, targets = needs | index.needs, targets | index.targets
    named = {rule.what for rule in index_of(program, "member_date").rules}
    if any(attribute_key(what) for what in named):
        needs |= Sight(attributes=True)
    asking = Asking(member.id, moment)
    known = MemberFacts(club, needs, [asking], moment)
    closed = Closed(club.id, targets, [member.id], moment, lock=False)
    ask_together(*known.queries(), *closed.queries())
    local = moment.astimezone(club.tz)
    day = local.date()
    anywhere = Place(member.id, wallet_of(member.id).holder, 0, day, club.calendar)
    there = anywhere
    if usual is not None:
        there = anywhere._replace(branch_id=usual.branch_id, merchant_id=usual.merchant_id)
    counters = open_counters(
        club.id, partial(limits_at, program, _LOOKED_AT), {anywhere, there}, lock=False
    )
    facts = PurchaseFacts(
        day,
        club.calendar,
        0,
        (),
        member.birth_date,
        tier,
        local.hour * 60 + local.minute,
        gender=member.gender,
        left=counters.left(anywhere),
        shut=closed.of(member.id, day),
    )
    facts = known.told(facts, asking)
    occasions = occasions_of(club.id) if index_of(program, "occasion").rules else {}
    joined = club.local_date(member.joined_at)
    return OpenOffers(
        open_rules(program, facts),
        coming_rules(program, facts, joined, occasions, _dates(member, named, facts)),
        _next(live, usual, facts._replace(left=counters.left(there))) if usual else None,
    )


def _dates(member: Member, named: set[str], facts: PurchaseFacts) -> dict[str, date]:
    """Those of her dates that rules name, as they name them."""
    found: dict[str, date] = {}
    for what in named:
        key = attribute_key(what)
        known = getattr(member, what) if key is None else facts.attributes.get(key)
        if isinstance(known, int):
            try:
                known = day_of_number(known)
            except ValueError:
                continue  # the club has made a number of what was a day: it brings nothing
        if isinstance(known, date):
            found[what] = known
    return found


def _next(live: LiveProgram, usual: Usual, facts: PurchaseFacts) -> NextPurchase:
    facts = facts._replace(
        branch_id=usual.branch_id,
        merchant_id=usual.merchant_id,
        channel=usual.channel,
        payment=usual.payment,
        lines=[LineFacts(usual.total, None)],
    )
    decided = decide_purchase(live.program, facts)
    nearly = [one for one in missed_rules(live.program, facts) if one.missing]
    return NextPurchase(usual, decided.points, decided.credit, live.revision_id, nearly)
