"""Cues for reading."""

from __future__ import annotations

from pressroom.webcasts import transcript

CUES = [
    {"start": 1.5, "voice": "Lena Marsh", "text": "Welcome."},
    {"start": 4.0, "voice": "Lena Marsh", "text": "Let us begin."},
    {"start": 3725.25, "voice": "Samuel Adeyemi", "text": "Thank you."},
]


def test_a_voice_is_named_where_it_changes() -> None:
    first, second, third = transcript.lines(CUES)
    assert [first.voice, second.voice, third.voice] == ["Lena Marsh", "", "Samuel Adeyemi"]
    assert [first.anchor, third.anchor] == ["t-1500", "t-3725250"]
    assert [first.clock, third.clock] == ["00:01", "1:02:05"]


def test_as_text_each_turn_is_a_paragraph() -> None:
    assert transcript.plain(CUES) == "Lena Marsh: Welcome. Let us begin.\n\nSamuel Adeyemi: Thank you."
    assert transcript.plain([]) == ""
