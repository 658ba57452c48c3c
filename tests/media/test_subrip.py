"""SubRip becomes WebVTT, in whatever encoding says what it is; what cannot be read is said by its own line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.media import captions
from pressroom.media.rules import SRT, VTT, sniff

FILE = """1
00:00:01,000 --> 00:00:02,500 X1:40 X2:600
<I>Tom & Ada</I> say <font color="#ff0000">a < b</font>

2
1:00:03,000 --> 1:00:04,000
{\\an8}And --- no more.
"""
MANY = 100_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_read_and_kept_as_webvtt(encoding: str) -> None:
    for ends in ("\n", "\r\n"):
        content = FILE.replace("\n", ends).encode(encoding)
        assert sniff(content) is SRT
        found = captions.read(content)
        assert found.problems == []
        assert [(cue.start, cue.end, cue.line, cue.text) for cue in found.cues] == [
            (1.0, 2.5, 2, "Tom & Ada say a < b"),
            (3603.0, 3604.0, 6, "And --- no more."),
        ]
        kept = captions.as_webvtt(content)
        assert kept.startswith(b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n<i>Tom &amp; Ada</i> say a &lt; b\n")
        assert [cue.text for cue in captions.read(kept).cues] == [cue.text for cue in found.cues]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_webvtt_in_another_encoding_is_kept_as_utf_8(encoding: str) -> None:
    content = "WEBVTT\n\n00:01.000 --> 00:02.000\ncafé\n".encode(encoding)
    assert sniff(content) is VTT
    assert captions.as_webvtt(content) == "WEBVTT\n\n00:01.000 --> 00:02.000\ncafé\n".encode()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1:00:03,000 -->", "1:00:03.0 -->", "Line 6: write times as 00:00:01,000 --> 00:00:04,000, with a comma"),
        ("1:00:03,000 -->", "0:00:00,500 -->", "Line 6: the cue begins before the one above it"),
        ("1:00:04,000", f"{'9' * 400}:00:04,000", "Line 6: write times as 00:00:01,000 --> 00:00:04,000"),
        ("1:00:04,000", "1:00:02,000", "Line 6: the cue ends before it begins."),
        ("{\\an8}And --- no more.", "{\\an8}", "Line 6: the cue has no words."),
    ],
)
def test_what_is_wrong_is_said_by_the_line_of_the_file(old: str, new: str, says: str) -> None:
    assert captions.read(FILE.replace(old, new).encode()).problems[0].startswith(says)


def test_a_hundred_thousand_cues_are_counted_and_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "_read_block", lambda *_: pytest.fail("a cue was read"))
    content = b"WEBVTT\n\n" + b"00:00.000 --> 00:00.001\nx\n\n" * MANY
    says = "There are 100,000 cues; at most 20,000 are taken. Split the recording in parts."
    assert captions.read(content).problems == [says]


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16"]))
def test_whatever_stands_in_a_cue_is_words(words: str, encoding: str) -> None:
    content = f"1\n00:00:01,000 --> 00:00:02,000\nsaid {words}".encode(encoding, "ignore")
    found = captions.read(content)
    if not found.problems:
        again = captions.read(captions.as_webvtt(content))
        assert again.problems == []
        assert [cue.text for cue in again.cues] == [cue.text for cue in found.cues]
