"""When a story appeared, in the ways in which feeds write it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.gathering import feed_dates
from pressroom.clips.gathering.feed_dates import UNKNOWN

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
DAY = date(2026, 11, 10)

TO_THE_MINUTE = """
    Tue, 10 Nov 2026 11:05:30 +0100 | Tue, 10 Nov 26 05:05 EST | 10 Nov 2026 10:05:00 GMT
    Tuesday, 10-Nov-26 10:05:00 UTC | 2026-11-10T10:05:00Z | 2026-11-10T11:05+01:00 | 2026-11-10T05:05:30.123456-0500
    2026-11-10 11:05:00 +0100 | 2026-11-10 10:05:00 UTC | 20261110T100500Z | Tue Nov 10 05:05:00 EST 2026
    Tue Nov 10 11:05:00 +0100 2026 | November 10, 2026 5:05 AM EST | Dienstag, 10. November 2026 11:05 MEZ
    mar., 10 nov. 2026 11:05:00 +0100 | 1794305100 | 1794305100000 | Tue, 10 Nov 2026 11:05:00 GMT+1
    Tue, 10 Nov 2026 11:05:00 +0100 (CET) | 2026-11-10T11:05:00+01:00[Europe/Berlin] | Tue, 10 Nov 2026 10:05:60 -0000
    """
A_DAY = """
    2026-11-10 11:05:00 | 20261110 | 2026-11-10 | 2026/11/10 | Tue Nov 10 11:05:00 2026 | November 10, 2026
    Nov 10, 2026 at 1:05 pm | 10 November 2026 | 10 de noviembre de 2026 | 2026-W46-2 | 2026-314 | 10. Nov. 2026
    Tue, 10 Nov 2026 11:05:00 IST | Tue, 10 Nov 2026 29:05:00 GMT | 10 novembre 2026
    """
NOTHING = """
    11/10/2026 | 2026-02-30 | 0000-00-00 00:00:00 | Thu, 01 Jan 1970 00:00:00 GMT | yesterday | now | 2026-11 | 0
    Wed, 31 Sep 2026 11:05:00 GMT | 2027-11-10T11:05:00Z | 1799-11-10 | | - | 99999999999999999 | 10 Foo 2026
    """


def _each(lines: str) -> list[str]:
    return [part.strip() for line in lines.strip().splitlines() for part in line.split(" | ")]


@pytest.mark.parametrize("written", _each(TO_THE_MINUTE))
def test_a_time_with_its_zone_is_an_instant(written: str) -> None:
    assert feed_dates.read(written, now=NOW) == feed_dates.When(DAY, datetime(2026, 11, 10, 10, 5, tzinfo=UTC))


@pytest.mark.parametrize("written", _each(A_DAY))
def test_without_a_zone_it_is_a_day(written: str) -> None:
    assert feed_dates.read(written, now=NOW) == feed_dates.When(DAY)


@pytest.mark.parametrize("written", _each(NOTHING))
def test_what_says_no_day_is_never_now(written: str) -> None:
    assert feed_dates.read(written, now=NOW) == UNKNOWN


def test_the_day_is_that_of_the_place_and_the_first_that_says_one_counts() -> None:
    when = feed_dates.read("soon", "2026-11-10T23:30:00-05:00", "2026-11-12", now=NOW)
    assert when == feed_dates.When(DAY, datetime(2026, 11, 11, 4, 30, tzinfo=UTC))
    assert feed_dates.is_to_come("2027-01-01", now=NOW)


@given(st.text(max_size=60))
def test_nothing_raises(written: str) -> None:
    when = feed_dates.read(written, now=NOW)
    assert when.day is not None or when.at is None


MOMENTS = st.datetimes(datetime.fromisoformat("1971-01-02"), datetime.fromisoformat("2026-11-18"))


@given(MOMENTS, st.integers(-12 * 60, 14 * 60))
def test_what_is_written_by_the_rules_is_read_to_the_minute(moment: datetime, minutes: int) -> None:
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    expected = datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M}:00{sign}{hours:02}:{rest:02}")
    for written in (
        f"{moment:%a, %d %b %Y %H:%M:%S} {sign}{hours:02}{rest:02}",
        f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:{rest:02}",
    ):
        assert feed_dates.read(written, now=NOW) == feed_dates.When(moment.date(), expected)
