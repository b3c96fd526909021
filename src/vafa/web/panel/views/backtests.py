"""Back-tests: a draft over past purchases, beside what really happened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.audience.reads.segments import list_segments
from vafa.club.models import Branch, Task
from vafa.club.reads.tasks import newest_tasks, progress_of
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.jalali import add_months
from vafa.core.money import format_number
from vafa.flows.backtest.asking import KIND, ask_for_backtest
from vafa.flows.backtest.limits import read_limit_name
from vafa.insight.reads.house import actor_names
from vafa.insight.reads.revisions import read_draft
from vafa.program.access import access_backtest
from vafa.program.models import Backtest
from vafa.program.reads.backtests import list_backtests
from vafa.program.reads.revisions import published_program
from vafa.program.rules.allowances import OF_PLACES
from vafa.program.rules.backtest import RULE_COLUMNS
from vafa.program.rules.budget_units import budget_unit
from vafa.program.rules.document import Program
from vafa.program.rules.limit_words import limits_words
from vafa.program.rules.limits import Limit
from vafa.web.panel.backtest_deeds import (
    beside_heads,
    beside_rows,
    deed_rows,
    gift_names,
    kind_rows,
    notes_of,
)
from vafa.web.panel.backtest_tables import (
    Names,
    Row,
    lines_of,
    month_chart,
    month_names,
    names_of,
    rule_chart,
    rule_rows,
    shown,
    table_rows,
    tier_rows,
    total_rows,
)
from vafa.web.panel.files import csv_file, record_export
from vafa.web.panel.forms.backtests import BacktestForm
from vafa.web.panel.pages import page_calendar, panel_page, panel_render
from vafa.web.panel.place_words import place_name
from vafa.web.panel.task_pages import progress_context, refreshed, state_words
from vafa.web.panel.views.program import program_tabs
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def backtests(request: PageRequest) -> HttpResponse:
    """The back-tests so far, and a form to test the draft."""
    form = _form(request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            number = ask_for_backtest(
                request.club,
                request.actor,
                data["first"],
                data["last"],
                data.get("segments", ()),
            )
        except DomainError as error:
            form.add_error(None, error.message(current_lang()))
        else:
            return HttpResponseRedirect(reverse("panel:backtest", args=[number]))
    found = list_backtests(request.club.id)
    names = actor_names(request.club, [test.asked_by for test in found])
    tasks = newest_tasks(request.club.id, KIND, "backtest", [test.pk for test in found])
    draft = read_draft(request.club)
    context = {
        "form": form,
        "has_draft": draft is not None,
        "rows": [
            {
                "test": test,
                "by": names.get(test.asked_by, ""),
                "state": _state_words(tasks[test.pk]),
            }
            for test in found
        ],
        "tabs": program_tabs(request, "draft"),
    }
    status = 422 if form.is_bound else 200
    return panel_render(request, "panel/backtests.html", context, section="program", status=status)


@require_safe
@panel_page("reports.view")
def backtest(request: PageRequest, backtest_id: int) -> HttpResponse:
    """How far a back-test is, or what it found."""
    test = access_backtest(request.actor, backtest_id)
    task = newest_tasks(request.club.id, KIND, "backtest", [test.pk])[test.pk]
    draft = read_draft(request.club)
    context = progress_context(request, task, "panel:backtest", test.pk) | {
        "test": test,
        "is_old": draft is None or draft.stamp != test.stamp,
    }
    if test.result is not None:
        context |= _found(request, test)
    page = panel_render(
        request,
        "panel/backtest.html",
        context,
        section="program",
        fragment="panel/_task_progress.html",
    )
    return refreshed(request, page, context["progress"])


@require_safe
@panel_page("reports.view")
def file(request: PageRequest, backtest_id: int) -> HttpResponse:
    """What a back-test found, as a file: one line for each line of its tables."""
    test = access_backtest(request.actor, backtest_id)
    record_export(request, "backtest")
    header = [
        *(_("Table"), _("Line"), _("Purchases"), _("Sales"), _("Draft: points")),
        *(_("Draft: taken back"), _("Draft: credit"), _("Draft: credit taken back")),
        *(_("Really: points"), _("Really: taken back"), _("Really: credit")),
        _("Really: credit taken back"),
        *beside_heads(),
    ]
    rows = _file_rows(request, test) if test.result is not None else []
    full = [row + [""] * (len(header) - len(row)) for row in rows]
    return csv_file(request.club, f"backtest-{test.pk}", header, full)


def _file_rows(request: PageRequest, test: Backtest) -> list[list[Any]]:
    result, names = _result(test), _names(request, test)
    known = {
        "all": (_("All"), {}),
        "month": (_("Calendar month"), month_names(result, request.club)),
        "branch": (_("Branch"), names.branches),
        "segment": (_("Segment"), names.segments),
    }
    rows: list[list[Any]] = [
        [title, called.get(key, key), *one.counts.values()]
        for table, (title, called) in known.items()
        for key, one in lines_of(result, table).items()
    ]
    for key, counts in result["rules"].items():
        one = dict(zip(RULE_COLUMNS, counts, strict=True))
        given = [
            *(one["draft_points"], "", one["draft_credit"], ""),
            *(one["real_points"], "", one["real_credit"], ""),
        ]
        rows.append([_("Rule"), names.rules.get(key, key), one["draft_times"], "", *given])
    rows += beside_rows(result, names.rules, request.club)
    none = _("No tier")
    for real, draft, members in result["tiers"]:
        was, will = names.tiers.get(real, real) or none, names.tiers.get(draft, draft) or none
        rows.append([_("Tier"), f"{was} → {will}", members])
    return rows


def _found(request: PageRequest, test: Backtest) -> dict[str, Any]:
    club, result, names = request.club, _result(test), _names(request, test)
    rules = rule_rows(result, names.rules)
    months = table_rows(result, "month", month_names(result, club))
    total = lines_of(result, "all")[""]

    def said(rows: list[Row]) -> list[dict[str, str]]:
        return [shown(row, club) for row in rows]

    tables = [
        {"title": _("By month"), "rows": said(months)},
        {"title": _("By branch"), "rows": said(table_rows(result, "branch", names.branches))},
        {"title": _("By segment"), "rows": said(table_rows(result, "segment", names.segments))},
    ]
    moved = tier_rows(result, names.tiers)
    return {
        "purchases": total.counts["purchases"],
        "sales": total.counts["sales"],
        "strangers": result["strangers"],
        "totals": said(total_rows(result)),
        "rules": said(rules),
        "tables": [table for table in tables if table["rows"]],
        "month_chart": month_chart(result, club),
        "rule_chart": rule_chart(rules),
        "moved": moved,
        "moved_members": sum(row["members"] for row in moved),
        "members": result["members"],
        "full": _full(request, test, names),
        "kinds": said(kind_rows(result)),
        "deeds": deed_rows(result, names.rules, club),
        "notes": list(notes_of(*_programs(test))),
    }


def _full(request: PageRequest, test: Backtest, names: Names) -> list[dict[str, Any]]:
    """Limits that were used up, the first one first."""
    lang, unit, out = current_lang(), request.club.display_unit, []
    draft = Program.model_validate(test.document)
    for name, day in sorted(_result(test)["full"].items(), key=lambda item: item[1]):
        one = read_limit_name(name)
        limit = Limit.model_validate(
            {key: one[key] for key in ("scope", "per", "counts")} | {"most": int(one["most"])}
        )
        kind, code = one["what"].split(":", 1)
        budget = draft.budget(code) if kind == "b" else None
        whose = names.branches.get(one["whose"], "") if one["scope"] == "branch" else ""
        out.append(
            {
                "name": budget.name if budget else _name(request, names, kind, code),
                "limit": limits_words((limit,), _given(draft, kind, code), unit, lang),
                "whose": whose,
                "day": date.fromisoformat(day),
            }
        )
    return out


def _result(test: Backtest) -> dict[str, Any]:
    return dict(test.result or {})


def _name(request: PageRequest, names: Names, kind: str, code: str) -> str:
    """What a limit belongs to: a rule, or a branch or merchant with a budget of its own."""
    if f"{kind}:" not in OF_PLACES:
        return names.rules.get(code, code)
    letter, _separator, number = code.partition(":")
    return place_name(request.club, f"{'branch' if letter == 'b' else 'merchant'}:{number}")


def _given(draft: Program, kind: str, code: str) -> str:
    """What a limit counts: as the rules that draw on it give."""
    if f"{kind}:" in OF_PLACES:
        return "points" if kind == "p" else "credit"
    budget = draft.budget(code) if kind == "b" else None
    if budget is not None:
        return budget_unit(draft, budget)
    rule = draft.rule(code)
    return rule.gives.unit if rule is not None else "points"


def _names(request: PageRequest, test: Backtest) -> Names:
    lang, programs = current_lang(), _programs(test)
    branches = Branch.objects.filter(club_id=request.club.id).values_list("id", "name")
    segments = list_segments(request.club.id, with_archived=True)
    names = names_of(
        {str(number): name for number, name in branches},
        {segment.code: segment.said(lang) for segment in segments},
        *programs,
    )
    return names._replace(rules={**names.rules, **gift_names(*programs)})


def _programs(test: Backtest) -> tuple[Program, Program]:
    """What was tested, and what was live then."""
    return Program.model_validate(test.document), published_program(test.revision_id)


def _form(request: PageRequest) -> BacktestForm:
    today = request.club.local_date(now())
    first = add_months(today, -12, request.club.calendar) + timedelta(days=1)
    lang = current_lang()
    return BacktestForm(
        request.POST or None,
        initial={"first": first, "last": today},
        calendar=page_calendar(request),
        segments=[(s.code, s.said(lang)) for s in list_segments(request.club.id)],
    )


def _state_words(task: Task) -> str:
    progress = progress_of(task)
    if progress.is_stopping and progress.is_alive:
        return _("Is being stopped")
    if progress.state == "running":
        share = progress.reached * 100 // progress.total if progress.total else 0
        return _("Runs: %(share)s%%") % {"share": format_number(share, current_lang())}
    return state_words(progress.state)
