"""The pure part of a draw: chances, the list, and that everybody wins as often as her chances say."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vafa.program.rules.draws import (
    MOST_CHANCES,
    ChanceFacts,
    ChanceTerms,
    Urn,
    chances_of,
    commitment,
    hash_of_list,
    holder_of,
    list_line,
    masked_mobile,
    masked_name,
    prize_of,
    salt_of,
    stream,
    tag_of,
    within,
)

SEED = sha256(b"seed").digest()
LIST = hash_of_list(["1\tab\t3\n"])
NOTHING = ChanceTerms(None, None, None, 2, None)


def test_chances_of_each_way_add_up_to_the_cap() -> None:
    facts = ChanceFacts(purchases=3, spent=12_400_000, points=129, has_claimed=True)
    assert chances_of(NOTHING, facts) == 2
    assert chances_of(ChanceTerms(1, None, None, 2, None), facts) == 5
    assert chances_of(ChanceTerms(None, 5_000_000, None, 2, None), facts) == 4
    assert chances_of(ChanceTerms(None, None, 10, 2, None), facts) == 14
    every_way = ChanceTerms(1, 5_000_000, 10, 2, None)
    assert chances_of(every_way, facts) == 3 + 2 + 12 + 2
    assert chances_of(ChanceTerms(1, 5_000_000, 10, 2, 7), facts) == 7
    assert chances_of(every_way, ChanceFacts(0, 4_999_999, 9, False)) == 0
    assert chances_of(every_way, ChanceFacts(0, -5_000_000, -90, False)) == 0
    assert chances_of(ChanceTerms(None, 1, None, 1, None), ChanceFacts(0, 10**13, 0, False)) == (
        MOST_CHANCES
    )


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**9))
def test_a_return_never_adds_a_chance(spent: int, back: int, step: int) -> None:
    terms = ChanceTerms(None, step, None, 1, None)
    kept = chances_of(terms, ChanceFacts(0, spent - back, 0, False))
    assert 0 <= kept <= chances_of(terms, ChanceFacts(0, spent, 0, False))


def test_numbers_are_taken_without_favour() -> None:
    """In a small space every number is tried: each of the total comes out equally often, and as few
    as possible are thrown away."""
    space = 256
    for total in range(1, space + 1):
        found = Counter(within(number, total, space) for number in range(space))
        assert found.pop(None, 0) == space % total < total
        assert found == dict.fromkeys(range(total), space // total)


@pytest.mark.parametrize("total", [2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1, 2**64])
def test_and_none_of_them_near_the_end_of_the_space(total: int) -> None:
    last = 2**64 - 2**64 % total - 1
    assert within(last, total) == total - 1 or total == 2**64
    assert within(last, total) == last % total
    if last < 2**64 - 1:
        assert within(last + 1, total) is within(2**64 - 1, total) is None


def test_a_million_draws_go_as_the_chances_say() -> None:
    """Chi-square over who wins the first prize, with 7 degrees of freedom."""
    chances = [1, 1, 2, 3, 5, 8, 13, 21]
    urn, draws = Urn(chances), 1_000_000
    wins = Counter(urn.draw(SEED, str(n), LIST, 1)[0] for n in range(draws))
    expected = [draws * each / sum(chances) for each in chances]
    distance = sum((wins[i] - e) ** 2 / e for i, e in enumerate(expected))
    assert distance < 29.9, "as far off by chance once in ten thousand times; the draws are fixed"


def test_the_second_prize_goes_as_the_chances_that_are_left() -> None:
    chances = [1, 2, 3]
    urn, draws = Urn(chances), 60_000
    pairs = Counter(tuple(urn.draw(SEED, str(n), LIST, 2)) for n in range(draws))
    assert all(first != second for first, second in pairs)
    distance = 0.0
    for first in range(3):
        for second in {0, 1, 2} - {first}:
            share = chances[first] / 6 * chances[second] / (6 - chances[first])
            distance += (pairs[first, second] - draws * share) ** 2 / (draws * share)
    assert distance < 25.7, "5 degrees of freedom, once in ten thousand times"


@given(st.lists(st.integers(1, 10**9), max_size=30), st.integers(0, 40))
def test_nobody_is_drawn_twice_and_the_same_is_drawn_again(chances: list[int], count: int) -> None:
    won = Urn(chances).draw(SEED, "v", LIST, count)
    assert len(won) == len(set(won)) == min(count, len(chances))
    assert won == Urn(chances).draw(SEED, "v", LIST, count)
    assert won[:5] == Urn(chances).draw(SEED, "v", LIST, 5)[:count]


def test_any_byte_of_the_inputs_changes_what_comes_out() -> None:
    first = stream(SEED, "2174382.55", LIST, 1)
    others = {
        stream(SEED[:-1] + bytes([SEED[-1] ^ 1]), "2174382.55", LIST, 1),
        stream(SEED, "2174382.56", LIST, 1),
        stream(SEED, "2174382.55", hash_of_list(["1\tab\t4\n"]), 1),
        stream(SEED, "2174382.55", LIST, 2),
    }
    assert len(others | {first}) == 5
    text = "".join(list_line(n, f"{n:032x}", n) for n in range(1, 6))
    assert hash_of_list([text[:40], text[40:]]) == sha256(text.encode()).hexdigest()
    changed = {hash_of_list([text[:n] + "x" + text[n + 1 :]]) for n in range(len(text))}
    assert len(changed) == len(text) and hash_of_list([text]) not in changed
    assert commitment(SEED) == sha256(SEED).hexdigest()


def test_a_tag_is_hers_and_says_nothing_of_her() -> None:
    salt = salt_of(SEED, 7)
    tag = tag_of(salt, "+989123456789")
    assert len(tag) == 32 and int(tag, 16)
    assert tag == tag_of(salt, "+989123456789")
    assert len({tag, tag_of(salt_of(SEED, 8), "+989123456789"), tag_of(salt, "+989123456780")}) == 3


def test_prizes_go_in_order_and_reserves_follow() -> None:
    prizes = [{"name": "a", "name_en": "", "count": 1}, {"name": "b", "name_en": "", "count": 2}]
    assert [prize_of(place, prizes) for place in range(1, 6)] == [0, 1, 1, None, None]  # type: ignore[arg-type]
    assert holder_of(1, {}) == 1
    assert holder_of(1, {1: 4, 4: 5}) == 5
    assert holder_of(1, {1: 4, 4: None}) is None


def test_names_and_mobiles_are_masked() -> None:
    assert masked_name("نگار رضایی") == "نـ*** ر***"
    assert masked_name("Negar Rezaei") == "N*** R***"
    assert masked_name("") == ""
    assert masked_mobile("+989123456789") == "0912***6789"
    assert masked_mobile(None) == masked_mobile("+98912") == ""
