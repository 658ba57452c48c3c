"""A row of a table as an abstract with its session. Pure: what cannot be read is a sentence for a list of lines."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pressroom.kit import dates, daynumbers, text
from pressroom.kit.dates import DateError, WallTimeError
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.tables import Row
from pressroom.meetings import rules
from pressroom.meetings.importing.columns import BY_NAME
from pressroom.meetings.models import LONGEST, LONGEST_BRIEFING, PLACE_LENGTH
from pressroom.meetings.rules import SessionKind

MINUTES = 60  # of a session whose end nobody says


class RowError(ValueError):
    """A row cannot be read; the message says why."""


@dataclass(frozen=True)
class When:
    """The days and the zone of a meeting, within which its sessions lie."""

    first: date
    last: date
    zone: str


@dataclass(frozen=True)
class Session:
    """A session as a row tells it.

    Attributes:
        key: by which it is known again.
        starts_at: None when the row does not say; then it has to be in the schedule.
    """

    key: str
    code: str
    title: str
    kind: SessionKind
    starts_at: datetime | None
    minutes: int
    place: str
    track: str

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return self.code or self.title


@dataclass(frozen=True)
class Found:
    """What a row tells: an abstract, a session, or both.

    Attributes:
        slug: of the abstract; empty for a row of a session alone.
        fields: of the abstract, by the names of its columns.
    """

    slug: str
    fields: Mapping[str, str]
    session: Session | None


def read(row: Row, mapping: Mapping[str, int], width: int, when: When) -> Found:
    """*row* as what it tells. Blank cells are fine where an abstract can do without.

    Args:
        mapping: field → column number.
        width: how many columns the header names.

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
    cells = {name: _clean(row.cells[n]) if n < len(row.cells) else "" for name, n in mapping.items()}
    session = _session(cells, when)
    if not cells.get("number") and not cells.get("title"):
        if session is None or session.starts_at is None:
            raise RowError("the number of the abstract is missing, and its title")
        return Found("", {}, session)
    return Found(rules.number_key(_needed(cells, "number")), _abstract(cells), session)


def _abstract(cells: Mapping[str, str]) -> dict[str, str]:
    fields = {
        name: _line(cells, name, LONGEST[name]) for name in ("number", "title", "authors", "institution", "topic")
    }
    _needed(cells, "title")
    body = _limited("text", cells.get("text", ""), LONGEST["text"])
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", _line(cells, "doi", LONGEST["doi"]), flags=re.I)
    if doi and not re.fullmatch(r"10\.[0-9]{4,9}/\S+", doi):
        raise RowError(f"“{doi[:60]}” is no DOI; a DOI begins with 10. and has a stroke in it")
    url = _line(cells, "url", LONGEST["url"])
    if url and not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise RowError(f"“{url[:60]}” is no web address; write it whole, with https://")
    return fields | {"text": body, "doi": doi, "url": url}


def _needed(cells: Mapping[str, str], name: str) -> str:
    if not cells.get(name):
        raise RowError(f"the {BY_NAME[name].label.lower()} is missing")
    return cells[name]


def _line(cells: Mapping[str, str], name: str, most: int) -> str:
    return _limited(BY_NAME[name].label.lower(), " ".join(cells.get(name, "").split()), most)


def _limited(what: str, value: str, most: int) -> str:
    if len(value) > most:
        raise RowError(f"the {what} has {len(value):,} characters; {most:,} is the most")
    return value


# Cells ----------------------------------------------------------------------------------------------------

_BREAK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6])\b[^<>]{0,200}>", re.I)
_INLINE = re.compile(r"</?(?:i|b|em|strong|sub|sup|u|span|font|a|small)\b[^<>]{0,200}>", re.I)


def _clean(cell: str) -> str:
    """A cell as plain text: programmes of meetings often give italics and paragraphs as HTML."""
    if "\0" in cell:
        raise RowError("a cell has a null character in it; the file is damaged there")
    plain = html.unescape(_INLINE.sub("", _BREAK.sub("\n", cell)))
    lines = (" ".join(line.split()) for line in text.clean(plain).splitlines())
    return "\n".join(line for line in lines if line)


# Sessions -------------------------------------------------------------------------------------------------


def _session(cells: Mapping[str, str], when: When) -> Session | None:
    code, title = _line(cells, "session", LONGEST["title"]), _line(cells, "session_title", LONGEST["title"])
    if not code and not title:
        return None
    if len(code) > LONGEST["code"] and not title:
        code, title = "", code  # a column “Session” that holds titles
    code = _limited(BY_NAME["session"].label.lower(), code, LONGEST["code"])
    starts_at, minutes = _time(cells, when)
    kind = session_kind(cells.get("session_kind", ""))
    title = title or code
    return Session(
        key=rules.session_key(kind, title, code, starts_at),
        code=code if title != code else "",
        title=title,
        kind=kind,
        starts_at=starts_at,
        minutes=minutes,
        place=_line(cells, "room", PLACE_LENGTH),
        track=_line(cells, "track", LONGEST["track"]),
    )


_KINDS = {
    SessionKind.HALL: ("hall open", "exhibit hall", "poster hall"),
    SessionKind.POSTER: ("poster",),
    SessionKind.PLENARY: ("plenary", "keynote", "presidential", "featured"),
    SessionKind.WORKSHOP: ("workshop", "training", "course"),
    SessionKind.INVITED: ("invited", "symposium", "education"),
    SessionKind.PLATFORM: ("platform", "oral", "talk", "concurrent", "lightning"),
}


def session_kind(words: str) -> SessionKind:
    """What kind a programme means with *words*."""
    said = words.casefold()
    return next((kind for kind, names in _KINDS.items() if any(name in said for name in names)), SessionKind.OTHER)


def _time(cells: Mapping[str, str], when: When) -> tuple[datetime | None, int]:
    """When a session begins and how long it lasts, if the row says so."""
    day, starts, ends = cells.get("day", ""), cells.get("starts", ""), cells.get("ends", "")
    if not starts or not (day or re.match(r"\d{4}-\d\d-\d\d", starts)):
        return None, MINUTES
    begins = clock_time(starts)
    try:
        starts_at = dates.instant(_day(day or starts, when).isoformat(), begins, when.zone)
    except (DateError, WallTimeError) as error:
        raise RowError(str(error)) from None
    end = ends or re.split(r"\s*[–—-]\s*|\s+to\s+", re.sub(r"^\d{4}-\d\d-\d\d[T ]", "", starts), maxsplit=1)[1:]
    if not end:
        return starts_at, MINUTES
    minutes = _minutes(clock_time(end if isinstance(end, str) else end[0])) - _minutes(begins)
    if not 0 < minutes <= LONGEST_BRIEFING:
        raise RowError(f"the session begins at {begins} and does not end within 12 hours after it")
    return starts_at, minutes


def _day(cell: str, when: When) -> date:
    """The day that a cell means; of two that could be meant, the one within the meeting.

    Raises:
        DateError: it means none.
        RowError: it is no day of the meeting.
    """
    found: list[date] = []
    problem: DateError | None = None
    for order in (DayOrder.UNKNOWN, DayOrder.MONTH_FIRST, DayOrder.DAY_FIRST):
        try:
            found.append(daynumbers.read(cell, order))
        except DateError as error:
            problem = problem or error
    within = [day for day in found if when.first <= day <= when.last]
    if within:
        return within[0]
    if problem is not None and not found:
        raise problem
    first, last = dates.day(when.first), dates.day(when.last)
    raise RowError(f"“{cell[:40]}” is no day of the meeting, which runs from {first} to {last}")


_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*([ap])?\.?\s*m?\.?(?=$|\s|[–—-])", re.I)


def clock_time(cell: str) -> str:
    """A time of day as programmes write it, such as "2:30 PM" or "14.30", as ``14:30``.

    Raises:
        RowError: it is none.
    """
    said = re.sub(r"^\d{4}-\d\d-\d\d[T ]", "", cell.strip())
    found = _CLOCK.match(said)
    if found is None or (found[2] is None and found[3] is None):
        raise RowError(f"“{cell[:40]}” is no time of day; write it as in 14:30")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise RowError(f"“{cell[:40]}” is no time of day; write it as in 14:30")
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        raise RowError(f"“{cell[:40]}” is no time of day; write it as in 14:30")
    return f"{hour:02}:{minute:02}"


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
