"""Chapters as people type them, and as players want them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.media import captions
from pressroom.webcasts import chapters

TYPED = "0:00 Welcome\n\n1:42 – What <b> & the study found\n1:00:05 Questions"
READ = [
    {"start": 0.0, "title": "Welcome"},
    {"start": 102.0, "title": "What <b> & the study found"},
    {"start": 3605.0, "title": "Questions"},
]


def test_a_line_is_a_time_and_a_title() -> None:
    assert chapters.read(TYPED, 90) == (READ, [])
    assert chapters.read(chapters.written(READ), 90) == (READ, [])
    assert chapters.read("", 90) == ([], [])


def test_a_track_of_chapters_can_be_pasted() -> None:
    assert chapters.read(chapters.webvtt(READ, 90), 90) == (READ, [])
    close = [{"start": start, "title": "One"} for start in (10.2, 10.8, 3600.001)]
    assert chapters.read(chapters.webvtt(close, 90), 90) == (close, [])
    assert chapters.read(chapters.written(close), 90) == (close, []), "two in a second are two in the form as well"
    assert chapters.read("0:10.5 One", 90) == ([{"start": 10.5, "title": "One"}], [])
    problem = "Line 3: the cue ends before it begins."
    assert chapters.read("WEBVTT\n\n00:02.000 --> 00:01.000\na", 90) == ([], [problem])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0:00 Welcome\nQuestions", "Line 2: begin with the time, as in 1:42 What the study found."),
        ("0:00", "Line 1: begin with the time"),
        ("1:75 Late", "Line 1: begin with the time"),
        ("1:75:00 Late", "Line 1: begin with the time"),
        ("5:00 Two\n\n5:00 One", "Line 3: this chapter does not begin after the one above it."),
        ("60:00 Late", "Line 1: the webcast has 60 minutes, and is over by then."),
        (f"0:00 {'x' * 201}", "Line 1: shorten this to at most 200 characters."),
        ("\n".join(f"{n // 60}:{n % 60:02} x" for n in range(201)), "There are 201 chapters; at most 200"),
    ],
)
def test_what_is_wrong_is_said_by_line(typed: str, says: str) -> None:
    assert chapters.read(typed, 60)[1][0].startswith(says)


def test_players_get_a_track_and_json() -> None:
    track = chapters.webvtt(READ, 90)
    assert "01:42.000 --> 01:00:05.000\nWhat &lt;b&gt; &amp; the study found\n" in track
    assert captions.read(track.encode()).cues[-1].end == 5400
    said = chapters.podcast(READ, "Briefing")
    assert said["version"] == "1.2.0"
    assert said["chapters"][1] == {"startTime": 102.0, "title": "What <b> & the study found"}


@given(st.text(max_size=200), st.integers(1, 1440))
def test_reading_never_raises_and_what_it_gives_is_in_order(typed: str, minutes: int) -> None:
    found, problems = chapters.read(typed, minutes)
    starts = [chapter["start"] for chapter in found]
    assert problems or starts == sorted(set(starts))
