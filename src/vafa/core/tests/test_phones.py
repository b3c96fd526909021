"""One member, one number, however it was written."""

from __future__ import annotations

import pytest

from vafa.core.phones import InvalidMobile, display_mobile, parse_mobile


@pytest.mark.parametrize(
    "typed",
    [
        "09123456789",
        "0912 345 6789",
        "(0912) 345-67-89",
        "۰۹۱۲۳۴۵۶۷۸۹",
        "٠٩١٢٣٤٥٦٧٨٩",
        "۰۹۱2۳45۶۷۸۹",
        "9123456789",
        "+989123456789",
        "+98 912 345 6789",
        "00989123456789",
        "989123456789",
        "\u202a09123456789\u202c",
    ],
)
def test_every_spelling_is_the_same_member(typed: str) -> None:
    assert parse_mobile(typed) == "+989123456789"


@pytest.mark.parametrize(
    "typed",
    ["", "0912345678", "02188776655", "0912abcdefg", "مریم", "123", "0" * 30, "0912345678x9"],
)
def test_what_is_no_mobile_is_refused_in_both_languages(typed: str) -> None:
    with pytest.raises(InvalidMobile) as refused:
        parse_mobile(typed)
    assert refused.value.status == 422
    assert "موبایل" in refused.value.message("fa")
    assert "mobile" in refused.value.message("en")


def test_numbers_of_other_countries() -> None:
    assert parse_mobile("07911 123456", region="GB") == "+447911123456"
    assert parse_mobile("+447911123456") == "+447911123456"
    assert display_mobile("+447911123456") == "+44 7911 123456"


def test_a_number_is_shown_in_groups() -> None:
    assert display_mobile("+989123456789") == "0912 345 6789"
    assert display_mobile("erased") == "erased"
