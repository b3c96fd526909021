"""What kinds of long work are called, and what their steps say."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Task


@dataclass(frozen=True, slots=True)
class TaskWords:
    """``title`` of the page; ``counted`` is what its steps count ("rows"); ``result`` the template
    of what it found (context: task, result), none where the files say all; ``back`` the name of
    the address that it was asked from. Work on something that has a page of its own is shown on
    that ``page``, the name of an address; its number is the parameter ``about``. ``keeps``: what
    was done until it was stopped stays."""

    title: Promise
    counted: Promise
    result: str = ""
    back: str = ""
    page: str = ""
    about: str = ""
    keeps: bool = True


def _import_words(title: Promise) -> TaskWords:
    return TaskWords(title, _("rows"), page="panel:import", about="import")


WORDS: dict[str, TaskWords] = {
    "report": TaskWords(
        _("A report"), _("reports"), "panel/tasks/report.html", back="panel:reports"
    ),
    "members_sheet": TaskWords(_("List of members"), _("members"), back="panel:members"),
    "members_bulk": TaskWords(
        _("Work on many members"), _("members"), "panel/tasks/members_bulk.html", "panel:members"
    ),
    "readiness": TaskWords(_("What the history says"), _("steps"), back="panel:readiness"),
    "import_look": _import_words(_("Reading a file")),
    "import_check": _import_words(_("Dry run of a file")),
    "import_run": _import_words(_("Bringing a file in")),
    "import_undo": _import_words(_("Taking a file back")),
    "backtest": TaskWords(
        _("Back-test"), _("purchases"), page="panel:backtest", about="backtest", keeps=False
    ),
    "vouchers": TaskWords(_("Making codes"), _("codes"), page="panel:series", about="series"),
    "draw_freeze": TaskWords(
        _("Closing the list of a draw"), _("members"), page="panel:draw", about="draw", keeps=False
    ),
    "ledger_check": TaskWords(_("Ledger check"), _("steps"), page="panel:ledger", keeps=False),
}
_OTHER = TaskWords(_("Long work"), _("steps"))
# What a task does now, by the word that it tells.
STEPS: dict[str, Promise] = {
    "import_fetch": _("Fetching the file"),
    "import_waits": _("Waiting for another file"),
    "import_read": _("Reading the file"),
    "import_record": _("Recording"),
    "import_check": _("Checking"),
    "import_expire": _("Expiring points of long ago"),
    "undo_purchases": _("Returning purchases"),
    "undo_balances": _("Taking balances back"),
    "undo_products": _("Closing products"),
    "undo_members": _("Closing memberships"),
    "verify": _("Adding everything up"),
    "seals": _("Comparing with the seals"),
}


def task_words(kind: str) -> TaskWords:
    """The words of a kind of work."""
    return WORDS.get(kind, _OTHER)


def own_page(task: Task) -> str:
    """The address of the page of what the task is about; nothing where it has none."""
    words = task_words(task.kind)
    arguments = [task.params[words.about]] if words.about else []
    return reverse(words.page, args=arguments) if words.page else ""


def step_words(step: str) -> str:
    """What it does now; nothing for a step without a name."""
    return str(STEPS.get(step, ""))
