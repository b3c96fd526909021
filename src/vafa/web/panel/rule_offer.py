"""What the parts of a rule may name: the club's branches, categories, tiers ... read when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vafa.audience.reads.segments import list_segments
from vafa.club.access import access_branches
from vafa.club.actor import Actor
from vafa.club.models import MemberAttribute, Merchant
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.club.rules.profile import field_words
from vafa.commerce.models import Product
from vafa.core.clock import now
from vafa.core.jalali import Calendar
from vafa.insight.reads.products import list_categories
from vafa.program.reads.draws import list_draws
from vafa.program.reads.happenings import occasion_names, occasions_of
from vafa.program.reads.series import list_series
from vafa.program.rules.branch_part import is_of_branch
from vafa.program.rules.conditions import ATTRIBUTE
from vafa.program.rules.document import Program
from vafa.program.rules.limits import Budget
from vafa.program.rules.moments import MEMBER_DATES
from vafa.program.rules.rule import Group, Rule
from vafa.web.shared.context import current_lang

# Names may be translated when they are shown.
Choices = Sequence[tuple[int | str, Any]]

# More than anybody reads through.
_MOST_BRANDS = 300


@dataclass
class Offer:
    """Choices for the rules of ``program``, as ``actor`` may make them in ``club``.

    ``editing`` is the rule as it was before; what it names stays on offer. ``calendar`` is that of
    the page. ``branch_id``: of the only branch that is hers to make rules for, else None.
    """

    club: ClubContext
    actor: Actor
    program: Program
    calendar: Calendar
    editing: Rule | None = None
    branch_id: int | None = None

    @cached_property
    def branches(self) -> Choices:
        """The branches at which the actor may work."""
        return [(branch.id, branch.name) for branch in access_branches(self.actor)]

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The groups in which the rule may stand: of her own branch's manager those that hold no
        other's rules."""
        own = self.branch_id
        shared = {r.group for r in self.program.rules if own and not is_of_branch(r, own)}
        if self.editing is not None:
            shared.discard(self.editing.group)
        return [group for group in self.program.groups if group.code not in shared]

    @cached_property
    def budgets(self) -> Sequence[Budget]:
        """The shared budgets on which the rule may draw: of the club's, or what it draws on now."""
        now_on = self.editing.budget if self.editing else ""
        return [b for b in self.program.budgets if self.branch_id is None or b.code == now_on]

    @cached_property
    def merchants(self) -> Choices:
        """The club's merchants; none to choose from where there is one only."""
        rows = list(Merchant.objects.filter(club_id=self.club.id).order_by("name", "id"))
        return [(merchant.id, merchant.name) for merchant in rows] if len(rows) > 1 else []

    @cached_property
    def categories(self) -> Choices:
        """The club's categories of products."""
        return [(category.id, category.name) for category in list_categories(self.club)]

    @cached_property
    def brands(self) -> Choices:
        """The brands of the club's products."""
        rows = Product.objects.filter(club_id=self.club.id).exclude(brand="")
        names = rows.order_by("brand").values_list("brand", flat=True).distinct()[:_MOST_BRANDS]
        return [(name, name) for name in names]

    @cached_property
    def segments(self) -> Choices:
        """The club's segments, by code."""
        lang = current_lang()
        return [(s.code, s.said(lang)) for s in list_segments(self.club.id)]

    @cached_property
    def attributes(self) -> Sequence[MemberAttribute]:
        """What this club wants to know of its members beside what every club knows, and what the
        edited rule writes down of them."""
        written = getattr(self.editing.gives, "key", None) if self.editing else None
        rows = list_attributes(self.club.id, with_closed=True)
        return [row for row in rows if row.is_active or row.key == written]

    @cached_property
    def occasions(self) -> Choices:
        """The occasions of the year that are in use, by code."""
        names = occasion_names(self.club.id, current_lang())
        return [(code, names[code]) for code in occasions_of(self.club.id)]

    @cached_property
    def dates(self) -> Choices:
        """The dates of members that come again each year."""
        lang = current_lang()
        known = [(code, field_words(code, lang)) for code in MEMBER_DATES]
        own = [a for a in self.attributes if a.kind == "date"]
        return [*known, *((f"{ATTRIBUTE}{a.key}", a.said(lang)) for a in own)]

    @cached_property
    def challenges(self) -> Choices:
        """The programme's challenges, by code."""
        lang = current_lang()
        return [(one.code, one.name.said(lang)) for one in self.program.challenges]

    @cached_property
    def events(self) -> Choices:
        """The events that other programs may report, by code."""
        lang = current_lang()
        return [(one.code, one.name.said(lang)) for one in self.program.events]

    @cached_property
    def badges(self) -> Choices:
        """The programme's badges, by code."""
        lang = current_lang()
        return [(badge.code, badge.name.said(lang)) for badge in self.program.badges]

    @cached_property
    def series(self) -> Choices:
        """The series of vouchers of which fresh codes may be given."""
        rows = list_series(self.club.id)
        there = [s for s in rows if s.letters and s.cancelled_at is None and s.expires_at > now()]
        return [(series.id, series.name) for series in there]

    @cached_property
    def draws(self) -> Choices:
        """The draws that are being prepared or open."""
        lang = current_lang()
        rows = [d for d in list_draws(self.club.id) if d.status in ("draft", "open")]
        return [(d.id, d.name if lang == "fa" or not d.name_en else d.name_en) for d in rows]

    @cached_property
    def tiers(self) -> Choices:
        """The programme's tiers, from the lowest."""
        lang = current_lang()
        return [(tier.code, tier.name.said(lang)) for tier in self.program.tiers]

    def named_before(self, fact: str) -> set[int | str]:
        """What the rule that is edited names of a fact, on offer or not."""
        conditions = self.editing.conditions if self.editing else ()
        return {
            value
            for condition in conditions
            if getattr(condition, "fact", None) == fact
            for value in getattr(condition, "values", ())
        }
