"""What was said, for reading: the cues of the captions, and the whole as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """A cue as the page shows it.

    Attributes:
        anchor: its id on the page; cues never begin together, so it is unique.
        seconds: where it begins.
        clock: the same, as in ``01:42``.
        voice: who speaks, where that changes.
        text: what is said.
    """

    anchor: str
    seconds: float
    clock: str
    voice: str
    text: str


def anchor(seconds: float, language: str = "") -> str:
    """The id on the page of the cue that begins there; *language* if it is not the one that is spoken.

    >>> anchor(5.25), anchor(5, "es")
    ('t-5250', 't-es-5000')
    """
    return f"t-{language}-{round(seconds * 1000)}" if language else f"t-{round(seconds * 1000)}"


def when(place: str) -> str:
    """The time of an anchor, for people.

    >>> when("t-5250"), when("t-pt-BR-3661000")
    ('00:05', '1:01:01')
    """
    return minutes(int(place.rpartition("-")[2]) / 1000)


def lines(cues: Sequence[Mapping[str, Any]], language: str = "") -> list[Line]:
    """*cues*, as they are stored, for the page; *language* as for :func:`anchor`."""
    found: list[Line] = []
    speaking = ""
    for cue in cues:
        start, voice = float(cue["start"]), str(cue["voice"])
        new_voice = voice if voice != speaking else ""
        found.append(Line(anchor(start, language), start, minutes(start), new_voice, str(cue["text"])))
        speaking = voice
    return found


def minutes(seconds: float) -> str:
    """As in ``01:42``; with hours from the first hour on.

    >>> minutes(102), minutes(3661.5)
    ('01:42', '1:01:01')
    """
    rest, second = divmod(int(seconds), 60)
    hour, minute = divmod(rest, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute:02}:{second:02}"


def plain(cues: Sequence[Mapping[str, Any]]) -> str:
    """*cues* as text: a paragraph for each turn of a speaker."""
    return "\n\n".join(_turns(cues))


def _turns(cues: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    said: list[str] = []
    for line in lines(cues):
        if line.voice and said:
            yield " ".join(said)
            said = []
        said.append(f"{line.voice}: {line.text}" if line.voice else line.text)
    if said:
        yield " ".join(said)
