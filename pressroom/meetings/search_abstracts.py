"""How an abstract becomes a document: found by its words, its authors and its number from when it is online."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from pressroom.kit.db import db
from pressroom.meetings.abstracts import KIND
from pressroom.meetings.models import Abstract, MeetingSession
from pressroom.search import Document, Wanted


def load(ids: Sequence[int]) -> Iterable[Document]:
    """The public abstracts among *ids* as documents; without a public meeting none of them is shown anywhere."""
    with_it = joinedload(Abstract.session), joinedload(Abstract.meeting, innerjoin=True)
    for abstract in db.session.scalars(select(Abstract).where(Abstract.id.in_(ids)).options(*with_it)):
        yield document(abstract, ZoneInfo(abstract.meeting.zone))


def ids() -> Iterable[int]:
    """The numbers of all public abstracts."""
    return db.session.scalars(select(Abstract.id).order_by(Abstract.id)).all()


def newest(wanted: Wanted) -> Iterable[int]:
    """The numbers of the newest abstracts that may match; called for the public."""
    texts = (Abstract.number, Abstract.title, Abstract.authors, Abstract.institution, Abstract.topic, Abstract.text)

    def named(part: str) -> ColumnElement[bool]:
        columns = (MeetingSession.code, MeetingSession.title)
        return or_(*(column.icontains(part, autoescape=True) for column in columns))

    def has(part: str) -> ColumnElement[bool]:
        own = (column.icontains(part, autoescape=True) for column in (*texts, Abstract.doi))
        return or_(*own, Abstract.session_id.in_(select(MeetingSession.id).where(named(part))))

    return db.session.scalars(wanted.narrowed(select(Abstract.id), has, Abstract.public_from)).all()


def document(abstract: Abstract, zone: ZoneInfo) -> Document:
    """*abstract* as search sees it; its day is that at the place of the meeting."""
    assert abstract.public_from is not None
    session = abstract.session.name if abstract.session else ""
    parts = (abstract.number, abstract.text, abstract.institution, session, abstract.doi)
    return Document(
        kind=KIND,
        id=abstract.id,
        headline=abstract.title,
        body="\n".join(part for part in parts if part),
        people=abstract.authors,
        topics=(abstract.topic,) if abstract.topic else (),
        published=abstract.public_from.astimezone(zone),
        label="Abstract",
    )
