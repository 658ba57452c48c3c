"""Hours in words."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.releases import hours

NINE, FIVE = time(9), time(17, 30)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([0, 1, 2, 3, 4], "Monday to Friday"),
        ([5, 6], "Saturday and Sunday"),
        ([0, 1, 3, 4, 5], "Monday, Tuesday and Thursday to Saturday"),
        ([2], "Wednesday"),
        ([0, 2, 4], "Monday, Wednesday and Friday"),
        (range(7), "Every day"),
        ([], ""),
    ],
)
def test_days_in_words(days: list[int], said: str) -> None:
    assert hours.in_words(hours.bits(days), None, None, "UTC") == said


def test_the_zone_is_said_by_its_city() -> None:
    assert hours.in_words(1, NINE, FIVE, "America/New_York") == "Monday, 09:00–17:30, New York time"
    assert hours.in_words(1, NINE, FIVE, "America/Argentina/Buenos_Aires").endswith(", Buenos Aires time")
    assert hours.in_words(1, NINE, FIVE, "UTC").endswith("17:30, UTC")


def test_what_does_not_go_together() -> None:
    assert hours.problems(0, None, None) == hours.problems(1, None, None) == hours.problems(1, NINE, FIVE) == {}
    assert list(hours.problems(0, NINE, FIVE)) == ["weekdays"]
    assert list(hours.problems(1, None, FIVE)) == ["opens_at"]
    assert list(hours.problems(1, NINE, None)) == list(hours.problems(1, FIVE, NINE)) == ["closes_at"]
    assert list(hours.problems(1, NINE, NINE)) == ["closes_at"]


@given(st.sets(st.integers(0, 6)))
def test_the_number_of_days_is_the_days(days: set[int]) -> None:
    assert hours.days(hours.bits(days)) == sorted(days)
