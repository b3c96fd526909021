"""What kinds of long work are called, and what their steps say."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class TaskWords:
    """``title`` of the page; ``counted`` is what its steps count ("rows"); ``result`` the template
    of what it found (context: task, result), none where the files say all; ``back`` the name of
    the address that it was asked from."""

    title: Promise
    counted: Promise
    result: str = ""
    back: str = ""


_IMPORT = "panel/tasks/import.html"
WORDS: dict[str, TaskWords] = {
    "report": TaskWords(
        _("A report"), _("reports"), "panel/tasks/report.html", back="panel:reports"
    ),
    "members_sheet": TaskWords(_("List of members"), _("members"), back="panel:members"),
    "members_bulk": TaskWords(
        _("Work on many members"), _("members"), "panel/tasks/members_bulk.html", "panel:members"
    ),
    "readiness": TaskWords(_("What the history says"), _("steps"), back="panel:readiness"),
    "import_look": TaskWords(_("Reading a file"), _("rows"), _IMPORT, "panel:imports"),
    "import_check": TaskWords(_("Dry run of a file"), _("rows"), _IMPORT, "panel:imports"),
    "import_run": TaskWords(_("Bringing a file in"), _("rows"), _IMPORT, "panel:imports"),
    "import_undo": TaskWords(_("Taking a file back"), _("rows"), _IMPORT, "panel:imports"),
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
}


def task_words(kind: str) -> TaskWords:
    """The words of a kind of work."""
    return WORDS.get(kind, _OTHER)


def step_words(step: str) -> str:
    """What it does now; nothing for a step without a name."""
    return str(STEPS.get(step, ""))
