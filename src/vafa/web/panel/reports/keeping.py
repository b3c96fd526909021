"""Reports that take longer than a page may: made by the worker, kept with their task."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from vafa.club.actions.tasks import TaskRun
from vafa.club.models import Task
from vafa.core.errors import DomainError
from vafa.insight.reads.reports.asking import JOB_SECONDS, figures_within
from vafa.insight.reads.reports.shape import Figures, from_json, to_json
from vafa.web.panel.pages import number_of
from vafa.web.panel.reports.asked import Asked, kept_query, read_asked
from vafa.web.panel.reports.catalogue import kind_of
from vafa.web.shared.sessions import PageRequest

TASK_KIND = "report"


class ReportTooSlow(DomainError):
    """Not even the worker got it done in time."""

    code = "report_too_slow"
    status = 503
    fa = "این گزارش در نیم ساعت آماده نشد. بازهٔ کوتاه‌تری انتخاب کنید."
    en = "This report was not ready in half an hour. Choose fewer days."


def task_params(asked: Asked, query: QueryDict) -> dict[str, Any]:
    """What the worker is told."""
    return {"slug": asked.kind.slug, "query": kept_query(query)}


def make_report(run: TaskRun) -> dict[str, Any]:
    """The worker's part: the figures, kept for the page. Raises ReportTooSlow."""
    kind, query = kind_of(run.params["slug"]), QueryDict(run.params["query"])
    asked = read_asked(kind, query, run.club, run.actor)
    run.tell(0, 1)
    figures = figures_within(kind.reader, run.club, asked.ask, JOB_SECONDS)
    if figures is None:
        raise ReportTooSlow
    return {
        "slug": kind.slug,
        "query": run.params["query"],
        "scope": _scope(asked),
        "lines": len(figures.lines),
        "figures": to_json(figures),
    }


def kept_figures(request: PageRequest, asked: Asked) -> Figures | None:
    """What the task that the address names has found, where it answered this very question, within
    what this person may see; None otherwise."""
    number = number_of(request.GET.get("task"))
    if number is None:
        return None
    task = Task.objects.filter(
        pk=number, club_id=request.club.id, kind=TASK_KIND, state="done"
    ).first()
    result = task.result if task else None
    if not result or result["slug"] != asked.kind.slug or result["scope"] != _scope(asked):
        return None
    return from_json(result["figures"])


def _scope(asked: Asked) -> dict[str, Any]:
    """What makes two questions the same."""
    ask = asked.ask
    return {
        "span": [ask.span.first.isoformat(), ask.span.last.isoformat()],
        "before": ask.before and [ask.before.first.isoformat(), ask.before.last.isoformat()],
        "by": ask.by if asked.kind.by_time else "",
        "of": ask.of,
        "branches": None if ask.branch_ids is None else sorted(ask.branch_ids),
        "tier": asked.tier,
        "segment": asked.segment_id,
    }
