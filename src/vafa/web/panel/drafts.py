"""A draft of the programme as the panel edits it: one small change at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vafa.club.access import access_branches
from vafa.core.errors import DomainError
from vafa.insight.reads.products import list_categories
from vafa.insight.reads.revisions import RevisionRead, read_draft, read_live
from vafa.program.actions.revisions import parse_program, save_draft
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import Rule
from vafa.web.panel.words import Names
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


class DraftChanged(DomainError):
    """Somebody else changed the draft after this page was opened."""

    code = "draft_changed"
    status = 409
    fa = "پیش‌نویس پس از باز شدن این صفحه عوض شده است. دوباره نگاهش کنید و بعد منتشر کنید."
    en = "The draft has changed since this page was opened. Look at it again, then publish."


@dataclass(frozen=True, slots=True)
class Workshop:
    """The live revision, the draft (either may be missing), and the names that rules mention."""

    live: RevisionRead | None
    draft: RevisionRead | None
    names: Names

    @property
    def program(self) -> Program:
        """What editing starts from: the draft, else the live programme, else an empty one."""
        found = self.draft or self.live
        return found.program if found else Program()


def open_workshop(request: PageRequest) -> Workshop:
    """Everything that the pages of the programme need."""
    club = request.club
    live, draft = read_live(club), read_draft(club)
    programs = [found.program for found in (live, draft) if found]
    return Workshop(live, draft, read_names(request, *programs))


def read_names(request: PageRequest, *programs: Program) -> Names:
    """The names of the club's branches and categories, and of these programmes' tiers (of the
    live one's, where none is named)."""
    if not programs:
        live = read_live(request.club)
        programs = (live.program,) if live else ()
    lang = current_lang()
    return Names(
        {branch.id: branch.name for branch in access_branches(request.actor)},
        {category.id: category.name for category in list_categories(request.club)},
        {tier.code: tier.name.said(lang) for program in programs for tier in program.tiers},
    )


def keep(request: PageRequest, program: Program, **changes: Any) -> None:
    """Save the draft as ``program`` with these of its fields changed. Raises InvalidProgram.

    A draft that no longer differs from the live programme is still a draft.
    """
    document = program.model_copy(update=changes).model_dump(mode="json")
    save_draft(request.club.id, parse_program(document), actor=request.actor.label)


def with_rule(program: Program, rule: Rule) -> tuple[Rule, ...]:
    """The rules with ``rule`` in the place of the one with its id, or at the end."""
    if program.rule(rule.id) is None:
        return (*program.rules, rule)
    return tuple(rule if old.id == rule.id else old for old in program.rules)


def with_tier(program: Program, tier: Tier) -> tuple[Tier, ...]:
    """The tiers with ``tier`` in, from the lowest to the highest."""
    others = [old for old in program.tiers if old.code != tier.code]
    return tuple(sorted([*others, tier], key=lambda t: t.from_points))


def fresh_id(prefix: str, *taken: set[str]) -> str:
    """An id that is not taken: "multiplier", "multiplier-2" ..."""
    used = set().union(*taken)
    base = prefix.replace("_", "-")
    if base not in used:
        return base
    return next(f"{base}-{n}" for n in range(2, len(used) + 3) if f"{base}-{n}" not in used)
