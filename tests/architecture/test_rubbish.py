"""Rubbish in every form of the panel: told at the field with what was typed, never a fault of the
server, and a refused form has changed nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import cycle

import pytest
from django.core.files.base import File
from django.urls import reverse

from tests.architecture.access_table import ROUTES
from tests.architecture.audit_stories import STORIES
from tests.world import World, make_world
from vafa.club.models import Audit

_WORDS = "</textarea><script>alert(\"'&</script>"
_RUBBISH = ("a\x00b", "NaN", "۹" * 5_000, "-1", "1e999999", "1405/13/45", "9" * 40, "‮")
_TYPED = re.compile(r"<(?P<tag>input|textarea)\b(?P<attributes>[^>]*)>(?P<inner>[^<]*)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_SHOWN = frozenset({"text", "search", "tel", "email", "number", "url"})
# Whoever is logged out can send nothing more; every name makes a report, and there must be one.
_LEFT_OUT = frozenset({"panel:logout", "panel:discard", "panel:end-session", "panel:save-report"})
FORMS = [name for name in STORIES if name.startswith("panel:") and name not in _LEFT_OUT]


@pytest.fixture(scope="module")
def furnished(database: None) -> Iterator[World]:
    made = make_world()
    made.furnish()
    yield made
    made.verify()


def typed_in(page: str) -> Iterator[tuple[str, str]]:
    """What stands in the fields for text of a page, by their names."""
    for found in _TYPED.finditer(page):
        attributes = dict(_ATTRIBUTE.findall(found["attributes"]))
        is_area = found["tag"] == "textarea"
        if is_area or attributes.get("type", "text") in _SHOWN:
            value = found["inner"] if is_area else attributes.get("value", "")
            yield attributes.get("name", ""), unescape(value).strip()


@pytest.mark.parametrize("name", FORMS)
def test_what_makes_no_sense_is_told(furnished: World, name: str) -> None:
    route = ROUTES[name]
    route.before(furnished)
    client, address = furnished.client("owner"), reverse(name, kwargs=route.args(furnished))
    fields = STORIES[name].fields(furnished)
    texts = [field for field, value in fields.items() if not isinstance(value, File)]
    rubbish = dict(zip(texts, cycle(_RUBBISH), strict=False))
    for sent in (dict.fromkeys(texts, _WORDS), rubbish):
        before = Audit.objects.filter(club=furnished.record).count()
        answer = client.post(address, sent)
        page = answer.content.decode(errors="replace")
        assert answer.status_code < 500, answer.status_code
        assert "<script>alert(" not in page
        if answer.status_code < 400:
            continue
        assert Audit.objects.filter(club=furnished.record).count() == before
        kept = {field: value for field, value in typed_in(page) if field in texts}
        if answer.status_code == 422 and sent is not rubbish:
            assert all(value == _WORDS for value in kept.values()), kept
