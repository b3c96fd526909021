"""Names and numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vafa.core.text import (
    normalize,
    parse_int,
    search_key,
    sort_key,
    to_latin_digits,
    to_persian_digits,
)

messy = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=[]),
        st.sampled_from(list("يكىئآأةۀءعلی رضاabZ۰٣5٬\u200c\u200d\u200e\u0654\u0653\u0640\t ")),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  علي   اكبري ", "علی اکبری"),
        ("\u202bرضا\u202c", "رضا"),
        ("محـــمد", "محمد"),
        ("رضایی\u200c\u200cنژاد", "رضایی\u200cنژاد"),
        ("رضایی\u200c نژاد\u200c", "رضایی نژاد"),
        ("ﻣﺮﯾﻢ", "مریم"),
        ("a\x00b\nc", "ab c"),
        ("\ud800x", "x"),
    ],
)
def test_text_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert normalize(typed) == stored


@given(messy)
def test_normalizing_twice_changes_nothing_and_leaves_what_a_database_takes(s: str) -> None:
    once = normalize(s)
    assert normalize(once) == once
    assert "\x00" not in once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("رضایی\u200cنژاد", "رضائی نژاد"),
        ("آرش", "ارش"),
        ("فاطمة", "فاطمه"),
        ("مؤمنی", "مومنی"),
        ("اسماء", "اسما"),
        ("Renée", "RENEE"),
        ("A-۱۲", "a12"),
        ("عَلی", "علي"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


def test_names_sort_as_in_a_persian_index() -> None:
    wanted = [
        "۷ برادران",
        "آرش",
        "ابراهیم",
        "بابک",
        "پری",
        "تارا",
        "ثریا",
        "جمشید",
        "چنگیز",
        "ژاله",
        "کامران",
        "گلی",
        "لاله",
        "وحید",
        "هما",
        "یاسمن",
        "Anna",
        "bob",
        "Ćiro",
        "Zed",
        "Ωmega",
    ]
    assert sorted(wanted, key=sort_key) == wanted
    assert sort_key("علی ب") < sort_key("علیا")
    assert sort_key("علی") < sort_key("علی ب")


@given(messy)
def test_the_sort_key_is_plain(s: str) -> None:
    assert set(sort_key(s)) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("۱۲٬۵۰۰", 12_500),
        ("12,500", 12_500),
        ("1۲۳٤", 1234),
        ("1 000 000", 1_000_000),
        (" -۵ ", -5),
        ("−۵", -5),
        ("\u202a42\u202c", 42),
        ("007", 7),
    ],
)
def test_whole_numbers_are_read(typed: str, number: int) -> None:
    assert parse_int(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "abc", "12,5", "1.5", "1,2345", "1,234 567", "--1", "9" * 40]
)
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_int(typed)


@given(st.integers(min_value=0))
def test_digits_go_there_and_back(n: int) -> None:
    assert to_latin_digits(to_persian_digits(str(n))) == str(n)
