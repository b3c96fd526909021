"""Whatever takes a file refuses or defuses what would harm: by each door, over HTTP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.world import World, make_world
from vafa.commerce.models import DataImport
from vafa.core.clock import now
from vafa.flows.imports import guards
from vafa.insight.reads.revisions import read_draft
from vafa.program.models import Voucher, VoucherSeries
from vafa.web.panel.views import imports
from vafa.web.shared import uploads

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def workbook(**more: bytes) -> bytes:
    """An Excel file with one column of codes, the last a formula, and more parts beside."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["code", "YALDA1"])
        sheet.write_formula(2, 0, '=HYPERLINK("http://evil.example","x")', None, "YALDA2")
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book:
        for name, content in more.items():
            book.writestr(f"xl/{name.replace('_', '.')}", content)
    return made.getvalue()


def other_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("word/document.xml", "<x/>")
    return made.getvalue()


HARMFUL = {
    "a picture": ("codes.xlsx", PICTURE, "قالب فایل شناخته نشد"),
    "a letter": ("codes.xlsx", other_zip(), "قالب فایل شناخته نشد"),
    "macros": ("codes.xlsx", workbook(vbaProject_bin=b"x"), "ماکرو"),
    "a bomb": ("codes.xlsx", workbook(zeros_bin=bytes(3_000_000)), "پس از باز شدن"),
    "nothing": ("codes.csv", b"", "خالی"),
}


@pytest.fixture(scope="module")
def shop(database: None) -> Iterator[World]:
    made = make_world()
    yield made
    made.verify()


def send(shop: World, door: str, name: str, content: bytes) -> Any:
    file = ContentFile(content, name)
    fields: dict[str, Any] = {"file": file}
    if door == "panel:new-branch":
        fields["name"] = "شعبهٔ نو"
    if door == "panel:new-import":
        fields["kind"] = "codes"
    if door == "panel:new-series":
        last = str(shop.club.local_date(now()) + timedelta(days=9))
        fields |= {"name": "کدهای یلدا", "kind": "delivery", "source": "file", "look": "16"}
        fields |= {"max_uses": "1", "last_day": last}
    return shop.client("owner").post(reverse(door), fields)


def nothing_came(shop: World) -> bool:
    return not (
        DataImport.objects.filter(club=shop.record).exists()
        or VoucherSeries.objects.filter(club=shop.record).exists()
        or read_draft(shop.club)
    )


@pytest.mark.parametrize("harm", HARMFUL)
@pytest.mark.parametrize("door", ["panel:new-import", "panel:new-series"])
def test_lists_that_harm(
    shop: World, monkeypatch: pytest.MonkeyPatch, door: str, harm: str
) -> None:
    monkeypatch.setattr(guards, "MOST_UNPACKED", 2_000_000)
    name, content, said = HARMFUL[harm]
    answer = send(shop, door, name, content)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert door != "panel:new-series" or "کدهای یلدا" in page, "what was typed stays"
    assert nothing_came(shop)


@pytest.mark.parametrize("door", ["panel:new-import", "panel:new-series", "panel:new-branch"])
def test_what_is_too_large_is_not_kept(
    shop: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, door: str
) -> None:
    for module, name in ((uploads, "MOST_UPLOADED"), (imports, "MOST_BYTES")):
        monkeypatch.setattr(module, name, 1_000_000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = send(shop, door, "codes.csv", b"code\n" + b"x" * 3_000_000)
    assert answer.status_code == 422
    assert door == "panel:new-branch" or "بزرگ‌تر از" in answer.content.decode()
    assert not any(path.stat().st_size for path in tmp_path.rglob("*"))
    assert nothing_came(shop)


@pytest.mark.parametrize(
    "content",
    [
        PICTURE,
        workbook(),
        b"[" * 100_000,
        b'{"format":"vafa-program-1","rules":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"format":"vafa-program-1","terms":' + b'{"a":' * 900 + b"1" + b"}" * 901,
        b'{"format":"vafa-program-1","rules":[{"conditions":7}]}',
        b'{"format":"vafa-program-1","rewards":[{"name":"\\u0000"}]}',
        b" " * 6_000_000,
    ],
)
def test_a_programme_file_that_is_none(shop: World, content: bytes) -> None:
    answer = send(shop, "panel:bring-program", "program.json", content)
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode()
    assert nothing_came(shop)


def test_of_formulas_only_the_values_become_codes_and_none_goes_out(world: World) -> None:
    assert send(world, "panel:new-series", "کد ‮xslx.", workbook()).status_code == 302
    [series] = VoucherSeries.objects.filter(club=world.record)
    codes = Voucher.objects.filter(series=series).order_by("id")
    assert list(codes.values_list("code", flat=True)) == ["YALDA1", "YALDA2"]
    evil = b'code\n"=HYPERLINK(1)"\n@SUM(A1)\n'
    assert send(world, "panel:new-series", "a.csv", evil).status_code == 302
    latest = VoucherSeries.objects.filter(club=world.record).latest("id")
    sheet = world.client("owner").get(reverse("panel:codes-export", args=[latest.pk]))
    lines = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert [line[:2] for line in lines[1:]] == ["'=", "'@"]
