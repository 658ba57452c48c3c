"""How a meeting, with its press programme, becomes a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.meetings.models import Briefing, Meeting, MeetingSession
from pressroom.search import Document, Wanted

KIND = "meeting"


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The public meetings among *ids* as documents."""
    statement = select(Meeting).where(Meeting.id.in_(ids)).options(selectinload(Meeting.briefings))
    for meeting in db.session.scalars(statement):
        yield document(meeting, _sessions(meeting))


def _sessions(meeting: Meeting) -> list[str]:
    which = MeetingSession.meeting_id == meeting.id
    rows = db.session.execute(
        select(MeetingSession.code, MeetingSession.title).where(which).order_by(MeetingSession.id)
    )
    return [f"{code} {title}".strip() for code, title in rows]


def ids() -> Iterable[int]:
    """The numbers of all public meetings."""
    return db.session.scalars(select(Meeting.id)).all()


def newest(wanted: Wanted) -> Iterable[int]:
    """The numbers of the newest meetings that may match; called for the public."""

    def named(part: str) -> ColumnElement[bool]:
        columns = (MeetingSession.code, MeetingSession.title)
        return or_(*(column.icontains(part, autoescape=True) for column in columns))

    def has(part: str) -> ColumnElement[bool]:
        texts = (
            Meeting.title,
            Meeting.place,
            Meeting.body_html,
            Meeting.registration_html,
            Meeting.press_office_html,
            Meeting.embargo_policy_html,
        )
        spoken = (Briefing.title, Briefing.summary, Briefing.place, Briefing.speakers)
        return or_(
            *(column.icontains(part, autoescape=True) for column in texts),
            Meeting.briefings.any(or_(*(column.icontains(part, autoescape=True) for column in spoken))),
            Meeting.id.in_(select(MeetingSession.meeting_id).where(named(part))),
        )

    published = func.coalesce(Meeting.public_from, Meeting.created_at)
    return db.session.scalars(wanted.narrowed(select(Meeting.id), has, published)).all()


def document(meeting: Meeting, sessions: Iterable[str] = ()) -> Document:
    """*meeting* as search sees it, with the names of its *sessions*."""
    texts = (
        meeting.body_html,
        meeting.registration_html,
        meeting.press_office_html,
        meeting.embargo_policy_html,
    )
    parts = [meeting.place, *(text.plain(safe) for safe in texts)]
    parts += [". ".join(part for part in (b.title, b.summary, b.place) if part) for b in meeting.briefings]
    parts += sessions
    return Document(
        kind=KIND,
        id=meeting.id,
        headline=meeting.title,
        body="\n".join(part for part in parts if part),
        people=", ".join(b.speakers for b in meeting.briefings if b.speakers),
        published=meeting.public_from or meeting.created_at,
        label="Meeting",
    )
