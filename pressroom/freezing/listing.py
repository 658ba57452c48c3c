"""What the copy has of its own: lists by year, and for whoever has script the index of its search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from pressroom.freezing.pages import Line
from pressroom.freezing.rules import SEARCH

PER_PART = 500
NAMES = {"release": "Release", "webcast": "Webcast", "clip": "Clip", "abstract": "Abstract", "page": "Page"}
"""Kind → its name; on one day, in this order."""

INDEX = "search/index.json"


@dataclass(frozen=True)
class Part:
    """One page of the list of a year.

    Attributes:
        number: from 1; ``of``: how many pages the year has.
        total: how many lines the year has.
        lines: what stands on this one, newest first.
    """

    year: str
    number: int
    of: int
    total: int
    lines: Sequence[Line]

    @property
    def href(self) -> str:
        """Its address."""
        return href(self.year, self.number)


def href(year: str, number: int = 1) -> str:
    """The address of a page of the list of *year*."""
    return f"{SEARCH}{year}/" + (f"{number}/" if number > 1 else "")


def parts(lines: Iterable[Line]) -> list[Part]:
    """The lists of all years, newest first; what has no day is in none."""
    order = list(NAMES)
    by_year: dict[str, list[Line]] = {}
    for line in lines:
        if line.day:
            by_year.setdefault(line.day[:4], []).append(line)
    found = []
    for year in sorted(by_year, reverse=True):
        dated = sorted(by_year[year], key=lambda line: order.index(line.kind))
        dated.sort(key=lambda line: line.day, reverse=True)
        pieces = [dated[at : at + PER_PART] for at in range(0, len(dated), PER_PART)]
        found += [Part(year, at + 1, len(pieces), len(dated), piece) for at, piece in enumerate(pieces)]
    return found


def index(lines: Sequence[Line], made: datetime) -> bytes:
    """What the browser searches: the instant, the names of the kinds, and a row for each page."""
    order = list(NAMES)
    rows = [[order.index(line.kind), line.title, line.href, line.day, line.summary] for line in lines]
    return orjson.dumps({"made": made.isoformat(timespec="seconds"), "kinds": list(NAMES.items()), "rows": rows})
