"""Chapters of a recording: read as a person types or pastes them, and written as players want them. Pure.

Rules: https://www.w3.org/TR/webvtt1/ (a track of the kind chapters), and the JSON chapters of the Podcasting 2.0
namespace, version 1.2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pressroom.media import captions
from pressroom.webcasts import transcript

Chapter = Mapping[str, Any]
"""``{"start": seconds, "title": …}``, as the column holds it."""

MOST = 200
LONGEST = 200  # characters of a title
JSON_TYPE = "application/json+chapters"
_LINE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:\.(\d{1,3}))?(?:\s*[-–—:.)]\s*|\s+)(\S.*)")


def read(typed: str, minutes: int) -> tuple[list[Chapter], list[str]]:
    """The chapters in *typed*, and what is wrong with the rest, by line. Never raises.

    Args:
        typed: a chapter on each line, as in ``1:42 What the study found``; or a WebVTT file.
        minutes: how long the recording is.
    """
    found: list[tuple[int, Chapter]] = []
    problems: list[str] = []
    if typed.lstrip("\ufeff").startswith("WEBVTT"):
        cues = captions.read(typed.strip().encode())
        problems += cues.problems
        found += [(cue.line, {"start": cue.start, "title": cue.text}) for cue in cues.cues]
    else:
        for number, line in enumerate(typed.split("\n"), start=1):
            if not line.strip():
                continue
            if (chapter := _chapter(line.strip())) is None:
                problems.append(f"Line {number}: begin with the time, as in 1:42 What the study found.")
            else:
                found.append((number, chapter))
    problems += _wrong(found, minutes)
    return [chapter for _, chapter in found], problems


def _chapter(line: str) -> Chapter | None:
    parts = _LINE.fullmatch(line)
    if parts is None or (parts[1] and int(parts[2]) > 59):
        return None
    start = int(parts[1] or 0) * 3600 + int(parts[2]) * 60 + int(parts[3])
    return {"start": start + int((parts[4] or "").ljust(3, "0")) / 1000, "title": " ".join(parts[5].split())}


def _wrong(found: Sequence[tuple[int, Chapter]], minutes: int) -> Iterator[str]:
    for (_, before), (number, chapter) in pairwise(found):
        if chapter["start"] <= before["start"]:
            yield f"Line {number}: this chapter does not begin after the one above it. Put them in order."
    for number, chapter in found:
        if chapter["start"] >= minutes * 60:
            yield f"Line {number}: the webcast has {minutes} minutes, and is over by then. Correct one of them."
        if len(chapter["title"]) > LONGEST:
            yield f"Line {number}: shorten this to at most {LONGEST} characters."
    if len(found) > MOST:
        yield f"There are {len(found):,} chapters; at most {MOST} are taken."


def written(chapters: Sequence[Chapter]) -> str:
    """*chapters* as a person types them."""
    return "\n".join(f"{_typed(chapter['start'])} {chapter['title']}" for chapter in chapters)


def _typed(start: float) -> str:
    """With milliseconds where it has some: chapters of a WebVTT file may begin in the same second."""
    seconds, thousandths = divmod(round(start * 1000), 1000)
    return transcript.minutes(seconds) + (f".{thousandths:03}" if thousandths else "")


def webvtt(chapters: Sequence[Chapter], minutes: int) -> str:
    """*chapters* as a track of that kind; each lasts until the next begins."""
    ends = [*(chapter["start"] for chapter in chapters[1:]), float(minutes * 60)]
    cues = (
        f"{captions.clock_time(chapter['start'])} --> {captions.clock_time(end)}\n{_escaped(chapter['title'])}\n"
        for chapter, end in zip(chapters, ends, strict=True)
    )
    return "\n".join(["WEBVTT\n", *cues])


def podcast(chapters: Sequence[Chapter], title: str) -> dict[str, Any]:
    """*chapters* as players of podcasts read them."""
    rows = [{"startTime": chapter["start"], "title": chapter["title"]} for chapter in chapters]
    return {"version": "1.2.0", "title": title, "chapters": rows}


def _escaped(title: str) -> str:
    return title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
