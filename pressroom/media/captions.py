"""WebVTT, and SubRip: the cues of a captions file, and what is wrong with it, by line.

The parser of a browser forgives everything and shows what it understood. Here a person is told before the
public is. Read after https://www.w3.org/TR/webvtt1/, sections 4 and 6.
"""

from __future__ import annotations

import html
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pressroom.kit import text
from pressroom.media import subrip

MOST_CUES = 20_000
TIMES = "00:01.000 --> 00:04.000"

_TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"\s*{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+\S.*)?\s*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"<[^>]*>")
_NO_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


@dataclass(frozen=True)
class Cue:
    """What is said from ``start`` to ``end`` (seconds), by whom if the file says so, and in which line of the file.

    ``rows`` is how many lines it takes on the screen, and ``longest`` how many characters the longest of them has.
    """

    start: float
    end: float
    voice: str
    text: str
    line: int
    rows: int = 1
    longest: int = 0


@dataclass(frozen=True)
class Captions:
    """What was understood, and sentences about the rest; a file with problems is not taken in."""

    cues: Sequence[Cue]
    problems: Sequence[str]


def read(content: bytes) -> Captions:
    """The cues of a WebVTT file, or of a SubRip file. Never raises."""
    try:
        lines = text.clean(decoded(content)).split("\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Captions((), [f"Line {line}: this is not UTF-8. Save the captions as UTF-8."])
    if from_subrip := subrip.begins(lines):
        lines = subrip.converted(lines)
    elif not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        return Captions((), ["Line 1: a WebVTT file begins with the word WEBVTT."])
    if (many := sum("-->" in line for line in lines)) > MOST_CUES:
        return Captions(
            (), [f"There are {many:,} cues; at most {MOST_CUES:,} are taken. Split the recording in parts."]
        )
    example = subrip.TIMES if from_subrip else TIMES
    cues: list[Cue] = []
    problems: list[str] = []
    for number, block in _blocks(lines, header=not from_subrip):
        found = _read_block(number, block, example)
        if isinstance(found, str):
            problems.append(found)
        elif found is not None:
            cues.append(found)
    problems += _order(cues)
    if not cues and not problems:
        problems.append("There are no cues in this file.")
    return Captions(cues, problems)


def decoded(content: bytes) -> str:
    """The text of a captions file: UTF-8, or UTF-16 where its first bytes say so, without its byte order mark.

    Raises:
        UnicodeDecodeError: it is something else.
    """
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    return content.decode(encoding).removeprefix("\ufeff")


def as_webvtt(content: bytes) -> bytes:
    """A captions file that :func:`read` finds no fault with, as browsers want it: WebVTT in UTF-8."""
    said = decoded(content)
    lines = text.clean(said).split("\n")
    if subrip.begins(lines):
        said = "\n".join(["WEBVTT", "", *subrip.converted(lines)])
    return said.encode()


def _blocks(lines: Sequence[str], *, header: bool) -> Iterator[tuple[int, list[str]]]:
    """Groups of lines between blank ones, each with the number of its first line; the header is left out."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            if number - len(block) > 1 or not header:
                yield number - len(block), block
            block = []


def _read_block(number: int, block: list[str], example: str) -> Cue | str | None:
    """The cue in *block*; a sentence when it is none that can be read; None for notes and styles."""
    if _NO_CUES.match(block[0]) and "-->" not in block[0]:
        return None
    at = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        return f"Line {number}: a cue has a line with its times, such as {example}."
    number += at
    timing = _TIMING.fullmatch(block[at])
    if not timing:
        mark = "comma" if "," in example else "point"
        return f"Line {number}: write times as {example}, with a {mark} before milliseconds."
    start, end = _seconds(*timing.groups()[:4]), _seconds(*timing.groups()[4:])
    if end <= start:
        return f"Line {number}: the cue ends before it begins."
    said = " ".join(block[at + 1 :])
    rows = [row for line in block[at + 1 :] if (row := _words(line))]
    if not (words := _words(said)):
        return f"Line {number}: the cue has no words."
    voice = _VOICE.search(said)
    longest = max(map(len, rows), default=len(words))
    return Cue(start, end, _words(voice[1]) if voice else "", words, number, max(1, len(rows)), longest)


def _order(cues: Sequence[Cue]) -> Iterator[str]:
    """Sentences about cues that go backward or overlap; both are legal WebVTT and unreadable captions."""
    for before, cue in pairwise(cues):
        if cue.start < before.start:
            yield f"Line {cue.line}: the cue begins before the one above it, in line {before.line}."
        elif cue.start < before.end:
            yield (
                f"Line {cue.line}: the cue begins at {clock_time(cue.start)}, "
                f"but the one above it, in line {before.line}, lasts to {clock_time(before.end)}."
            )


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(milliseconds) / 1000


def _words(said: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", said)).split())


def clock_time(seconds: float) -> str:
    """As in ``00:06.500``; with hours from the first hour on.

    >>> clock_time(6.5), clock_time(3600)
    ('00:06.500', '01:00:00.000')
    """
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours:02}:" if hours else "") + f"{minutes:02}:{rest:02}.{thousandths:03}"
