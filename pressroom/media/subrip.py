"""SubRip (``.srt``), which most subtitle tools write: told from other text, and turned into the lines of WebVTT.

There is no standard. A block is a number, a line of times with a comma before the milliseconds, and the words, in
which ``<i>``, ``<b>`` and ``<u>`` are understood by all players.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TIMES = "00:00:01,000 --> 00:00:04,000"
BEGINS = r"\s*(?:\d+[ \t]*\r?\n)?[ \t]*\d+:\d\d:\d\d,\d{3}[ \t]*-->"
"""How a file begins, as a regular expression."""

_TIMING = re.compile(r"\s*(\d{1,4}):(\d\d):(\d\d),(\d{3})\s*-->\s*(\d{1,4}):(\d\d):(\d\d),(\d{3})(?:\s.*)?")
_TAG = re.compile(r"(</?[ibu]>)", re.IGNORECASE)
_LOST = re.compile(r"</?font[^>]*>|\{\\an?\d+\}", re.IGNORECASE)  # colours, and places on the screen


def begins(lines: Sequence[str]) -> bool:
    """Whether *lines* are those of a SubRip file."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    return bool(re.match(BEGINS, "\n".join(lines[first : first + 2])))


def converted(lines: Sequence[str]) -> list[str]:
    """The same lines in WebVTT, without its first one: as many, so that a line keeps its number."""
    return [_line(line) for line in lines]


def _line(line: str) -> str:
    if "-->" not in line:
        return _words(line)
    timing = _TIMING.fullmatch(line)
    if not timing:
        return line  # whoever reads it says what is wrong
    part = timing.groups()
    start, end = (f"{int(part[at]):02}:{part[at + 1]}:{part[at + 2]}.{part[at + 3]}" for at in (0, 4))
    return f"{start} --> {end}"


def _words(line: str) -> str:
    """Words with the three tags; whatever else could be read as markup is written so that it is not."""
    parts = _TAG.split(_LOST.sub("", line))
    escaped = (part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2])
    tags = [*(tag.lower() for tag in parts[1::2]), ""]
    return "".join(part + tag for part, tag in zip(escaped, tags, strict=True))
