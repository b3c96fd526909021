"""What is asked of a report, read from a query string: of an address, or of a saved report."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from vafa.audience.errors import UnknownSegment
from vafa.audience.models import Segment
from vafa.audience.reads.compiling import compile_definition
from vafa.audience.reads.members import compile_segment
from vafa.audience.reads.segments import find_segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.access import access_branches
from vafa.club.actor import Actor
from vafa.club.facet_types import Sql
from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.errors import Forbidden, InvalidInput
from vafa.insight.reads.reports.shape import Ask
from vafa.program.reads.revisions import live_program
from vafa.program.rules.tier_terms import NO_TIER
from vafa.web.panel.pages import number_of
from vafa.web.panel.periods import Choice, choose
from vafa.web.panel.reports.catalogue import Kind
from vafa.web.shared.context import build_page, current_lang

# What of an address is the report's; a saved report keeps these.
NAMES = (
    *("period", "from", "to", "by", "against"),
    *("of", "branch", "merchant", "tier", "segment"),
)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a report. ``narrowed`` says in words to what; ``is_plain``: by nothing that lists
    behind its figures do not know."""

    kind: Kind
    choice: Choice
    side: str
    merchant_id: int | None
    tier: str
    segment_id: int | None
    ask: Ask
    narrowed: tuple[str, ...] = ()
    branches: list[Branch] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether a list of purchases that knows days and a branch shows the same rows."""
        return self.ask.who is None and self.merchant_id is None


def kept_query(query: QueryDict) -> str:
    """The part of a query string that is the report's, as it is kept. Raises InvalidInput for one that
    no page of ours makes."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        if query.get(name):
            kept[name] = query.get(name, "")
    text: str = kept.urlencode()
    if len(text) > _LONGEST:
        raise InvalidInput(field="filter")
    return text


def read_asked(
    kind: Kind,
    query: QueryDict,
    club: ClubContext,
    actor: Actor,
    choice: Choice | None = None,
    at: datetime | None = None,
    branches: list[Branch] | None = None,
) -> Asked:
    """What ``query`` asks of ``kind``, kept to the branches that are ``actor``'s.

    ``choice`` is what was picked before, where the query itself picks no days; without one, days are
    those of the moment ``at`` (None: now). ``branches`` are hers, where they are known. A merchant, tier or
    segment that is not there (any more) narrows nothing. Raises Forbidden for a report that cannot be
    kept to her branches, and BrokenSegment.
    """
    if actor.is_of_branches and not kind.by_branch:
        raise Forbidden
    branches = access_branches(actor) if branches is None else branches
    known = {branch.id for branch in branches}
    branch_id = number_of(query.get("branch")) if choice is None else choice.branch_id
    choice = choice or choose(query, club, branch_id if branch_id in known else None, at)
    said: list[str] = []
    branch_ids, merchant_id = _places(kind, query, actor, branches, choice, said)
    tier, who = _people(kind, query, club, said)
    segment_id = number_of(query.get("segment")) if kind.by_member else None
    if segment_id is not None:
        try:
            segment = find_segment(club.id, segment_id)
            who.append(compile_segment(club, segment, now()).whole())
            said.append(_("Segment: %(name)s") % {"name": _name(segment)})
        except UnknownSegment:
            segment_id = None
    sides = [name for name, _label in kind.sides]
    side = query.get("of", "")
    side = side if side in sides else (sides[0] if sides else "")
    ask = Ask(
        span=choice.span,
        before=None if kind.is_of_moment else choice.before,
        by=choice.by,
        of=side,
        branch_ids=branch_ids,
        who=_both(who),
        calendar=build_page(current_lang(), club).calendar,
    )
    return Asked(
        kind, choice, side, merchant_id, tier, segment_id, ask, tuple(said), branches=branches
    )


def _places(
    kind: Kind,
    query: QueryDict,
    actor: Actor,
    branches: list[Branch],
    choice: Choice,
    said: list[str],
) -> tuple[tuple[int, ...] | None, int | None]:
    """Which branches, and of which merchant; None for all of the club."""
    if not kind.by_branch:
        return None, None
    mine = branches
    merchant_id = number_of(query.get("merchant"))
    if merchant_id is not None:
        mine = [branch for branch in branches if branch.merchant_id == merchant_id]
        if mine:
            said.append(_("Merchant: %(name)s") % {"name": mine[0].merchant.name})
        else:
            mine, merchant_id = branches, None
    if choice.branch_id is not None:
        here = [branch for branch in mine if branch.id == choice.branch_id]
        if here:
            mine = here
            said.append(_("Branch: %(name)s") % {"name": here[0].name})
    if mine is branches and not actor.is_of_branches:
        return None, None
    if mine is branches:
        names = ("، " if current_lang() == "fa" else ", ").join(branch.name for branch in mine)
        said.append(_("Branch: %(name)s") % {"name": names})
    return tuple(branch.id for branch in mine), merchant_id


def _people(
    kind: Kind, query: QueryDict, club: ClubContext, said: list[str]
) -> tuple[str, list[Sql]]:
    """The tier that is asked for, and who has it."""
    code = query.get("tier", "") if kind.by_member else ""
    if not code:
        return "", []
    program = live_program(club.id).program
    tier = program.tier(code)
    if tier is None and code != NO_TIER:
        return "", []
    name = tier.name.said(current_lang()) if tier else _("No tier")
    said.append(_("Tier: %(name)s") % {"name": name})
    condition = Condition(facet="program.tier", op="in", value=(code,))
    meant = compile_definition(club, Definition(items=(condition,)), now(), {})
    return code, [meant.whole()]


def _both(who: list[Sql]) -> Sql | None:
    if len(who) < 2:
        return who[0] if who else None
    first, second = who
    return Sql(
        f"SELECT id FROM ({first.text}) a WHERE id IN ({second.text})",
        (*first.params, *second.params),
    )


def _name(segment: Segment) -> str:
    return segment.said(current_lang())
