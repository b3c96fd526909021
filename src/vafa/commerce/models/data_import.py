from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models import Club, Task


class DataImport(models.Model):
    """A file that is brought into the club, from its upload to its undoing.

    ``kind``: members, products, purchases, balances or codes. ``choices`` is what was said about
    the file (columns, unit, branch ...), ``sample`` its headers and first rows, ``found`` what the
    last dry run counted and ``counts`` what was brought in. What it made names it: purchases and
    returns by their actor ("import:12"), members, products and series by ``ImportedRow``, opening
    balances by themselves. ``upload`` is the task that keeps the file; one from the command line
    has no tasks. ``state``: new, ready (its columns are known), running, done, undoing, undone.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    choices = models.JSONField(default=dict)
    sample = models.JSONField(default=dict)
    found = models.JSONField(null=True)
    counts = models.JSONField(null=True)
    undone = models.JSONField(null=True)
    state = models.CharField(max_length=8, default="new")
    upload = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", db_index=False)
    check_task = models.ForeignKey(
        Task, models.PROTECT, null=True, related_name="+", db_index=False
    )
    run_task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", db_index=False)
    undo_task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["members", "products", "purchases", "balances", "codes"])
                & Q(state__in=["new", "ready", "running", "done", "undoing", "undone"]),
                name="data_import_known",
            ),
        ]
        indexes = [models.Index(fields=["club", "-id"], name="data_import_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def label(self) -> str:
        """How the rows that it made name it: the label of its actor."""
        return f"import:{self.pk}"


class ImportedRow(models.Model):
    """A member, product or series (``what``, ``number``) that an import made. ``closed_at``: its
    undoing closed it, and a later file that names it opens it again."""

    data_import = models.ForeignKey(DataImport, models.PROTECT, related_name="rows", db_index=False)
    what = models.CharField(max_length=8)
    number = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["member", "product", "series"]), name="imported_row_known"
            ),
            models.UniqueConstraint(
                fields=["data_import", "what", "number"], name="imported_row_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["what", "number"],
                condition=Q(closed_at__isnull=False),
                name="imported_row_closed",
            ),
        ]
