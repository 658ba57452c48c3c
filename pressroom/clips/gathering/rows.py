"""A row of a table, read as a clip; or why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pressroom.clips import addresses, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.rules import ClipDayError, TimeCodeError
from pressroom.kit import daynumbers, text
from pressroom.kit.dates import DateError
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.tables import Row, Table


class RowError(ValueError):
    """A row cannot be read; the message says why, for a list of line numbers."""


@dataclass(frozen=True)
class Rows:
    """A table as a reader of clips.

    Attributes:
        mapping: field → column number.
        order: how days written in numbers are read.
        dated: whether each row must have a day, as in the archive.
    """

    table: Table
    mapping: Mapping[str, int]
    order: DayOrder = DayOrder.UNKNOWN
    dated: bool = True

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self.table.sha256

    @property
    def total(self) -> int:
        """How many rows it has."""
        return self.table.total

    def items(self, skip: int, *, now: datetime) -> Iterator[Item]:
        """Its rows without the first *skip* ones."""
        for row in self.table.rows(skip=skip):
            try:
                width = len(self.table.header)
                yield Item(row.line, read(row, self.mapping, width, self.order, now=now, dated=self.dated))
            except RowError as error:
                yield Item(row.line, problem=str(error))


def read(
    row: Row,
    mapping: Mapping[str, int],
    width: int,
    order: DayOrder = DayOrder.UNKNOWN,
    *,
    now: datetime,
    dated: bool = True,
) -> Found:
    """*row* as a clip. Blank cells are fine where a clip can do without.

    Args:
        mapping: field → column number.
        width: how many columns the header names.
        order: how days written in numbers are read.
        now: a day after it is refused.
        dated: whether it must have a day.

    Raises:
        RowError: with the reason.
    """
    if row.error:
        raise RowError(row.error)
    if any(cell.strip() for cell in row.cells[width:]):
        raise RowError(
            f"the row has {len(row.cells)} cells, and {width} columns are named; "
            "a cell with the delimiter in it needs quotation marks"
        )
    found = story(_cells(row.cells, mapping), order, now=now)
    if dated and found.published_on is None:
        raise RowError(NO_DAY)
    return found


NO_DAY = "the day is missing; write it as in 2026-11-24"


def story(
    told: Mapping[str, str], order: DayOrder = DayOrder.UNKNOWN, *, now: datetime, external_id: str = ""
) -> Found:
    """A clip of what a row or an entry says.

    Args:
        told: field → its text on one line; blank, or not there, for what is not said.
        order: how days written in numbers are read.
        now: a day after it is refused.
        external_id: by which its source knows it.

    Raises:
        RowError: with the reason.
    """
    cell = {**dict.fromkeys(_FIELDS, ""), **told}
    try:
        url = "" if rules.is_nothing(cell["url"]) else addresses.checked(cell["url"])
        published_on = None if rules.is_nothing(cell["published_on"]) else daynumbers.read(cell["published_on"], order)
        if published_on is not None:
            rules.refuse_to_come(published_on, now)
        time_code = rules.read_time_code(cell["time_code"])
    except (AddressError, DateError, ClipDayError, TimeCodeError) as error:
        raise RowError(str(error)) from None
    headline = _limited("headline", cell["headline"], rules.LONGEST_HEADLINE)
    outlet = _limited("outlet", cell["outlet"], rules.LONGEST_OUTLET) or addresses.host(url)
    if not text.has_letters(headline):
        raise RowError("the headline is missing")
    if not outlet:
        raise RowError("the outlet is missing, and there is no web address to name it by")
    topics = rules.read_topics(_limited("topics", cell["topics"], rules.MOST_TOPICS * rules.LONGEST_TOPIC))
    return Found(
        headline=headline,
        outlet=outlet,
        published_on=published_on,
        published_at=instant(cell["published_on"]),
        url=url,
        byline=_limited("by-line", cell["byline"], rules.LONGEST_BYLINE),
        excerpt=_limited("excerpt", cell["excerpt"], rules.LONGEST_EXCERPT),
        medium=rules.read_medium(cell["medium"], url=url),
        language=rules.read_language(cell["language"]) or rules.language_of_headline(headline),
        topics=tuple(_limited("topic", topic, rules.LONGEST_TOPIC) for topic in topics[: rules.MOST_TOPICS]),
        featured=rules.read_yes(cell["featured"]),
        page=_limited("page", cell["page"], rules.LONGEST_PAGE),
        section=_limited("section", cell["section"], rules.LONGEST_SECTION),
        programme=_limited("programme", cell["programme"], rules.LONGEST_PROGRAMME),
        time_code=time_code,
        releases=rules.read_references(_limited("releases", cell["releases"], 4_000)),
        external_id=external_id,
    )


_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)? ?(?:Z|[+-]\d\d:?\d\d)")


def instant(written: str) -> datetime | None:
    """The instant that *written* is, as in ``2026-11-24T09:30:00+01:00``; None for a day, or a time without a zone."""
    if not _INSTANT.fullmatch(written.strip()):
        return None
    try:
        return datetime.fromisoformat(written.strip().replace(" ", "T", 1).replace(" ", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def one_line(value: str) -> str:
    """*value* as clean text on one line."""
    return _SPACES.sub(" ", text.clean(value)).strip()


_FIELDS = (
    "headline",
    "published_on",
    "outlet",
    "url",
    "byline",
    "excerpt",
    "medium",
    "language",
    "topics",
    "featured",
    "releases",
    "page",
    "section",
    "programme",
    "time_code",
)
_SPACES = re.compile(r"\s+")


def _cells(cells: Sequence[str], mapping: Mapping[str, int]) -> dict[str, str]:
    """Field → its cell as clean text on one line; blank for what a short row or the table lacks."""
    found = dict.fromkeys(_FIELDS, "")
    for name, column in mapping.items():
        if column < len(cells):
            if "\x00" in cells[column]:
                raise RowError(f"the {name.replace('_', ' ')} has a null character in it; the file is damaged there")
            found[name] = one_line(cells[column])
    return found


def _limited(what: str, value: str, most: int) -> str:
    if len(value) > most:
        raise RowError(f"the {what} has {len(value):,} characters; {most:,} is the most")
    return value
