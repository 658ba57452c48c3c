"""JSON lines: an object on each line (https://jsonlines.org), as our own export writes it; then the usual names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from pressroom.clips.gathering import columns
from pressroom.clips.gathering.entries import LONGEST_LINE, Entry, numbered_lines
from pressroom.kit.encodings import scan

MOST_KEYS = 200


def read(path: Path) -> Iterator[Entry]:
    """The objects of a file, by their lines.

    Raises:
        UnreadableError: it is no text.
    """
    for number, line in numbered_lines(path, scan(path).encoding):
        if line is None:
            yield Entry(number, problem=f"the line has more than {LONGEST_LINE:,} characters")
        elif line.strip():
            yield _entry(number, line)


def _entry(number: int, line: str) -> Entry:
    try:
        found = orjson.loads(line)
    except (orjson.JSONDecodeError, RecursionError) as error:
        return Entry(number, problem=f"the line is no JSON ({str(error).partition(':')[0]})")
    if not isinstance(found, dict):
        return Entry(number, problem="the line is no object; write one as in {“headline”: …, “date”: …}")
    keys = tuple(str(key)[:80] for key in list(found)[:MOST_KEYS])
    values = list(found.values())[:MOST_KEYS]
    told = {field: _said(values[column]) for field, column in _fields(keys) if values[column] is not None}
    if not told:
        return Entry(
            number, problem="the object has none of the names that are known, such as headline, date, outlet, link"
        )
    return Entry(number, told, external_id=_said(found.get("id") or found.get("guid") or ""))


@lru_cache(256)
def _fields(keys: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Field → number of the key that says it."""
    spaced = [
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ") for key in keys
    ]  # datePublished, date_published
    return tuple(columns.guess(spaced).items())


def _said(value: Any) -> str:
    """A value as the text of a cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "; ".join(filter(None, (_said(each) for each in value[:50] if not isinstance(each, list))))
    if isinstance(value, dict):  # schema.org writes {"name": …} for an outlet and for a person
        return next(
            (_said(value[name]) for name in ("name", "title", "url", "@id") if isinstance(value.get(name), str)), ""
        )
    return ""
