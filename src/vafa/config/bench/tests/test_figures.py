"""The arithmetic of the report."""

from __future__ import annotations

import pytest

from vafa.config.bench.figures import Bar, Figure, Row, percentile


def test_ratios_are_formed_within_each_round() -> None:
    ours, ceiling = Figure((10.0, 30.0, 20.0)), Figure((100.0, 100.0, 50.0))
    assert ours.over(ceiling).values == (0.1, 0.3, 0.4)
    assert ours.over(ceiling).median == 0.3


def test_a_bar_is_held_against_the_median_of_the_ratio() -> None:
    row = Row("b", "x", Figure((500.0,)), "/s", Figure((0.2, 0.26, 0.3)), "y", Bar(at_least=0.25))
    assert row.passed is True
    assert Row("b", "x", Figure((1,)), "", bar=Bar(at_most=0)).passed is False
    assert Row("b", "x", Figure((1,)), "").passed is None


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_percentiles_are_nearest_ranks(percent: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)
