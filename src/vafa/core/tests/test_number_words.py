from __future__ import annotations

import pytest

from vafa.core.number_words import MOST, amount_in_words, number_in_words


@pytest.mark.parametrize(
    ("n", "fa", "en"),
    [
        (0, "صفر", "zero"),
        (7, "هفت", "seven"),
        (19, "نوزده", "nineteen"),
        (21, "بیست و یک", "twenty-one"),
        (100, "صد", "one hundred"),
        (1_000, "هزار", "one thousand"),
        (1_405, "هزار و چهارصد و پنج", "one thousand four hundred five"),
        (1_001_000, "یک میلیون و هزار", "one million one thousand"),
        (2_450_000, "دو میلیون و چهارصد و پنجاه هزار", "two million four hundred fifty thousand"),
        (10**12, "یک تریلیون", "one trillion"),
        (-30, "منفی سی", "minus thirty"),
    ],
)
def test_numbers_in_words(n: int, fa: str, en: str) -> None:
    assert number_in_words(n, "fa") == fa
    assert number_in_words(n, "en") == en


def test_no_words_beyond_the_last_scale() -> None:
    assert number_in_words(MOST, "en").startswith("nine hundred ninety-nine quadrillion")
    with pytest.raises(ValueError, match="too large"):
        number_in_words(MOST + 1, "en")


def test_amounts_are_said_in_the_unit_that_is_shown() -> None:
    assert amount_in_words(24_500_000, "toman", "fa") == "دو میلیون و چهارصد و پنجاه هزار تومان"
    assert amount_in_words(24_500_000, "rial", "fa") == "بیست و چهار میلیون و پانصد هزار ریال"
    assert amount_in_words(25, "toman", "fa") == "دو تومان و پنج دهم تومان"
    assert amount_in_words(250, "pound", "en") == "two pounds and 50/100"
