"""Days and instants: what is understood, what is refused, and how it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import dates

NEW_YORK = "America/New_York"


def test_a_wall_time_becomes_an_instant() -> None:
    assert dates.instant("2026-11-24", "11:00", NEW_YORK) == datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert dates.instant("2026-07-01", "9:30:15", "Europe/London") == datetime(2026, 7, 1, 8, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time", "zone", "parts"),
    [
        ("2026-03-08", "02:30", NEW_YORK, ("There is no 02:30", "01:30 EST", "03:30 EDT")),
        ("2026-03-29", "01:30", "Europe/London", ("00:30 GMT", "02:30 BST")),
        (
            "2011-12-30",
            "10:00",
            "Pacific/Apia",
            ("10:00 UTC−10:00 on 29 December 2011", "on 31 December 2011"),
        ),
        (
            "2026-11-01",
            "01:30",
            NEW_YORK,
            ("twice", "EDT (UTC−04:00)", "EST (UTC−05:00)", "05:30 for the first"),
        ),
        ("2026-10-25", "02:30", "Europe/Berlin", ("CEST (UTC+02:00)", "CET (UTC+01:00)", "00:30", "01:30")),
        ("2026-04-05", "01:45", "Australia/Lord_Howe", ("UTC+11:00", "UTC+10:30", "14:45 on 4 April 2026")),
        ("2026-02-30", "10:00", NEW_YORK, ("no 30 February 2026", "28 days")),
        ("2026-13-01", "10:00", NEW_YORK, ("no month 13",)),
        ("9999-12-31", "10:00", NEW_YORK, ("9999",)),
        ("24.11.2026", "10:00", NEW_YORK, ("“24.11.2026” is no day", "2026-11-24")),
        ("2026-11-24", "25:00", NEW_YORK, ("no 25:00",)),
        ("2026-11-24", "11 am", NEW_YORK, ("no time of day",)),
        ("2026-11-24", "", NEW_YORK, ("no time of day",)),
        ("2026-11-24", "11:00", "New York", ("Did you mean America/New_York?",)),
        ("2026-11-24", "11:00", "../../etc/passwd", ("no time zone",)),
        ("2026-11-24", "11:00", "", ("no time zone",)),
        ("2026-11-24", "11:00", "EDT\x00", ("no time zone",)),
    ],
)
def test_wall_times_that_are_refused(day: str, time: str, zone: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(dates.WallTimeError) as refusal:
        dates.instant(day, time, zone)
    for part in parts:
        assert part in str(refusal.value)


def test_what_a_refusal_offers_is_accepted() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo(NEW_YORK))
    assert dates.instant("2026-11-01", "05:30", "UTC") == first.astimezone(UTC)
    assert dates.instant("2026-03-08", "03:30", NEW_YORK) == dates.instant("2026-03-08", "07:30", "UTC")


@given(
    st.dates(date(1971, 1, 1), date(2099, 12, 31)),
    st.times(),
    st.sampled_from(sorted(available_timezones())),
)
def test_every_wall_time_is_read_back_or_refused(day: date, time: time, zone: str) -> None:
    wall = datetime.combine(day, time.replace(microsecond=0))
    try:
        found = dates.instant(f"{wall:%Y-%m-%d}", f"{wall:%H:%M:%S}", zone)
    except dates.WallTimeError:
        nearby = [(wall + timedelta(hours=h)).replace(tzinfo=ZoneInfo(zone)).utcoffset() for h in (-26, 26)]
        both = [wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)]
        assert both[0] != both[1] or nearby[0] != nearby[1]
    else:
        assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=20))
def test_instant_raises_its_own_error_only(day: str, time: str, zone: str) -> None:
    with pytest.raises(dates.WallTimeError):
        dates.instant(day, time, zone + "/no zone is called so")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-12",
        "2026/11/12",
        "20261112",
        "12 Nov 2026",
        "12. November 2026",
        "12-Nov-2026",
        "Nov 12, 2026",
        "NOVEMBER 12TH, 2026",
        "Thursday, 12 November 2026",
        "Thu, Nov. 12 2026",
        "12.11.2026",
        "2026-11-12T10:00:00Z",
        "2026-11-12 10:00",
        "Nov 12, 2026 10:30 AM",
        "  12   nov\u00a02026 ",
    ],
)
def test_days_as_people_write_them(text: str) -> None:
    assert dates.parse_day(text) == date(2026, 11, 12)


@pytest.mark.parametrize(("text", "day"), [("11/24/2026", (11, 24)), ("24/11/2026", (11, 24)), ("5/5/2026", (5, 5))])
def test_slashes_are_read_when_there_is_one_reading(text: str, day: tuple[int, int]) -> None:
    assert dates.parse_day(text) == date(2026, *day)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("11/12/2026", "write 2026-12-11 or 2026-11-12"),
        ("12/11/26", "four digits"),
        ("12 Nov 26", "four digits"),
        ("2026", "no day that can be read"),
        ("November 2026", "no day that can be read"),
        ("12 Foo 2026", "no day that can be read"),
        ("2026-02-29", "28 days"),
        ("31 April 2026", "30 days"),
        ("13/13/2026", "no month 13"),
        ("0/0/2026", "no month 0"),
        ("0/5/2026", "no day that can be read"),
        ("1 Jan 0999", "outside"),
        ("x" * 5000, "…"),
    ],
)
def test_days_that_are_refused_say_why(text: str, part: str) -> None:
    with pytest.raises(dates.DateError) as refusal:
        dates.parse_day(text)
    assert part in str(refusal.value)
    assert len(str(refusal.value)) < 160


@given(
    st.one_of(st.text(st.characters(), max_size=60), st.from_regex(r"[0-9]{0,5}[-/. ][0-9a-z]{0,4}[-/. ][0-9]{0,5}"))
)
def test_parse_day_gives_a_day_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(dates.parse_day(text), date)
    except dates.DateError as refusal:
        assert str(refusal).isprintable()


@given(st.dates(date(1600, 1, 1), date(2200, 12, 31)))
def test_every_day_that_is_written_is_read_back(day: date) -> None:
    for written in (day.isoformat(), dates.day(day), dates.day_short(day)):
        assert dates.parse_day(written) == day


def test_how_instants_read() -> None:
    moment = datetime(2026, 11, 24, 16, 0, 0, 5, tzinfo=UTC)
    assert dates.moment(moment, NEW_YORK) == "Tuesday, 24 November 2026, 11:00 EST (UTC−05:00)"
    assert dates.moment(moment) == "Tuesday, 24 November 2026, 16:00 UTC"
    assert dates.moment(moment, "Asia/Dubai") == "Tuesday, 24 November 2026, 20:00 UTC+04:00"
    assert dates.day(moment, "Asia/Tokyo") == "25 November 2026"
    assert dates.day_short(date(2026, 5, 3)) == "3 May 2026"
    assert dates.iso(moment) == "2026-11-24T16:00:00Z"
    assert dates.iso(date(2026, 5, 3)) == "2026-05-03"


def test_the_hour_that_comes_twice_reads_as_two() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    for _ in range(2):
        assert dates.iso(first) == "2026-11-01T05:30:00Z"
        assert dates.iso(first.replace(fold=1)) == "2026-11-01T06:30:00Z"
        assert dates.moment_short(first.replace(fold=1), "UTC") == "1 Nov 2026, 06:30 UTC"
        assert dates.moment_short(first.astimezone(UTC), "UTC") == "1 Nov 2026, 05:30 UTC"


def test_naive_datetimes_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        dates.moment(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test


def test_zones_say_when_the_day_is_another_one() -> None:
    rows = dates.in_zones(dates.instant("2026-11-24", "20:00", NEW_YORK), [NEW_YORK, "Europe/London", "Asia/Kolkata"])
    assert [(row.city, row.time, row.other_day) for row in rows] == [
        ("New York", "20:00", False),
        ("London", "01:00", True),
        ("Kolkata", "06:30", True),
    ]
    assert rows[2].day == "Wednesday, 25 November 2026"
    assert rows[2].offset == "IST (UTC+05:30)"


def test_filters_read_instants_in_the_organisations_zone(app: Flask) -> None:
    with app.test_request_context():
        written = render_template_string(
            "{{ at | day }} · {{ at | day_short }} · {{ at | moment }} · {{ at | moment('UTC') }} · {{ at | iso }}",
            at=datetime(2026, 11, 24, 2, tzinfo=UTC),
        )
    assert written == (
        "23 November 2026 · 23 Nov 2026 · Monday, 23 November 2026, 21:00 EST (UTC−05:00) · "
        "Tuesday, 24 November 2026, 02:00 UTC · 2026-11-24T02:00:00Z"
    )


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-03-08T06:59", ""),
        ("2026-03-08T07:00", "From 8 March 2026 to 29 March 2026"),
        ("2026-03-29T00:59", "From 8 March 2026 to 29 March 2026"),
        ("2026-03-29T01:00", ""),
        ("2026-10-25T00:59", ""),
        ("2026-10-25T01:00", "From 25 October 2026 to 1 November 2026"),
        ("2026-11-01T05:59", "From 25 October 2026 to 1 November 2026"),
        ("2026-11-01T06:00", ""),
        ("2027-07-01T12:00", ""),
    ],
)
def test_the_weeks_in_which_the_us_and_the_eu_disagree_on_summer_time(instant: str, said: str) -> None:
    warning = dates.disagreement(datetime.fromisoformat(instant).replace(tzinfo=UTC))
    assert warning.startswith(said) if said else warning == ""


@given(st.integers(1_200_000_000, 2_100_000_000))
def test_there_is_a_warning_exactly_when_london_is_nearer_than_usual(seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    here, there = (instant.astimezone(ZoneInfo(zone)).utcoffset() for zone in (NEW_YORK, "Europe/London"))
    assert here is not None and there is not None
    assert bool(dates.disagreement(instant)) is (there - here != timedelta(hours=5))
