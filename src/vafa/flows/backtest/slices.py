"""One slice of a back-test: read it, judge it, count it. Runs in any process."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from vafa.audience.errors import BrokenSegment, SegmentCircle
from vafa.audience.reads.compiling import Compiled, compile_definition
from vafa.audience.reads.members import who_query
from vafa.audience.reads.segments import definitions
from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.models import Product
from vafa.flows.backtest.challenges import challenges_of
from vafa.flows.backtest.clock import Clock
from vafa.flows.backtest.course import Shop, in_use, needs
from vafa.flows.backtest.deeds import gives_badges, stock_of
from vafa.flows.backtest.events import Event, events_of, order_of
from vafa.flows.backtest.happened import are_recorded, badges_before
from vafa.flows.backtest.history import Done, Span, read_slice
from vafa.flows.backtest.judging import Judge
from vafa.flows.backtest.people import Merge, Person, merges, people_between
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.standing import ALWAYS, day_start
from vafa.flows.backtest.telling import Asked, tell
from vafa.program.reads.tier_facts import tier_facts
from vafa.program.reads.tier_segments import closed_tiers, segments_of_tiers
from vafa.program.rules.backtest import Tally
from vafa.program.rules.document import Program
from vafa.program.rules.tier_windows import looks_back_to
from vafa.program.rules.tiers import TierFact, tier_at


@dataclass(frozen=True, slots=True)
class Bench:
    """What every slice of a question needs, read once."""

    question: Question
    club: ClubContext
    span: Span
    shop: Shop
    merges: list[Merge]
    compiled: dict[str, Compiled]
    asked: Asked

    def judge(self) -> Judge:
        """A judge with nothing counted yet."""
        question = self.question
        return Judge(question.draft, self.club.dates, self.shop, counted=question.segments)

    def look_up_tiers(self, judge: Judge, people: list[Person]) -> None:
        """Tell the judge the tiers of people whose tiers go by an attribute, and which tiers are
        not for whom."""
        ids = [person.id for person in people if person.id == person.root]
        if judge.standing.basis == "attribute":
            judge.standing.fixed.update(tiers_of(self, self.question.draft, ids))
        elif segments_of_tiers(self.question.draft):
            closed = closed_tiers(self.club, self.question.draft, ids)
            judge.standing.closed.update(closed)

    def codes(self, people: list[Person]) -> dict[int, list[str]]:
        """In which of the segments that are counted or asked for by a rule each is, today."""
        roots, found = [person.root for person in people], dict[int, list[str]]()
        for code, one in self.compiled.items():
            for member_id in who_query(one, roots).ask():
                found.setdefault(member_id, []).append(code)
        return found

    def tell(
        self,
        judge: Judge,
        people: list[Person],
        done: Sequence[Done],
        codes: Mapping[int, Collection[str]],
    ) -> tuple[list[Event], Collection[int]]:
        """What happened to ``people`` beside purchases, and the decisions that were made about it;
        ``judge`` is told of what they had before."""
        told = tell(self.asked, self.span, people, done, codes)
        for key in told.undone:
            judge.happenings.will_be_undone(key)
        if self.asked.badges:
            for member_id, badge in badges_before([person.id for person in people], self.span):
                judge.course.shut.has(member_id, badge)
        return told.events, told.again


def set_up(question: Question) -> Bench:
    """Read what every slice needs."""
    club = club_context(question.club_id)
    branches = Branch.objects.filter(club_id=club.id)
    products = Product.objects.filter(club_id=club.id)
    judge = Judge(question.draft, club.dates, Shop({}, {}))
    tiers_since = day_start(
        looks_back_to(question.draft.tier_terms, question.first, club.calendar), club.dates
    )
    start, happenings = club.day_start(question.first), in_use(question.draft)
    longest = max((one.days for one in challenges_of(question.draft)), default=None)
    lines_since = None if longest is None else start - timedelta(days=longest)
    bills_since = tiers_since if judge.standing.basis in ("spend", "visits") else lines_since
    span = Span(
        start,
        club.day_end(question.last),
        question.known_until,
        tiers_since,
        ALWAYS if judge.before.is_asked else bills_since and min(bills_since, lines_since or start),
        judge.limits.are_there,
        lines_since,
        are_recorded(club.id),
        question.undone,
    )
    return Bench(
        question=question,
        club=club,
        span=span,
        shop=Shop(
            dict(branches.values_list("id", "merchant_id")),
            {
                number: (category, brand)
                for number, category, brand in products.values_list("id", "category_id", "brand")
            },
            stock_of(club.id),
        ),
        merges=merges(club.id, question.known_until),
        compiled=_compiled(question, club),
        asked=Asked(
            happenings,
            Clock(question.draft, club, question.first, question.last, question.known_until),
            gives_badges(question.draft, happenings),
        ),
    )


def _compiled(question: Question, club: ClubContext) -> dict[str, Compiled]:
    known = definitions(club.id)
    asked = needs(question.draft).segments
    found: dict[str, Compiled] = {}
    for code in sorted({*question.segments, *asked} & known.keys()):
        try:
            found[code] = compile_definition(
                club, known[code], question.known_until, known, code=code
            )
        except (BrokenSegment, SegmentCircle):
            continue  # as at the till: nobody is in a segment that cannot be understood
    return found


def judge_slice(bench: Bench, first: int, after: int) -> Tally:
    """What the draft gives the members numbered from ``first`` up to ``after``."""
    people = people_between(bench.club.id, first, after)
    judge = bench.judge()
    found = read_slice(people, bench.span)
    bench.look_up_tiers(judge, people)
    codes = bench.codes(people)
    happened, again = bench.tell(judge, people, found.done, codes)
    events = events_of(found, bench.merges, judge.standing.basis, codes, again)
    judge.feed(sorted(events + happened, key=order_of))
    judge.end()
    finish(bench, judge, people)
    return judge.tally


def finish(bench: Bench, judge: Judge, people: list[Person]) -> None:
    """Count in which tiers people stand at the end of the period, really and by the draft."""
    roots = [person.id for person in people if person.id == person.root]
    real = tiers_of(bench, bench.question.live, roots)
    at = bench.span.end - timedelta(microseconds=1)
    for member_id in roots:
        draft = judge.standing.of(member_id, bench.question.last, at)
        judge.tally.stands(real[member_id] or "", draft or "")
    judge.course.forget(roots)
    judge.tally.members += len(roots)


def tiers_of(bench: Bench, program: Program, member_ids: list[int]) -> dict[int, str | None]:
    """The tiers by ``program`` in which members really stand at the end of the period."""
    at = bench.span.end - timedelta(microseconds=1)
    # Most of a club's members have nothing that counts: they all stand where she stands who is new.
    known: dict[tuple[frozenset[str], tuple[TierFact, ...]], str | None] = {}
    found: dict[int, str | None] = {}
    closed = closed_tiers(bench.club, program, member_ids)
    for number, own in tier_facts(bench.club, program, member_ids, at).items():
        asked = (closed[number], tuple(own))
        if asked not in known:
            tier = tier_at(program, asked[1], at, bench.club.dates, asked[0])
            known[asked] = tier.code if tier else None
        found[number] = known[asked]
    return found
