"""Advice on captions: by line, by kind, and by what a language allows."""

from __future__ import annotations

import pytest

from pressroom.media import captions, legibility


def said(body: str, language: str = "en") -> dict[str, list[str]]:
    found = captions.read(f"WEBVTT\n\n{body}\n".encode())
    assert found.problems == []
    return {kind.title: kind.sentences for kind in legibility.advice(found.cues, language)}


def test_what_can_be_read_needs_no_advice() -> None:
    assert said(f"00:01.000 --> 00:03.000\n{'x' * 40}") == {}
    assert said("00:01.000 --> 00:01.834\nFive sixths.\n\n00:31.833 --> 00:33.000\nAlmost thirty.") == {}


@pytest.mark.parametrize(
    ("body", "language", "title", "says"),
    [
        ("00:01.000 --> 00:02.000\n" + "x" * 21, "en", "Faster than 20 characters a second", "Line 3: 21 characters"),
        (
            "00:01.000 --> 00:03.000\n" + "x" * 10 + "\n" + "x" * 9,
            "zh-Hant",
            "Faster than 9 characters",
            "Line 3: 10 characters",
        ),
        ("00:01.000 --> 00:01.800\nx", "en", "Shown for less than five sixths", "Line 3: shown for 0.80 seconds."),
        ("00:01.000 --> 00:07.000\n" + "x" * 43, "en", "Lines of more than 42", "Line 3: a line has 43 characters."),
        ("00:01.000 --> 00:07.000\n" + "x" * 14, "ja", "Lines of more than 13", "Line 3: a line has 14 characters."),
        ("00:01.000 --> 00:07.000\na\nb\nc", "en", "More than 2 lines", "Line 3: the cue has 3 lines."),
        ("00:30.000 --> 00:32.000\na", "en", "Nothing for 30 seconds", "Line 3: nothing from 00:00.000 to 00:30.000."),
        ("00:01.000 --> 00:02.000\na\n\n01:00:02.000 --> 01:00:03.000\nb", "en", "Nothing for", "Line 6: nothing"),
    ],
)
def test_what_is_hard_to_read_is_said_by_line(body: str, language: str, title: str, says: str) -> None:
    found = said(body, language)
    kind = next(kind for kind in found if kind.startswith(title))
    assert found[kind][0].startswith(says)
    assert len(found) == 1
