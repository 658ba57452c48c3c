"""An item of a file, as every kind of file gives it: what it says, not yet what becomes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

MOST_ITEMS = 50_000


class UnreadableError(Exception):
    """The file as a whole cannot be read; the message is a sentence that says what to do."""


class Term(NamedTuple):
    """A category or a tag: its slug, its name, and which of the two it is."""

    slug: str
    name: str
    taxonomy: str


class Prose(NamedTuple):
    """A text as our Markdown, and what was changed or left out on the way."""

    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One post of an export, or one file of a folder.

    Attributes:
        source: where it comes from, such as ``blog.press.example``; with *guid* it is known again.
        fingerprint: of all that it says there, so that a change is noticed.
        where: where it stands in the file, for people: ``line 120``, ``2014/cats.md``.
        what: its type: ``post``, ``page``, ``attachment`` …
        status: ``publish``, ``draft``, ``pending``, ``future``, ``private`` …
        at: when it was given out.
        changed_at: when its text was changed last, if that is said.
        embargo: until when it was under embargo, if that is said.
        content: its text as it stands there; *format* says in which language, *base* where its links start from.
        paths: the addresses at which it was, without the host.
        problem: why nothing can be made of it; empty otherwise.
    """

    source: str
    guid: str
    fingerprint: str
    where: str
    headline: str = ""
    what: str = "post"
    status: str = "publish"
    at: datetime | None = None
    changed_at: datetime | None = None
    embargo: datetime | None = None
    content: str = ""
    format: str = "html"
    base: str = ""
    first_line: int = 1
    slug: str = ""
    author: str = ""
    kind: str = ""
    terms: tuple[Term, ...] = ()
    paths: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    corrections: tuple[tuple[datetime, str], ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""


class Source(Protocol):
    """A file or a folder that is read item by item, as often as one likes."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""

    def items(self, zone: str) -> Iterator[Item]:
        """Its items in their order, one in memory at a time; days and times without a zone are read in *zone*.

        Raises:
            UnreadableError: it cannot be read, or not to its end.
        """


def fingerprint(*parts: Any) -> str:
    """A hash of what an item says."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()


def listed(names: Any, most: int = 5) -> str:
    """Names in one line, the first of them when there are many."""
    every = list(dict.fromkeys(str(name) for name in names))
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most:,} more" if len(every) > most else shown
