"""iCalendar files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from pressroom.kit import calendar
from pressroom.kit.calendar import Event

EVENT = Event(
    uid="urn:uuid:6f8e1d2c-0000-4000-8000-000000000001",
    title="Genomes, briefly; a webcast",
    starts_at=datetime(2026, 11, 24, 16, tzinfo=UTC),
    minutes=60,
    zone="America/New_York",
    updated=datetime(2026, 11, 1, 12, 0, 0, 123, tzinfo=UTC),
    address="https://press.example/webcasts/genomes",
    description="Line one\nLine two\x00 — ünïcode " + "long " * 40,
)


def test_an_event_is_read_back_as_it_was_meant() -> None:
    read = Calendar.from_ical(calendar.write([EVENT], "Webcasts"))
    event = read.walk("VEVENT")[0]
    assert str(event["summary"]) == EVENT.title
    assert str(event["description"]).startswith("Line one\nLine two — ünïcode")
    assert event["dtstart"].dt == EVENT.starts_at
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert event["duration"].dt == timedelta(hours=1)
    assert event["dtstamp"].dt == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert str(event["status"]) == "CONFIRMED"
    assert read.walk("VTIMEZONE")[0]["tzid"] == "America/New_York"


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    lines = calendar.write([EVENT]).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)  # RFC 5545, section 3.1
    assert not any(b"\n" in line for line in lines)


def test_the_same_events_are_the_same_bytes() -> None:
    assert calendar.write([EVENT]) == calendar.write([EVENT])


def test_no_events_and_utc() -> None:
    assert Calendar.from_ical(calendar.write([])).walk("VEVENT") == []
    utc = Event("urn:uuid:2", "x", EVENT.starts_at, 5, "UTC", EVENT.updated, cancelled=True)
    written = calendar.write([utc])
    assert b"DTSTART:20261124T160000Z" in written
    assert b"STATUS:CANCELLED" in written


def test_naive_times_are_refused() -> None:
    naive = Event("urn:uuid:3", "x", datetime(2026, 1, 1), 5, "UTC", EVENT.updated)  # noqa: DTZ001 - the mistake
    with pytest.raises(ValueError, match="naive"):
        calendar.write([naive])


def test_it_is_answered_conditionally(app: Flask) -> None:
    with app.test_request_context():
        answer = calendar.respond([EVENT], "genomes.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=genomes.ics"
    with app.test_request_context(headers={"If-None-Match": answer.headers["ETag"]}):
        assert calendar.respond([EVENT], "genomes.ics").status_code == 304
