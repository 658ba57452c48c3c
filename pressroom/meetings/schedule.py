"""The schedule as the public reads it: sessions and briefings in one list, by day, kind, topic, room and words.

A meeting has some hundred sessions, so their lines are read in one statement and counted in Python; the abstracts, of
which there are thousands, are asked by the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, or_, select

from pressroom.kit import dates, web
from pressroom.kit.calendar import Event
from pressroom.kit.db import contains, db
from pressroom.kit.web import Page, paginate
from pressroom.meetings import queries
from pressroom.meetings.models import Abstract, Briefing, Meeting, MeetingSession
from pressroom.meetings.rules import SessionKind

BRIEFING = "briefing"
KINDS = {kind.value: kind.label for kind in SessionKind} | {BRIEFING: "Press briefing"}
PARAMETERS = ("day", "kind", "topic", "room", "q")
PER_PAGE = 60
LONGEST = 200  # characters of a parameter


@dataclass(frozen=True)
class Line:
    """A session or a briefing, as a line of the schedule.

    Attributes:
        day: by the calendar of the place.
        kind: a value of :class:`SessionKind`, or ``briefing``.
    """

    id: int
    kind: str
    code: str
    title: str
    starts_at: datetime
    minutes: int
    place: str
    track: str
    day: date
    uid: str
    updated_at: datetime
    version: int
    about: str = ""

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def label(self) -> str:
        """What kind it is, in words."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Asked:
    """What the schedule is narrowed to; empty for all."""

    day: str = ""
    kind: str = ""
    topic: str = ""
    room: str = ""
    q: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Asked:
        """As an address says it. What there is nothing of finds nothing."""
        return cls(**{name: _clean(args.get(name, "")) for name in PARAMETERS})

    @property
    def parameters(self) -> dict[str, Any]:
        """As an address says it."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def lets_through(self, line: Line, found: set[int]) -> bool:
        """Whether *line* is asked for.

        Args:
            found: the numbers of the sessions of which an abstract has the words.
        """
        return (
            (not self.day or line.day.isoformat() == self.day)
            and (not self.kind or line.kind == self.kind)
            and (not self.topic or line.track == self.topic)
            and (not self.room or line.place == self.room)
            and (not self.q or self._has_words(line) or (line.kind != BRIEFING and line.id in found))
        )

    def _has_words(self, line: Line) -> bool:
        said = " ".join((line.code, line.title, line.place, line.track, line.about)).casefold()
        return all(word in said for word in self.q.casefold().split())


@dataclass(frozen=True)
class Choice:
    """A filter as a link, with how many it lets through."""

    label: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True)
class Chip:
    """A chosen filter as a link that removes it."""

    kind: str
    label: str
    href: str


@dataclass(frozen=True)
class Schedule:
    """What was asked for, and how it can be narrowed."""

    lines: Sequence[Line]
    facets: Mapping[str, Sequence[Choice]]
    chips: Sequence[Chip]
    total: int


def _clean(value: str) -> str:
    return " ".join(value.replace("\0", "").split())[:LONGEST]


def lines(meeting: Meeting) -> list[Line]:
    """Everything in the schedule of *meeting*, in order of time."""
    table = MeetingSession
    columns = (table.id, table.kind, table.code, table.title, table.starts_at, table.minutes, table.place, table.track)
    more = (table.uid, table.updated_at, table.version)
    rows = db.session.execute(select(*columns, *more).where(table.meeting_id == meeting.id))
    zone = dates.named_zone(meeting.zone)
    found = [_line(row._asdict() | {"kind": row.kind.value}, zone) for row in rows]
    found += [_of_briefing(each, meeting, zone) for each in queries.briefings(meeting)]
    return sorted(found, key=lambda line: (line.starts_at, line.code, line.title, line.id))


def _line(said: Mapping[str, Any], zone: Any) -> Line:
    return Line(**said, day=said["starts_at"].astimezone(zone).date())


def _of_briefing(briefing: Briefing, meeting: Meeting, zone: Any) -> Line:
    names = ("id", "title", "starts_at", "minutes", "place", "version")
    said = {name: getattr(briefing, name) for name in names}
    said |= {"kind": BRIEFING, "code": "", "track": "", "uid": briefing.uid or f"{meeting.uid}-{briefing.id}"}
    said |= {"updated_at": briefing.updated_at or meeting.updated_at}
    said |= {"about": " ".join(filter(None, (briefing.summary, briefing.speakers)))}
    return _line(said, zone)


def read(meeting: Meeting, asked: Asked) -> Schedule:
    """The schedule of *meeting* as it was asked for, with how it can be narrowed."""
    every = lines(meeting)
    found = _sessions_with(meeting, asked.q) if asked.q else set()
    shown = [line for line in every if asked.lets_through(line, found)]
    facets = {name: _facet(name, every, asked, found, meeting) for name in ("day", "kind", "topic", "room")}
    return Schedule(shown, facets, _chips(asked, meeting), len(every))


_OF_LINE: dict[str, Callable[[Line], str]] = {
    "day": lambda line: line.day.isoformat(),
    "kind": lambda line: line.kind,
    "topic": lambda line: line.track,
    "room": lambda line: line.place,
}


def _facet(name: str, every: Iterable[Line], asked: Asked, found: set[int], meeting: Meeting) -> list[Choice]:
    """The values of a filter, counted as if nothing of it were chosen."""
    free, value_of = replace(asked, **{name: ""}), _OF_LINE[name]
    counts = Counter(value_of(line) for line in every if free.lets_through(line, found))
    values = sorted(
        filter(None, counts), key=lambda value: (list(KINDS).index(value), "") if name == "kind" else (0, value)
    )
    chosen = getattr(asked, name)
    return [
        Choice(
            _said(name, value),
            counts[value],
            address(meeting, free if value == chosen else replace(asked, **{name: value})),
            value == chosen,
        )
        for value in values
    ]


def _said(name: str, value: str) -> str:
    if name == "day":
        try:
            return f"{date.fromisoformat(value):%A}, {dates.day(date.fromisoformat(value))}"
        except ValueError:
            return value
    return KINDS.get(value, value) if name == "kind" else value


def _chips(asked: Asked, meeting: Meeting) -> list[Chip]:
    words = {"q": "words"}
    return [
        Chip(words.get(name, name), _said(name, value), address(meeting, replace(asked, **{name: ""})))
        for name, value in asked.parameters.items()
    ]


def address(meeting: Meeting, asked: Asked, page: int = 1) -> str:
    """The path of the schedule as it was asked for."""
    more: dict[str, Any] = {**asked.parameters, **({"page": page} if page > 1 else {})}
    return url_for("meetings_schedule.index", year=meeting.year, **more)


def events(meeting: Meeting, shown: Iterable[Line]) -> list[Event]:
    """Lines of the schedule for a calendar."""
    return [_event(meeting, line) for line in shown]


def _event(meeting: Meeting, line: Line) -> Event:
    if line.kind == BRIEFING:
        page, title = web.external("meetings.of_year", year=meeting.year), f"Press briefing: {line.title}"
    else:
        page = web.external("meetings_schedule.session", year=meeting.year, session_id=line.id)
        title = f"{line.code}: {line.title}" if line.code else line.title
    return Event(
        uid=line.uid,
        title=title,
        starts_at=line.starts_at,
        minutes=line.minutes,
        zone=meeting.zone,
        updated=line.updated_at,
        address=page,
        description="\n\n".join(filter(None, (line.label, line.track, line.about, page))),
        place=", ".join(filter(None, (line.place, meeting.place))),
        sequence=line.version - 1,
    )


# Sessions and abstracts -----------------------------------------------------------------------------------


def session(meeting: Meeting, session_id: int) -> MeetingSession | None:
    """A session, if it is one of *meeting*."""
    which = MeetingSession.id == session_id, MeetingSession.meeting_id == meeting.id
    return db.session.scalar(select(MeetingSession).where(*which))


def abstract(meeting: Meeting, slug: str) -> Abstract | None:
    """An abstract by its number as an address has it."""
    which = Abstract.meeting_id == meeting.id, Abstract.slug == slug
    return db.session.scalar(select(Abstract).where(*which))


def abstracts(
    meeting: Meeting, page: int, *, words: str = "", topic: str = "", session_id: int | None = None, per_page: int = 50
) -> Page[Abstract]:
    """A page of the abstracts that the reader may see, by number."""
    statement = select(Abstract).where(Abstract.meeting_id == meeting.id, *_has(words))
    if topic:
        statement = statement.where(Abstract.topic == topic)
    if session_id is not None:
        statement = statement.where(Abstract.session_id == session_id)
    return paginate(statement.order_by(Abstract.order_key, Abstract.id), page, per_page)


def topics(meeting: Meeting, words: str = "") -> list[tuple[str, int]]:
    """The topics of the abstracts that the reader may see, with how many have each."""
    statement = select(Abstract.topic, func.count()).where(Abstract.meeting_id == meeting.id, *_has(words))
    rows = db.session.execute(statement.where(Abstract.topic != "").group_by(Abstract.topic).order_by(Abstract.topic))
    return [(topic, count) for topic, count in rows]


def count_abstracts(meeting: Meeting) -> int:
    """How many abstracts the reader may see."""
    return db.session.scalar(select(func.count(Abstract.id)).where(Abstract.meeting_id == meeting.id)) or 0


def counts(meeting: Meeting) -> tuple[int, int]:
    """How many sessions the schedule has, and how many abstracts the reader may see; in one statement."""
    asked = [
        select(func.count(model.id)).where(model.meeting_id == meeting.id).scalar_subquery()
        for model in (MeetingSession, Abstract)
    ]
    sessions, found = db.session.execute(select(*asked)).one()
    return sessions, found


def _has(words: str) -> list[Any]:
    columns = (Abstract.number, Abstract.title, Abstract.authors, Abstract.institution, Abstract.text)
    return [or_(*(contains(column, word) for column in columns)) for word in words.split()]


def _sessions_with(meeting: Meeting, words: str) -> set[int]:
    statement: Select[Any] = select(Abstract.session_id).where(Abstract.meeting_id == meeting.id, *_has(words))
    return set(db.session.scalars(statement.where(Abstract.session_id.is_not(None)).distinct()))
