"""A file of entries that are no rows of a table, as a reader: each is told as field → text, as a row would be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from pressroom.clips.gathering import rows
from pressroom.clips.gathering.items import Item
from pressroom.clips.gathering.rows import RowError
from pressroom.kit import text
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.encodings import UnreadableError

MOST_ENTRIES = 1_000_000
LONGEST_VALUE = 20_000  # characters of a field; what is longer is refused where the field is read
LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Entry:
    """An entry as the file tells it.

    Attributes:
        line: on which it begins.
        told: field of a clip → its text; fields that it says nothing of may be missing.
        external_id: by which the file knows it.
        at: the instant at which it appeared, where the file gives one.
        day: the day that goes with it; with ``at`` or by itself it is taken instead of ``told``.
        problem: why it cannot be read; with ``told``, what of it was left out.
    """

    line: int
    told: Mapping[str, str] = field(default_factory=dict)
    external_id: str = ""
    at: datetime | None = None
    day: date | None = None
    problem: str = ""


Read = Callable[[Path], Iterator[Entry]]
"""The entries of a file. What is broken behind some of them is an entry with a problem; it raises ``UnreadableError``
only before the first one."""


@dataclass(frozen=True)
class Entries:
    """A reader of such a file."""

    path: Path
    read: Read
    sha256: str
    total: int

    def items(self, skip: int, *, now: datetime) -> Iterator[Item]:
        """Its entries without the first *skip* ones, as stories."""
        for entry in islice(self.read(self.path), skip, None):
            yield _item(entry, now)


def open_entries(path: Path, read: Read) -> Entries:
    """The file at *path*, read once to count its entries.

    Raises:
        UnreadableError: nothing of it can be read.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    total = sum(1 for _ in islice(read(path), MOST_ENTRIES + 1))
    if not total:
        raise UnreadableError("The file has no entries. There is nothing to import.")
    if total > MOST_ENTRIES:
        raise UnreadableError(f"The file has more than {MOST_ENTRIES:,} entries. Divide it, and import the parts.")
    return Entries(path, read, sha256, total)


def _item(entry: Entry, now: datetime) -> Item:
    if not entry.told:
        return Item(entry.line, problem=entry.problem)
    told = {name: rows.one_line(value[: LONGEST_VALUE * 2]) for name, value in entry.told.items()}
    if entry.day is not None:
        told["published_on"] = entry.day.isoformat()
    try:
        found = rows.story(told, DayOrder.UNKNOWN, now=now, external_id=rows.one_line(entry.external_id)[:500])
    except RowError as error:
        return Item(entry.line, problem="; ".join(filter(None, (str(error).rstrip("."), entry.problem))))
    if entry.at is not None:
        found = replace(found, published_at=entry.at)
    return Item(entry.line, found, entry.problem)


def numbered_lines(path: Path, encoding: str) -> Iterator[tuple[int, str | None]]:
    """The lines of a text with their numbers, without NUL characters; None for one that is longer than any line is."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        number = 0
        while piece := file.readline(LONGEST_LINE):
            number += 1
            if len(piece) == LONGEST_LINE and not piece.endswith("\n"):
                while piece and not piece.endswith("\n"):
                    piece = file.readline(LONGEST_LINE)
                yield number, None
            else:
                yield number, text.clean(piece)
