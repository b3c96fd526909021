"""One slice of a back-test: read it, judge it, count it. Runs in any process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from vafa.audience.errors import BrokenSegment, SegmentCircle
from vafa.audience.reads.compiling import Compiled, compile_definition
from vafa.audience.reads.members import who_query
from vafa.audience.reads.segments import definitions
from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext, club_context
from vafa.commerce.models import Product
from vafa.flows.backtest.events import events_of
from vafa.flows.backtest.history import Merge, Person, Span, merges, people_between, read_slice
from vafa.flows.backtest.judging import Judge, Shop
from vafa.flows.backtest.question import Question
from vafa.flows.backtest.standing import ALWAYS, day_start
from vafa.program.reads.tier_facts import tier_facts
from vafa.program.rules.backtest import Tally
from vafa.program.rules.document import Program
from vafa.program.rules.index import index_of
from vafa.program.rules.needs import needs_of
from vafa.program.rules.tier_windows import looks_back_to
from vafa.program.rules.tiers import tier_at


@dataclass(frozen=True, slots=True)
class Bench:
    """What every slice of a question needs, read once."""

    question: Question
    club: ClubContext
    span: Span
    shop: Shop
    merges: list[Merge]
    compiled: dict[str, Compiled]

    def judge(self) -> Judge:
        """A judge with nothing counted yet."""
        question = self.question
        return Judge(question.draft, self.club.dates, self.shop, counted=question.segments)

    def look_up_tiers(self, judge: Judge, people: list[Person]) -> None:
        """Tell the judge the tiers of people whose tiers go by an attribute."""
        if judge.standing.basis == "attribute":
            ids = [person.id for person in people if person.id == person.root]
            judge.standing.fixed.update(tiers_of(self, self.question.draft, ids))

    def segments(self, people: list[Person]) -> dict[str, set[int]]:
        """Who of ``people`` is in each segment that is counted or asked for by a rule, today."""
        roots = [person.root for person in people]
        return {code: who_query(one, roots).ask() for code, one in self.compiled.items()}


def set_up(question: Question) -> Bench:
    """Read what every slice needs."""
    club = club_context(question.club_id)
    branches = Branch.objects.filter(club_id=club.id)
    products = Product.objects.filter(club_id=club.id)
    judge = Judge(question.draft, club.dates, Shop({}, {}))
    tiers_since = day_start(
        looks_back_to(question.draft.tier_terms, question.first, club.calendar), club.dates
    )
    bills_since = tiers_since if judge.standing.basis in ("spend", "visits") else None
    span = Span(
        club.day_start(question.first),
        club.day_end(question.last),
        question.known_until,
        tiers_since,
        ALWAYS if judge.before.is_asked else bills_since,
        judge.limits.are_there,
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
        ),
        merges=merges(club.id, question.known_until),
        compiled=_compiled(question, club),
    )


def _compiled(question: Question, club: ClubContext) -> dict[str, Compiled]:
    known = definitions(club.id)
    asked = needs_of(index_of(question.draft, "purchase").rules).segments
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
    basis, segments = judge.standing.basis, bench.segments(people)
    judge.feed(events_of(found, bench.merges, basis, segments))
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
        judge.standing.forget(member_id)
        judge.before.forget(member_id)
    judge.tally.members += len(roots)


def tiers_of(bench: Bench, program: Program, member_ids: list[int]) -> dict[int, str | None]:
    """The tiers by ``program`` in which members really stand at the end of the period."""
    at = bench.span.end - timedelta(microseconds=1)
    facts = tier_facts(bench.club, program, member_ids, at)
    tiers = {number: tier_at(program, own, at, bench.club.dates) for number, own in facts.items()}
    return {number: tier.code if tier else None for number, tier in tiers.items()}
