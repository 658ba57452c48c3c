"""When a meeting is over, and which one the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.meetings import rules
from pressroom.meetings.rules import When


@dataclass(eq=False)
class Row:
    starts_on: date
    ends_on: date
    zone: str = "America/Los_Angeles"


MEETING = Row(date(2027, 10, 19), date(2027, 10, 23))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 10, 19, 6, 59, 59, tzinfo=UTC), When.COMING),
        (datetime(2027, 10, 19, 7, 0, tzinfo=UTC), When.RUNNING),
        (datetime(2027, 10, 24, 6, 59, 59, tzinfo=UTC), When.RUNNING),
        (datetime(2027, 10, 24, 7, 0, tzinfo=UTC), When.OVER),
    ],
)
def test_days_are_those_of_the_place(now: datetime, expected: When) -> None:
    assert rules.state(MEETING, now) is expected


def test_the_next_meeting_is_shown_else_the_latest() -> None:
    past, coming, later = (Row(date(year, 10, 1), date(year, 10, 4)) for year in (2025, 2027, 2028))
    now = datetime(2026, 11, 19, tzinfo=UTC)
    assert rules.choose([later, past, coming], now) is coming
    assert rules.choose([past], now) is past
    assert rules.choose([], now) is None


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(st.lists(st.tuples(days, st.integers(0, 60)), max_size=6), days)
def test_no_meeting_that_is_over_hides_one_that_is_not(drawn: list[tuple[date, int]], day: date) -> None:
    meetings = [Row(first, first + timedelta(days=length)) for first, length in drawn]
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    chosen = rules.choose(meetings, now)
    ahead = [meeting for meeting in meetings if rules.state(meeting, now) is not When.OVER]
    assert (chosen is None) == (not meetings)
    if ahead:
        assert chosen is not None
        assert chosen.starts_on == min(meeting.starts_on for meeting in ahead)
