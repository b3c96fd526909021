"""Documents are set in the product's typeface, and data never becomes markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vafa.web.shared import documents
from vafa.web.shared.documents import DocumentFailed, render_pdf, render_png

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set page(width: 60mm, height: 30mm)
#set text(font: "Vazirmatn", lang: "fa", dir: rtl, fallback: false)
#data.name
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "panel" / "documents"
    folder.mkdir(parents=True)
    (folder / "card.typ").write_text(TEMPLATE)
    monkeypatch.setattr(documents, "_FACES", tmp_path)
    yield "panel/card.typ"


def test_persian_names_are_set_and_markup_stays_text(template: str) -> None:
    made = render_pdf(template, {"name": "مریم رضایی‌نژاد"})
    assert made.startswith(b"%PDF")
    assert b"Vazirmatn" in made
    plain = render_png(template, {"name": "#panic(1)"})
    other = render_png(template, {"name": "مریم"})
    assert plain.startswith(b"\x89PNG")
    assert plain != other


def test_a_template_that_cannot_be_set_says_so(template: str) -> None:
    with pytest.raises(DocumentFailed):
        render_pdf(template, {})
