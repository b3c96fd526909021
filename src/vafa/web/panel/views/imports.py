"""Files that are brought in: uploaded, described, tried out, brought in, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.tasks import file_pieces
from vafa.club.actor import Actor
from vafa.club.models import Task
from vafa.club.reads.attributes import list_attributes
from vafa.club.reads.context import ClubContext
from vafa.commerce.access import access_import
from vafa.commerce.models import DataImport
from vafa.commerce.reads.data_imports import count_imports, list_imports, other_of_same_file
from vafa.core.errors import DomainError, NotFound
from vafa.flows.imports.asking import (
    MOST_BYTES,
    ask_check,
    ask_run,
    ask_undo,
    describe,
    may_bring,
    task_at_work,
    upload_file,
)
from vafa.insight.reads.house import actor_names
from vafa.web.panel.forms.imports import UploadForm
from vafa.web.panel.import_pages import Page, choices_form, columns_of, make_page, refused_file
from vafa.web.panel.import_words import KINDS, state_words, undo_words
from vafa.web.panel.pages import list_page, panel_page, panel_render
from vafa.web.panel.task_pages import progress_context, refreshed
from vafa.web.shared.context import current_lang
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.uploads import LimitedUpload

_SIZE = 20
Ask = Callable[[ClubContext, Actor, DataImport, str], Task]


@require_safe
@panel_page("imports.run")
def imports(request: PageRequest) -> HttpResponse:
    """Every file that was uploaded, the newest first."""
    page, before = list_page(request, count_imports(request.club.id), _SIZE)
    found = list_imports(request.club.id, before, _SIZE)
    names = actor_names(request.club, {one.asked_by for one in found})
    rows = [
        {
            "one": one,
            "kind": KINDS[one.kind],
            "state": state_words(one, is_at_work=task_at_work(one) is not None),
            "by": names.get(one.asked_by, ""),
        }
        for one in found
    ]
    return panel_render(
        request, "panel/imports.html", {"rows": rows, "page": page}, section="imports"
    )


@csrf_exempt
def new_import(request: HttpRequest) -> HttpResponseBase:
    """Choose a file: it goes to disk, not to memory, and no further than it may be long. (The
    check against forgery reads the form, and so comes after that is set.)"""
    handler = LimitedUpload(request, MOST_BYTES)
    request.upload_handlers = [handler]
    return _new_import(request, handler)


@csrf_protect
@require_http_methods(["GET", "POST"])
@panel_page("imports.run")
def _new_import(request: PageRequest, handler: LimitedUpload) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kinds = [one for one in KINDS if may_bring(request.actor, one)]
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": kind} if kind in kinds else None,
        kinds=kinds,
    )
    form.is_too_large = handler.is_too_large
    if form.is_valid():
        made = _uploaded(request, form)
        if made is not None:
            return _to(made)
    return panel_render(
        request,
        "panel/import_new.html",
        {"form": form, "kinds": [(key, *KINDS[key]) for key in kinds]},
        section="imports",
        status=422 if form.is_bound else 200,
    )


@require_safe
@panel_page("imports.run")
def data_import(request: PageRequest, import_id: int) -> HttpResponse:
    """One file: its columns and first rows, what a dry run found, what came of it."""
    found = access_import(request.actor, import_id)
    working = task_at_work(found)
    if is_htmx(request):
        return _progress(request, found)
    page = make_page(request, found)
    return _page(request, page) if working is None else _page(request, page, working=True)


@require_POST
@panel_page("imports.run")
def describe_import(request: PageRequest, import_id: int) -> HttpResponse:
    """Keep which column is what, and the rest that was said; then show the rows so, try it out
    (everything is checked, nothing written) or bring it in."""
    found = access_import(request.actor, import_id)
    attributes = list_attributes(request.club.id)
    form = choices_form(request, found, request.POST)
    columns, wrong = columns_of(found, request.POST, attributes)
    if wrong or not form.is_valid():
        return _page(request, make_page(request, found, form=form, wrong=wrong), status=422)
    try:
        describe(request.club, request.actor, found, form.said(columns))
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
        return _to(found)
    ask = {"check": ask_check, "run": ask_run}.get(request.POST.get("then", ""))
    trouble = make_page(request, found).trouble if ask else ""
    if ask is None or trouble:
        if trouble:
            messages.error(request, trouble)
        return HttpResponseRedirect(f"{_address(found)}#rows")
    return _asked(request, found, ask)


@require_POST
@panel_page("imports.run")
def run_import(request: PageRequest, import_id: int) -> HttpResponse:
    """Go on with one that was stopped or interrupted."""
    found = access_import(request.actor, import_id)
    if found.state == "ready":
        messages.error(request, _("Say first which column is what."))
        return _to(found)
    return _asked(request, found, ask_run)


@require_safe
@panel_page("imports.run")
def refused_rows(request: PageRequest, import_id: int) -> StreamingHttpResponse:
    """The rows that were not taken, with the reasons, whoever of the club brought the file in.

    Raises NotFound where none was refused, or the file is forgotten.
    """
    found = access_import(request.actor, import_id)
    file = refused_file(found)
    if file is None:
        raise NotFound
    with transaction.atomic():
        thing = Thing("import", found.pk, found.file_name)
        record_audit(request.club.id, request.actor.label, "import.refused_taken", thing)
    response = StreamingHttpResponse(file_pieces(file.pk), content_type=file.content_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, file.name))
    return response


@require_http_methods(["GET", "POST"])
@panel_page("imports.run")
def undo_import(request: PageRequest, import_id: int) -> HttpResponse:
    """Say what taking it back does and cannot do; then do it."""
    found = access_import(request.actor, import_id)
    error = ""
    if request.method == "POST":
        if request.POST.get("sure") == "yes":
            try:
                ask_undo(request.club, request.actor, found, current_lang())
                return _to(found)
            except DomainError as refusal:
                messages.error(request, refusal.message(current_lang()))
                return _to(found)
        error = _("Confirm that you want this.")
    does, cannot = undo_words(found)
    context = {"one": found, "does": does, "cannot": cannot, "error": error}
    status = 422 if error else 200
    return panel_render(
        request, "panel/import_undo.html", context, section="imports", status=status
    )


def _uploaded(request: PageRequest, form: UploadForm) -> DataImport | None:
    """The import of an uploaded file; None where what is wrong with it is told at the field."""
    file = form.cleaned_data["file"]
    assert isinstance(file, TemporaryUploadedFile)
    try:
        return upload_file(
            request.club,
            request.actor,
            form.cleaned_data["kind"],
            Path(file.temporary_file_path()),
            file.name or "file",
            file.content_type or "application/octet-stream",
        )
    except DomainError as error:
        form.add_error("file", error.message(current_lang()))
        return None


def _asked(request: PageRequest, found: DataImport, ask: Ask) -> HttpResponse:
    """Ask the worker for it."""
    try:
        ask(request.club, request.actor, found, current_lang())
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    return _to(found)


def _page(
    request: PageRequest, page: Page, *, working: bool = False, status: int = 200
) -> HttpResponse:
    one = page.one
    context: dict[str, Any] = {"page": page, "one": one, "kind": KINDS[one.kind]}
    context["state_badge"] = state_words(one, is_at_work=working)
    context["same"] = other_of_same_file(one)
    context |= _progress_context(request, one)
    return panel_render(request, "panel/import.html", context, section="imports", status=status)


def _progress(request: PageRequest, found: DataImport) -> HttpResponse:
    """How far its task is, for htmx; the whole page comes again when it has ended."""
    context = _progress_context(request, found)
    response = panel_render(
        request,
        "panel/import.html",
        {"one": found, **context},
        section="imports",
        fragment="panel/_task_progress.html",
    )
    return refreshed(request, response, context["progress"])


def _progress_context(request: PageRequest, found: DataImport) -> dict[str, Any]:
    """The newest task of the import, in words."""
    tasks = (found.undo_task, found.run_task, found.check_task, found.upload)
    newest = max((t for t in tasks if t is not None), key=lambda t: t.pk, default=None)
    return progress_context(request, newest, "panel:import", found.pk)


def _address(found: DataImport) -> str:
    return reverse("panel:import", args=[found.pk])


def _to(found: DataImport) -> HttpResponseRedirect:
    return HttpResponseRedirect(_address(found))
