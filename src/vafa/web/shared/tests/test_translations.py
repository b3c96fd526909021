"""Every text of every face has its Persian."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from vafa.web.shared.build import read_catalog

WEB = Path(__file__).resolve().parents[2]
FACES = sorted(p.name for p in WEB.iterdir() if (p / "apps.py").exists())

_STRING = r'"((?:[^"\\]|\\.)+)"'
_TEMPLATE = (
    re.compile(r"{%\s*(?:translate|trans)\s+" + _STRING),
    re.compile(r"[=:\s]_\(" + _STRING + r"\)"),
)
_BLOCK = re.compile(r"({%\s*blocktranslate[^%]*%})(.*?){%\s*endblocktranslate\s*%}", re.S)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
_PYTHON = re.compile(r"\b(?:_|n?gettext(?:_lazy)?)\(\s*" + _STRING)


def template_texts(source: str) -> Iterator[str]:
    for pattern in _TEMPLATE:
        yield from pattern.findall(source)
    for opening, block in _BLOCK.findall(source):
        text = _VARIABLE.sub(r"%(\1)s", _PLURAL.split(block)[0].replace("%", "%%"))
        text = text if "%(" in text else text.replace("%%", "%")
        yield _trimmed(text) if " trimmed" in opening else text


def _trimmed(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines())


def texts_of(face: Path) -> set[str]:
    found: set[str] = set()
    for template in face.glob("templates/**/*.html"):
        found.update(template_texts(template.read_text()))
    for module in face.rglob("*.py"):
        if "tests" not in module.parts:
            found.update(_PYTHON.findall(module.read_text()))
    return {text.replace('\\"', '"') for text in found}


def persian() -> Catalog:
    everything = Catalog(locale="fa")
    for po in WEB.glob("*/locale/fa/LC_MESSAGES/django.po"):
        with po.open("rb") as source:
            for message in read_po(source, locale="fa"):
                if message.id and message.string and not message.fuzzy:
                    everything[message.id] = message
    return everything


@pytest.mark.parametrize("face", FACES)
def test_every_text_of_the_face_is_translated(face: str) -> None:
    catalog = persian()
    missing = sorted(text for text in texts_of(WEB / face) if catalog.get(text) is None)
    assert missing == []


def test_a_text_stands_once_in_its_catalogue(tmp_path: Path) -> None:
    """msgfmt would refuse it; the build does too, and says where."""
    for po in WEB.parent.rglob("locale/*/LC_MESSAGES/*.po"):
        assert len(read_catalog(po)) > 0
    once = 'msgid "File"\nmsgstr "فایل"\n'
    other = 'msgctxt "of a saw"\nmsgid "File"\nmsgstr "سوهان"\n'
    po = tmp_path / "fa" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(f"{once}\n{other}")
    assert len(read_catalog(po)) == 2
    po.write_text(f"{once}\n{other}\n{once}")
    with pytest.raises(ValueError, match="'File' stands here a second time"):
        read_catalog(po)


def test_no_text_has_two_persians() -> None:
    """The catalogues of all faces merge into one, in which the first to speak wins."""
    said: dict[str, set[str]] = {}
    for po in WEB.parent.rglob("locale/fa/LC_MESSAGES/django.po"):
        with po.open("rb") as source:
            for message in read_po(source, locale="fa"):
                if message.id and message.string:
                    said.setdefault(str(message.id), set()).add(str(message.string))
    assert {text: persian for text, persian in said.items() if len(persian) > 1} == {}
