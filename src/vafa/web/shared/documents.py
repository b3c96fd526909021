"""Documents for printing, as PDF: set with typst in the product's own typeface.

A template is a ``.typ`` file in a face's ``documents/`` folder. Data reaches it as JSON that it
reads itself, never as markup: what people typed cannot become typst code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import typst

from vafa.core.errors import DomainError
from vafa.web.shared.build import OUT

_FACES: Final = Path(__file__).resolve().parents[1]


class DocumentFailed(DomainError):
    """The product's own fault: a template that cannot be set from what it was given."""

    code = "document_failed"
    status = 500
    fa = "این سند ساخته نشد. لطفاً به پشتیبانی خبر بدهید."
    en = "This document could not be made. Please tell support."


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of ``template`` ("panel/invoice.typ": the file in that face's ``documents/``).

    ``data`` is plain JSON; the template reads it by ``#let data = json(bytes(sys.inputs.data))``.
    Raises DocumentFailed, with what typst said as its cause.
    """
    return _compile(template, data, "pdf", 72)


def render_png(template: str, data: Mapping[str, Any], *, dots_per_inch: int = 96) -> bytes:
    """The same as a picture of its only page. Raises DocumentFailed, also for several pages."""
    return _compile(template, data, "png", dots_per_inch)


def _compile(
    template: str, data: Mapping[str, Any], form: Literal["pdf", "png"], dots: int
) -> bytes:
    face, _slash, name = template.partition("/")
    try:
        # Of several pages typst makes a list of pictures, whatever its types say.
        made: object = typst.compile(
            str(_FACES / face / "documents" / name),
            root=str(_FACES),
            font_paths=[str(OUT)],
            ignore_system_fonts=True,
            format=form,
            ppi=float(dots),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise DocumentFailed from error
    if not isinstance(made, bytes):
        raise DocumentFailed
    return made
