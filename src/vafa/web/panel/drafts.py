"""A draft of the programme as the panel edits it: one small change at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vafa.club.access import access_branches
from vafa.core.errors import DomainError
from vafa.insight.reads.products import list_categories
from vafa.insight.reads.revisions import RevisionRead, read_draft, read_live
from vafa.program.actions.branch_drafts import save_branch_draft
from vafa.program.actions.checking import refuse_impossible
from vafa.program.actions.revisions import parse_program, save_draft
from vafa.program.place_errors import NotOfYourBranch
from vafa.program.reads.promise import rule_names
from vafa.program.rules.branch_part import Here, is_of_branch, only_at
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.index import canonical
from vafa.program.rules.rule import Group, Rule
from vafa.program.rules.rule_words import RuleNames
from vafa.web.panel.pages import panel_form
from vafa.web.panel.words import Names
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

USUAL_ORDER, MOST_ORDER = 100, 10_000
_STEP = 10


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
        _together([rule_names(request.club, one, one.rules, lang) for one in programs]),
    )


def _together(named: Sequence[RuleNames]) -> RuleNames:
    """What several programmes name; where they differ, by the last."""
    found = RuleNames()
    for names in named:
        told = {field: getattr(names, field) for field in RuleNames._fields}
        for field, before in found._asdict().items():
            if isinstance(before, Mapping):
                told[field] = {**before, **told[field]}
        found = RuleNames(**told)
    return found


def keep(request: PageRequest, program: Program, **changes: Any) -> None:
    """Save the draft as ``program`` with these of its fields changed. Raises InvalidProgram,
    RuleNeverFires for a rule that was changed so that it could never give anything, and for the
    manager of one branch NotOfYourBranch and BeyondYourLimits.

    A draft that no longer differs from the live programme is still a draft.
    """
    document = program.model_copy(update=changes).model_dump(mode="json")
    parsed = parse_program(document)
    refuse_impossible(request.club, parsed)
    here, actor = branch_of(request), request.actor.label
    if here is None:
        save_draft(request.club.id, parsed, actor=actor)
    else:
        save_branch_draft(request.club.id, parsed, here, actor=actor)


def branch_of(request: PageRequest) -> Here | None:
    """The branch of a manager who manages that one alone; None for everybody else."""
    branch = request.staff.branch
    if branch is None:
        return None
    return Here(branch.id, branch.merchant_id)


def refuse_foreign(request: PageRequest, rule: Rule) -> None:
    """Raise NotOfYourBranch for a branch's manager and a rule that holds elsewhere too."""
    here = branch_of(request)
    if here is not None and not is_of_branch(rule, here.branch_id):
        raise NotOfYourBranch


def at_own_branch(request: PageRequest, rule: Rule) -> Rule:
    """What a branch's manager puts together holds at her branch alone; else the rule itself."""
    here = branch_of(request)
    return rule if here is None else only_at(rule, here.branch_id)


def with_rule(program: Program, rule: Rule) -> tuple[Rule, ...]:
    """The rules with ``rule`` in the place of the one with its id, or at the end."""
    if program.rule(rule.id) is None:
        return (*program.rules, rule)
    return tuple(rule if old.id == rule.id else old for old in program.rules)


def moved(program: Program, rule: Rule, *, up: bool) -> tuple[Rule, ...]:
    """The rules with ``rule`` one place earlier or later, numbered anew; as they were at an end."""
    rules = sorted(program.rules, key=canonical)
    place = rules.index(rule)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
    step = max(min(_STEP, MOST_ORDER // len(rules)), 1)
    return tuple(
        one.model_copy(update={"order": min(n * step, MOST_ORDER)})
        for n, one in enumerate(rules, 1)
    )


def last_place(program: Program) -> int:
    """The order by which a new rule goes after all others."""
    orders = {rule.order for rule in program.rules} - {USUAL_ORDER}
    return min(max(orders | {USUAL_ORDER}) + _STEP, MOST_ORDER) if orders else USUAL_ORDER


def without_empty(program: Program, before: Program) -> tuple[Group, ...]:
    """The groups without those that had rules before and have none now."""
    had = {rule.group for rule in before.rules}
    have = {rule.group for rule in program.rules}
    return tuple(group for group in program.groups if group.code in have or group.code not in had)


def with_tier(program: Program, tier: Tier) -> tuple[Tier, ...]:
    """The tiers with ``tier`` in, from the lowest to the highest."""
    others = [old for old in program.tiers if old.code != tier.code]
    return tuple(sorted([*others, tier], key=lambda t: t.least))


def saved(request: PageRequest) -> HttpResponse:
    """Back to the draft, where what was saved is seen."""
    messages.success(
        request, _("Saved in the draft. Nothing changes for members until you publish it.")
    )
    return HttpResponseRedirect(reverse("panel:draft"))


def draft_form(request: PageRequest, form: Any, title: str, **context: Any) -> HttpResponse:
    """The page of a form for a part of the draft."""
    return panel_form(
        request, "panel/draft_form.html", form, section="program", title=title, **context
    )


def fresh_id(prefix: str, *taken: set[str]) -> str:
    """An id that is not taken: "multiplier", "multiplier-2" ..."""
    used = set().union(*taken)
    base = prefix.replace("_", "-")
    if base not in used:
        return base
    return next(f"{base}-{n}" for n in range(2, len(used) + 3) if f"{base}-{n}" not in used)
