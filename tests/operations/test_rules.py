"""Which backups are kept, and what a backup may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pressroom.operations.rules import file_name, instant, is_member, kept

MONDAY = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


def test_the_last_of_each_day_and_of_each_week_is_kept() -> None:
    made = [MONDAY - timedelta(hours=6 * n) for n in range(4 * 60)]  # sixty days, four a day
    found = kept(made, daily=7, weekly=4)
    assert len(found) == 7 + 2  # the last of this week and of the one before are among the days'
    assert MONDAY in found
    assert {moment.date() for moment in found if MONDAY - moment < timedelta(days=7)} == {
        (MONDAY - timedelta(days=n)).date() for n in range(7)
    }
    sundays = {moment for moment in found if MONDAY - moment >= timedelta(days=7)}
    assert all(moment.weekday() == 6 and moment.hour == 21 for moment in sundays)


def test_the_newest_is_kept_whatever_is_asked_for() -> None:
    assert kept([MONDAY, MONDAY - timedelta(days=1)], daily=0, weekly=0) == {MONDAY}
    assert kept([], daily=7, weekly=4) == set()


def test_a_press_room_that_stood_still_keeps_as_many() -> None:
    made = [MONDAY - timedelta(days=100 * n) for n in range(5)]
    assert kept(made, daily=3, weekly=0) == set(made[:3])


def test_names() -> None:
    for sealed in (False, True):
        assert instant(file_name(MONDAY, sealed=sealed)) == MONDAY
    for other in ("pressroom.tar", "pressroom-20261130T030000Z.tar.part", "pressroom-20261130T030000Z.zip"):
        assert instant(other) is None


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("database.sqlite3.gz", True),
        ("tables/press_release.jsonl.gz", True),
        ("media/" + "a" * 64, True),
        ("release-imports/" + "0" * 64, True),
        ("media/../../etc/passwd", False),
        ("/etc/passwd", False),
        ("media/" + "A" * 64, False),
        ("tables/../x.jsonl.gz", False),
        ("index/" + "a" * 64, False),
    ],
)
def test_members(name: str, good: bool) -> None:
    assert is_member(name) is good
