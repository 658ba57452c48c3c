"""Whether captions can be read in the time that they are shown. What is said here is advice: it stops nobody.

The figures are those of the Netflix Timed Text Style Guides: for adults 20 characters a second in English, lines of at
most 42 characters, two of them, and five sixths of a second at least; fewer for Chinese, Japanese and Korean. That a
long time without a cue is worth a look is our own rule, after WCAG 2.2, 1.2.2: captions are of all that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pressroom.media.captions import Cue, clock_time

SHORTEST = 5 / 6  # seconds
MOST_ROWS = 2
SILENCE = 30.0  # seconds


@dataclass(frozen=True)
class Limits:
    """What a language allows: characters in a second, and in a line."""

    speed: float = 20
    line: int = 42


LIMITS = {"zh": Limits(9, 16), "ja": Limits(4, 13), "ko": Limits(12, 16)}
"""Primary language subtag → its limits, where they are not those of alphabets."""


@dataclass
class Advice:
    """Sentences of one kind, by line."""

    title: str
    sentences: list[str] = field(default_factory=list)


def advice(cues: Sequence[Cue], language: str = "") -> list[Advice]:
    """What whoever wrote *cues* should look at again, by kind; empty if there is nothing.

    Args:
        language: of the captions, a BCP 47 tag.
    """
    limits = LIMITS.get(language.lower().partition("-")[0], Limits())
    kinds = {
        f"Faster than {limits.speed:g} characters a second": _fast(cues, limits),
        "Shown for less than five sixths of a second": _short(cues),
        f"Lines of more than {limits.line} characters": _long(cues, limits),
        f"More than {MOST_ROWS} lines at once": _high(cues),
        f"Nothing for {SILENCE:g} seconds or more": _gaps(cues),
    }
    found = (Advice(title, list(sentences)) for title, sentences in kinds.items())
    return [kind for kind in found if kind.sentences]


def speed(cue: Cue) -> float:
    """How many characters a second have to be read, blanks among them."""
    return len(cue.text) / (cue.end - cue.start)


def _fast(cues: Iterable[Cue], limits: Limits) -> Iterator[str]:
    for cue in cues:
        if (read := speed(cue)) > limits.speed:
            yield f"Line {cue.line}: {read:.0f} characters a second. Show it longer, or say it in fewer words."


def _short(cues: Iterable[Cue]) -> Iterator[str]:
    for cue in cues:
        if (shown := cue.end - cue.start) < SHORTEST - 0.001:
            yield f"Line {cue.line}: shown for {shown:.2f} seconds. Show it longer, or join it to the next one."


def _long(cues: Iterable[Cue], limits: Limits) -> Iterator[str]:
    for cue in cues:
        if cue.longest > limits.line:
            yield f"Line {cue.line}: a line has {cue.longest} characters. Break it in two."


def _high(cues: Iterable[Cue]) -> Iterator[str]:
    for cue in cues:
        if cue.rows > MOST_ROWS:
            yield f"Line {cue.line}: the cue has {cue.rows} lines. Make two cues of it."


def _gaps(cues: Iterable[Cue]) -> Iterator[str]:
    """Before a cue, the first one too. How long the recording goes on after the last one is not known here."""
    at = 0.0
    for cue in cues:
        if cue.start - at >= SILENCE:
            yield (
                f"Line {cue.line}: nothing from {clock_time(at)} to {clock_time(cue.start)}. "
                "If somebody speaks there, words are missing."
            )
        at = cue.end
