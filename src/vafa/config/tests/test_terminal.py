from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from vafa.config.terminal import language

CONFIG = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "fa_IR.UTF-8"}, "fa"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fa_IR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "VAFA_LANG": "fa"}, "fa"),
    ],
)
def test_commands_speak_the_language_of_the_terminal(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VAFA_LANG", "LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_every_sentence_is_there_in_persian_with_the_same_blanks() -> None:
    with (CONFIG / "locale/fa/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="fa")
    said = {found[2] for found in extract_from_dir(CONFIG, keywords={"_": None})}
    assert said
    for sentence in said:
        message = catalogue.get(sentence)
        assert message is not None and message.string, f"not translated: {sentence}"
        blanks = re.findall(r"{\w+}", sentence)
        assert sorted(re.findall(r"{\w+}", message.string)) == sorted(blanks), sentence
