"""Captions are read strictly, and what is wrong is said by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.media import captions

GOOD = """WEBVTT - a title

NOTE
Nobody sees this --- nor this.

STYLE
::cue { color: lime }

intro
00:00.200 --> 00:03.800 align:start
<v Lena Marsh>Welcome &amp; hello,
<i>everybody</i>.

01:00:04.000 --> 01:00:07.500
And now?
"""


def test_cues_are_read_with_times_voices_and_lines() -> None:
    found = captions.read(GOOD.encode())
    assert found.problems == []
    first, second = found.cues
    assert (first.start, first.end, first.voice, first.line) == (0.2, 3.8, "Lena Marsh", 10)
    assert first.text == "Welcome & hello, everybody."
    assert (second.start, second.voice) == (3604.0, "")


def test_line_ends_and_byte_order_mark_do_not_matter() -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert [cue.line for cue in captions.read(content).cues] == [10, 14]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("00:01.000 --> 00:05.000\na\n\n00:04.000 --> 00:06.000\nb", "Line 6: the cue begins at 00:04.000, but"),
        ("00:05.000 --> 00:06.000\na\n\n00:01.000 --> 00:02.000\nb", "Line 6: the cue begins before the one above"),
        ("00:05.000 --> 00:04.000\na", "Line 3: the cue ends before it begins."),
        ("00:05,000 --> 00:06,000\na", "Line 3: write times as"),
        (f"00:05.000 --> {'9' * 400}:00:06.000\na", "Line 3: write times as"),
        ("1\n00:05 --> 00:06\na", "Line 4: write times as"),
        ("00:75.000 --> 00:76.000\na", "Line 3: write times as"),
        ("00:01.000 --> 00:02.000\n<b></b>", "Line 3: the cue has no words."),
        ("only words", "Line 3: a cue has a line with its times"),
        ("", "There are no cues"),
    ],
)
def test_what_is_wrong_is_said_by_line(body: str, says: str) -> None:
    assert captions.read(f"WEBVTT\n\n{body}\n".encode()).problems[0].startswith(says)


def test_other_files_are_told_apart() -> None:
    assert captions.read(b"00:01.000 --> 00:02.000\na").problems == [
        "Line 1: a WebVTT file begins with the word WEBVTT."
    ]
    assert captions.read(b"WEBVTT\n\n00:01.000 --> 00:02.000\ncaf\xe9").problems == [
        "Line 4: this is not UTF-8. Save the captions as UTF-8."
    ]
    assert captions.read(b"WEBVTT\n").problems == ["There are no cues in this file."]


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: b"WEBVTT\n\n" + text.encode("utf-8", "ignore")))
def test_reading_never_raises_and_always_says_something(content: bytes) -> None:
    found = captions.read(content)
    assert found.cues or found.problems


@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 5000)), min_size=1, max_size=20))
def test_cues_that_follow_each_other_are_read_as_they_were_written(steps: list[tuple[int, int]]) -> None:
    at, blocks = 0, []
    for pause, length in steps:
        start = at + pause
        at = start + length
        blocks.append(f"{captions.clock_time(start / 1000)} --> {captions.clock_time(at / 1000)}\nsaid")
    found = captions.read(("WEBVTT\n\n" + "\n\n".join(blocks)).encode())
    assert found.problems == []
    assert len(found.cues) == len(steps)
    assert round(found.cues[-1].end * 1000) == at
