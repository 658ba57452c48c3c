"""When an alert is due in its reader's zone, and what ends delivery."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.alerts.rules import Habits, Rhythm

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("habits", "rhythm", "now", "due"),
    [
        (Habits(BERLIN), Rhythm.AT_ONCE, "2026-11-19 17:00", "2026-11-19 17:00"),
        (Habits(BERLIN), Rhythm.DAILY, "2026-11-19 05:59", "2026-11-19 06:00"),
        (Habits(BERLIN), Rhythm.DAILY, "2026-11-19 06:00", "2026-11-20 06:00"),
        (Habits("Asia/Tokyo"), Rhythm.DAILY, "2026-11-19 17:00", "2026-11-19 22:00"),
        (Habits(BERLIN), Rhythm.WEEKLY, "2026-11-19 17:00", "2026-11-23 06:00"),
        (Habits(BERLIN), Rhythm.WEEKLY, "2026-11-23 05:00", "2026-11-23 06:00"),
        # the night in which clocks go back has an hour more, that in which they go forward one less
        (Habits(BERLIN), Rhythm.DAILY, "2026-10-24 05:00", "2026-10-25 06:00"),
        (Habits(BERLIN), Rhythm.DAILY, "2026-03-28 06:00", "2026-03-29 05:00"),
        (Habits(BERLIN, 22, 8), Rhythm.AT_ONCE, "2026-11-19 22:00", "2026-11-20 07:00"),
        (Habits(BERLIN, 22, 8), Rhythm.DAILY, "2026-11-19 22:00", "2026-11-20 07:00"),
        (Habits(BERLIN, 12, 14), Rhythm.AT_ONCE, "2026-11-19 11:30", "2026-11-19 13:00"),
        (Habits(BERLIN, 12, 14), Rhythm.AT_ONCE, "2026-11-19 13:00", "2026-11-19 13:00"),
        (Habits(BERLIN, 9, 9), Rhythm.AT_ONCE, "2026-11-19 08:30", "2026-11-19 08:30"),
    ],
)
def test_it_is_due_by_the_clocks_of_its_reader(habits: Habits, rhythm: Rhythm, now: str, due: str) -> None:
    assert habits.due(rhythm, at(now)) == at(due)


HOURS = st.none() | st.integers(0, 23)


@given(
    st.datetimes(at("2026-01-01").replace(tzinfo=None), at("2027-12-31").replace(tzinfo=None)),
    st.sampled_from((BERLIN, "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC")),
    st.tuples(HOURS, HOURS),
    st.sampled_from(Rhythm),
)
def test_it_is_never_due_before_or_in_quiet_hours(
    now: datetime, zone: str, quiet: tuple[int | None, int | None], rhythm: Rhythm
) -> None:
    now, habits = now.replace(tzinfo=UTC), Habits(zone, *quiet)
    due = habits.due(rhythm, now)
    assert due >= now
    assert not habits.is_quiet(due)
    assert (due - now).days <= {Rhythm.AT_ONCE: 1, Rhythm.DAILY: 2, Rhythm.WEEKLY: 8}[rhythm]
