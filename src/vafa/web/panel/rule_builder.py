"""A rule while it is being put together: its frame, a row for each condition and for each limit.

Everything is in the page's form: ``row`` names each condition ("3") and ``limit`` each limit in
order, and the fields of a row begin with its name. So nothing is kept on the server, and every
answer can be the whole of it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext
from pydantic import ValidationError as RuleError

from vafa.program.errors import InvalidProgram
from vafa.program.rules.budget_units import budget_unit, fits_budget
from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Condition, Effect, Rule, Text
from vafa.web.panel.drafts import MOST_ORDER
from vafa.web.panel.forms.rule_head import NEW_GROUP, HeadForm
from vafa.web.panel.forms.rule_kinds import (
    GROUPS,
    condition_kinds,
    goes_with,
    is_said_already,
    kind_named,
    kind_of,
    limit_kind,
)
from vafa.web.panel.forms.rule_parts import Kind, PartForm
from vafa.web.panel.rule_offer import Offer
from vafa.web.shared.context import current_lang

# A little more than is allowed, so that the refusal is told and nothing typed is lost.
_MOST_ROWS = 30


@dataclass(slots=True)
class Row:
    """A condition or a limit with its form. ``is_new``: just added, so that it gets the focus;
    ``fits``: a rule about this happening may have it."""

    key: str
    form: PartForm[Any]
    is_new: bool = False
    fits: bool = True


@dataclass(slots=True)
class RuleBuilder:
    """The parts of one rule on the page. ``kept`` are conditions that no kind of row shows."""

    offer: Offer
    head: HeadForm
    happening: PartForm[dict[str, Any]]
    effect: PartForm[Effect]
    rows: list[Row] = field(default_factory=list)
    limits: list[Row] = field(default_factory=list)
    kept: tuple[Condition, ...] = ()
    last: int = 0

    @property
    def limit_kind(self) -> Kind[Limit]:
        """How a limit is typed for what the rule gives."""
        return limit_kind(self.head.effect.sample(self.offer))

    def menu(self) -> list[tuple[str, list[Kind[Condition]]]]:
        """The kinds of conditions that may be added, under their headings."""
        used = {row.form.kind.name for row in self.rows}
        found: dict[str, list[Kind[Condition]]] = {}
        for kind in condition_kinds(self.offer):
            if kind.name in used or is_said_already(kind, self.offer):
                continue
            if kind.usable(self.offer) and self._goes(kind):
                found.setdefault(kind.group, []).append(kind)
        return [(str(GROUPS[group]), found[group]) for group in GROUPS if group in found]

    def change(self, wanted: str) -> None:
        """What a button asks for: "add:weekday", "limit", "remove:3" or "drop:4"; else nothing."""
        what, _, name = wanted.partition(":")
        kind = kind_named(condition_kinds(self.offer), name)
        if what == "add" and kind is not None:
            self.add(self.rows, kind, "r").is_new = True
        elif what == "limit":
            self.add(self.limits, self.limit_kind, "l").is_new = True
        elif what == "remove":
            self.rows = [row for row in self.rows if row.key != name]
        elif what == "drop":
            self.limits = [row for row in self.limits if row.key != name]

    def add(
        self, rows: list[Row], kind: Kind[Any], letter: str, initial: dict[str, Any] | None = None
    ) -> Row:
        """One more row with these first values."""
        self.last += 1
        prefix = f"{letter}{self.last}"
        form = PartForm(kind=kind, offer=self.offer, prefix=prefix, initial=initial)
        rows.append(Row(str(self.last), form))
        return rows[-1]

    def is_valid(self) -> bool:
        """Judge every form, so that all that is wrong is told at once."""
        rows = [row.form for row in (*self.rows, *self.limits)]
        judged = [form.is_valid() for form in (self.head, self.happening, self.effect, *rows)]
        return all(judged) and all(row.fits for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether every part is complete, so that the sentence says all of it."""
        rows = (row.form for row in (*self.rows, *self.limits))
        forms: list[Form] = [self.happening, self.effect, *rows]
        return all(form.is_valid() for form in forms) and all(row.fits for row in self.rows)

    def build(self, rule_id: str, group_code: str) -> Rule | None:
        """The rule that was typed; None where something is wrong, which is then told at its place.

        ``group_code`` is for a group that is asked for with it.
        """
        if not self.is_valid():
            return None
        data, old = self.head.cleaned_data, self.offer.editing
        group = group_code if data["group"] == NEW_GROUP else data["group"]
        if self._wrong_group(group):
            return None
        more = {
            "name": self.head.named(),
            "is_active": old.is_active if old else True,
            "order": old.order if old else 100,
            "group": group,
            "budget": data.get("budget", ""),
        }
        try:
            made = Rule.model_validate({"id": rule_id, **self._said(), **more})
        except RuleError as error:
            self.tell(InvalidProgram(where=rule_id, why=error.errors()[0]["msg"]))
            return None
        return None if self._wrong_budget(made) else made

    def sketch(self) -> Rule | None:
        """The rule as far as it is complete, for its sentence; None while it says too little."""
        self.is_valid()
        if not (self.happening.is_valid() and self.effect.is_valid()):
            return None
        old, program = self.offer.editing, self.offer.program
        group = program.group(self.head.cleaned_data.get("group", ""))
        more = {
            "id": old.id if old else "x",
            "name": Text(fa="—"),
            "group": group.code if group else "",
            "order": old.order if old else MOST_ORDER,
        }
        try:
            return Rule.model_validate({**self._said(), **more})
        except RuleError:
            # Said at its field when it is saved; a sketch is only as good as what was typed.
            return None

    def tell(self, problem: InvalidProgram) -> None:
        """Show what was found when it was to be kept at its place."""
        lang = current_lang()
        place, field = (problem.details.get(name) for name in ("place", "field"))
        said = problem.details.get(f"why_{lang}") or problem.message(lang)
        if place is not None and place < len(self.rows):
            form = self.rows[place].form
            form.add_error(next((name for name in form.fields if name != "but"), None), said)
        else:
            self.head.add_error(field if field in self.head.fields else None, said)

    def _said(self) -> dict[str, Any]:
        """What the valid forms say of the rule."""
        data = self.head.cleaned_data
        rows = [row.form.build() for row in self.rows if row.fits and row.form.is_valid()]
        return {
            **self.happening.build(),
            "conditions": (*rows, *self.kept),
            "gives": self.effect.build(),
            "limits": tuple(row.form.build() for row in self.limits if row.form.is_valid()),
            "starts": data.get("starts"),
            "ends": data.get("ends"),
        }

    def _wrong_group(self, code: str) -> bool:
        program, own = self.offer.program, self.offer.editing
        group = program.group(code) if code else None
        if group is None or group.mode == "all":
            return False
        gives = self.effect.build()
        others = [r for r in program.rules if r.group == code and (not own or r.id != own.id)]
        if all(r.gives.kind == gives.kind and r.gives.unit == gives.unit for r in others):
            return False
        said = gettext("The rules of a group must give the same kind of thing.")
        self.head.add_error("group", said)
        return True

    def _wrong_budget(self, made: Rule) -> bool:
        program = self.offer.program
        budget = program.budget(made.budget) if made.budget else None
        if budget is None or fits_budget(program, budget, made):
            return False
        said = {
            "credit": gettext("This budget counts credit; the rule gives none."),
            "points": gettext("This budget counts points; the rule gives credit."),
        }
        self.head.add_error("budget", said[budget_unit(program, budget)])
        return True

    def _goes(self, kind: Kind[Condition]) -> bool:
        about = self.head.happening.sample(self.offer)
        return goes_with(about, conditions=(kind.sample(self.offer),))


def opened(offer: Offer) -> RuleBuilder:
    """The builder of the rule that is edited, or an empty one."""
    rule = offer.editing
    if rule is None:
        head = HeadForm(offer=offer, initial={"group_mode": "best"})
        happening: PartForm[Any] = PartForm(kind=head.happening, offer=offer, prefix="on")
        effect: PartForm[Any] = PartForm(kind=head.effect, offer=offer, prefix="gives")
        return RuleBuilder(offer, head, happening, effect)
    head = HeadForm(offer=offer, initial=HeadForm.values_of(rule, offer))
    happening = PartForm(
        kind=head.happening, offer=offer, prefix="on", initial=head.happening.values(rule)
    )
    effect = PartForm(
        kind=head.effect, offer=offer, prefix="gives", initial=head.effect.values(rule.gives)
    )
    builder = RuleBuilder(offer, head, happening, effect, kept=_unshown(offer))
    for condition in rule.conditions:
        shown = kind_of(condition_kinds(offer), condition)
        if shown is not None:
            builder.add(builder.rows, shown[0], "r", shown[1])
    for limit in rule.limits:
        kind = builder.limit_kind
        builder.add(builder.limits, kind, "l", kind.values(limit))
    return builder


def posted(offer: Offer, query: QueryDict, *, bound: bool) -> RuleBuilder:
    """What was sent: ``bound`` to be judged, else only to be shown again as typed."""
    typed = {name: query.get(name, "") for name in HeadForm.base_fields}
    head = HeadForm(query, offer=offer) if bound else HeadForm(offer=offer, initial=typed)

    def part(kind: Kind[Any], prefix: str) -> PartForm[Any]:
        return _part(offer, kind, prefix, query, bound=bound)

    happening, effect = part(head.happening, "on"), part(head.effect, "gives")
    builder = RuleBuilder(offer, head, happening, effect, kept=_unshown(offer))
    for key in _keys(query, "row"):
        asked = kind_named(condition_kinds(offer), query.get(f"r{key}-kind", ""))
        if asked is not None:
            builder.rows.append(Row(key, part(asked, f"r{key}"), fits=builder._goes(asked)))
    kind = builder.limit_kind
    builder.limits = [Row(key, part(kind, f"l{key}")) for key in _keys(query, "limit")]
    builder.last = max([0, *(int(row.key) for row in (*builder.rows, *builder.limits))])
    return builder


def _keys(query: QueryDict, name: str) -> list[str]:
    keys = [key for key in query.getlist(name) if key.isascii() and key.isdigit() and len(key) < 5]
    return list(dict.fromkeys(keys))[:_MOST_ROWS]


def _part(
    offer: Offer, kind: Kind[Any], prefix: str, query: QueryDict, *, bound: bool
) -> PartForm[Any]:
    form: PartForm[Any] = PartForm(query if bound else None, kind=kind, offer=offer, prefix=prefix)
    if not bound:
        # A part that has just become another has nothing typed yet: its own first values stay.
        typed = form.typed(query)
        form.initial = {name: value for name, value in typed.items() if value not in (None, [])}
    return form


def _unshown(offer: Offer) -> tuple[Condition, ...]:
    kinds = condition_kinds(offer)
    conditions = offer.editing.conditions if offer.editing else ()
    return tuple(c for c in conditions if kind_of(kinds, c) is None)
