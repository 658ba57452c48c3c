"""What every reader of a file or a feed gives: one story after another, or why one cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pressroom.clips import rules
from pressroom.clips.rules import Medium


@dataclass(frozen=True)
class Found:
    """A story as a row or an entry tells it.

    Attributes:
        published_on: the day; None where nothing says it, and never the day of reading.
        published_at: the instant, where one is given to the minute.
        external_id: by which the source knows it; empty without one.
        page: on which it is printed; ``section`` in which part of the paper.
        programme: in which it was on air; ``time_code`` from when on in that, as HH:MM:SS.
        releases: as they were written; ``release_ids`` what these were found to be.
    """

    headline: str
    outlet: str
    published_on: date | None
    url: str = ""
    byline: str = ""
    excerpt: str = ""
    medium: Medium = Medium.ONLINE
    language: str = ""
    topics: tuple[str, ...] = ()
    featured: bool = False
    releases: tuple[str, ...] = ()
    release_ids: tuple[int, ...] = ()
    published_at: datetime | None = None
    external_id: str = ""
    page: str = ""
    section: str = ""
    programme: str = ""
    time_code: str = ""

    @property
    def fingerprint(self) -> str:
        """What it shares with another record of the same clip."""
        return rules.fingerprint(
            url=self.url,
            outlet=self.outlet,
            headline=self.headline,
            published_on=self.published_on,
            programme=self.programme,
            time_code=self.time_code,
        )


@dataclass(frozen=True)
class Item:
    """A story, or what is wrong with it.

    Attributes:
        line: the line of the file on which it begins, or the number of the entry, from 1.
        found: None if it cannot be read.
        problem: why; empty otherwise. With both, it was read and something of it was left out.
    """

    line: int
    found: Found | None = None
    problem: str = ""


class Reader(Protocol):
    """An opened file or feed.

    Attributes:
        sha256: of its bytes.
        total: how many items it has.
    """

    @property
    def sha256(self) -> str: ...

    @property
    def total(self) -> int: ...

    def items(self, skip: int, *, now: datetime) -> Iterator[Item]:
        """Its items without the first *skip* ones, always in the same order; few in memory at a time.

        Args:
            now: a story of a day after it is a problem.
        """
