"""Reads of meetings. For the public, the gate leaves out drafts and what was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from pressroom import publishing
from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.meetings import rules
from pressroom.meetings.models import Abstract, Briefing, Meeting


def meetings() -> Sequence[Meeting]:
    """All meetings, the latest first; without their briefings."""
    return db.session.scalars(select(Meeting).order_by(Meeting.year.desc())).all()


_line = Columns(Meeting, "id", "year", "title", "place", "starts_on", "ends_on", "zone")
_public = publishing.Read(lambda: select(*_line.read).order_by(Meeting.year.desc()))


def with_briefings(year: int | None = None) -> Sequence[Meeting]:
    """The meetings with their press programme, the latest first; only that of *year*, where one is given."""
    statement = select(Meeting).options(selectinload(Meeting.briefings)).order_by(Meeting.year.desc())
    return db.session.scalars(statement if year is None else statement.where(Meeting.year == year)).all()


def current(now: datetime) -> Meeting | None:
    """The public meeting that runs or comes next at *now*, else the latest; what a line shows of it."""
    return rules.choose([_line.made(row) for row in _public()], now)


_turns = publishing.StaffRead(
    lambda: select(Meeting.starts_on, Meeting.ends_on, Meeting.registration_until, Meeting.abstracts_from, Meeting.zone)
)


def next_turn(now: datetime) -> datetime | None:
    """The first instant after *now* at which time alone changes what is said of a meeting. For staff.

    It begins, or is over, or its registration ends, by the calendar of its place; its abstracts are online.
    """
    turns: list[datetime | None] = []
    for first, last, until, online, zone in _turns():
        turns += [
            dates.beginning(first, zone),
            dates.end(last, zone),
            dates.end(until, zone) if until else None,
            online,
        ]
    return min((turn for turn in turns if turn and turn > now), default=None)


def by_ids(ids: Sequence[int]) -> Sequence[Meeting]:
    """The meetings with these numbers, without their briefings, in no order."""
    return db.session.scalars(select(Meeting).where(Meeting.id.in_(ids))).all()


def abstracts_by_ids(ids: Sequence[int]) -> Sequence[Abstract]:
    """The abstracts with these numbers, with their meetings, in no order."""
    statement = select(Abstract).where(Abstract.id.in_(ids)).options(joinedload(Abstract.meeting))
    return db.session.scalars(statement).all()


def withdrawn_last(limit: int, now: datetime) -> list[dict[str, Any]]:
    """What a feed may say of the *limit* meetings that were withdrawn last, newest first."""
    named = (Meeting.uid, Meeting.year)
    found = publishing.withdrawal_notices(Meeting, title=Meeting.title, named=named, now=now, limit=limit)
    return [{**row, "address": f"/annual-meeting/{row['year']}"} for row in found if row["uid"]]


def by_year(year: int) -> Meeting | None:
    """The meeting of *year*, with its briefings."""
    return db.session.scalar(select(Meeting).where(Meeting.year == year).options(selectinload(Meeting.briefings)))


def by_id(id: int) -> Meeting | None:
    """The meeting numbered *id*, with its briefings."""
    return db.session.scalar(select(Meeting).where(Meeting.id == id).options(selectinload(Meeting.briefings)))


def briefings(meeting: Meeting) -> Sequence[Briefing]:
    """The press programme of *meeting*, in order of time."""
    statement = select(Briefing).where(Briefing.meeting_id == meeting.id)
    return db.session.scalars(statement.order_by(Briefing.starts_at, Briefing.id)).all()


def any_briefing(id: int) -> Briefing | None:
    """The briefing numbered *id*, of whatever meeting."""
    return db.session.scalar(select(Briefing).where(Briefing.id == id).options(selectinload(Briefing.meeting)))


def briefing(meeting: Meeting, id: int) -> Briefing | None:
    """The briefing numbered *id*, if it belongs to *meeting*."""
    return db.session.scalar(select(Briefing).where(Briefing.id == id, Briefing.meeting_id == meeting.id))
