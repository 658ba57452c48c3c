"""The annual meeting: its press programme, its schedule and abstracts, and which releases follow it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit.db import Base, as_words
from pressroom.meetings.rules import EmbargoRule, ImportState, SessionKind
from pressroom.publishing import Part, Publishable, StaffOnly

TITLE_LENGTH = 200
PLACE_LENGTH = 200
SUMMARY_LENGTH = 1_000
SPEAKERS_LENGTH = 500
TEXT_LENGTH = 20_000
LONGEST = {
    "code": 40,
    "number": 40,
    "title": 500,
    "track": 120,
    "authors": 8_000,
    "institution": 4_000,
    "text": 12_000,
    "doi": 200,
    "url": 500,
    "topic": 100,
    "related": 20_000,
}
"""Characters of what a session or an abstract has, and of what a meeting points at."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_BRIEFING = 12 * 60  # minutes


class Meeting(Publishable, Base):
    """An annual meeting: one a year. Texts are Markdown, kept with the HTML made of them.

    ``uid`` is what feeds and calendars know it by; one that an earlier version of the program made may have none.

    Attributes:
        abstracts_from: when the abstracts are online, from which instant on their texts are free.
        registration_until: the last day on which the press registers here; without it nobody does.
        topic: what clips, releases and webcasts about it are filed under.
        related: what its page points at besides, a line each, as a release keeps its related items.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", "ends_after_start"),
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", "year_is_plausible"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str | None] = mapped_column(String(36), default=lambda: str(uuid4()))
    year: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    zone: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    registration: Mapped[str] = mapped_column(Text, default="")
    registration_html: Mapped[str] = mapped_column(Text, default="")
    press_office: Mapped[str] = mapped_column(Text, default="")
    press_office_html: Mapped[str] = mapped_column(Text, default="")
    embargo_policy: Mapped[str] = mapped_column(Text, default="")
    embargo_policy_html: Mapped[str] = mapped_column(Text, default="")
    abstracts_from: Mapped[datetime | None]
    registration_until: Mapped[date | None]
    topic: Mapped[str] = mapped_column(String(LONGEST["topic"]), default="")
    related: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    briefings: Mapped[list[Briefing]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Briefing.starts_at, Briefing.id"
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form


class Briefing(Part, Base):
    """A press briefing at a meeting. ``uid`` as of its meeting; its instants too are unknown of earlier ones."""

    __tablename__ = "briefing"
    __public_through__ = "meeting_id"
    __table_args__ = (CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_BRIEFING}", "minutes_are_plausible"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str | None] = mapped_column(String(36), default=lambda: str(uuid4()))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="")
    summary: Mapped[str] = mapped_column(String(SUMMARY_LENGTH), default="")
    speakers: Mapped[str] = mapped_column(String(SPEAKERS_LENGTH), default="")
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    meeting: Mapped[Meeting] = relationship(back_populates="briefings")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


class MeetingSession(Part, Base):
    """A session of the scientific programme, or the hours of the poster hall.

    Attributes:
        code: what the programme calls it, such as "S12"; the same code is the same session.
        track: its topic.
    """

    __tablename__ = "meeting_session"
    __public_through__ = "meeting_id"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_BRIEFING}", "minutes_are_plausible"),
        UniqueConstraint("meeting_id", "key"),
        Index("ix_meeting_session_meeting_id_starts_at", "meeting_id", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid4()))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(LONGEST["code"]), default="")
    title: Mapped[str] = mapped_column(String(LONGEST["title"]))
    kind: Mapped[SessionKind] = mapped_column(as_words(SessionKind, length=20))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="")
    track: Mapped[str] = mapped_column(String(LONGEST["track"]), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def name(self) -> str:
        """Its code and its title."""
        return f"{self.code}: {self.title}" if self.code else self.title


class Abstract(Publishable, Base):
    """An abstract, public from when the abstracts are online and the meeting is.

    Attributes:
        slug: its number as an address has it; the same is the same abstract, whatever the case of its letters.
        order_key: its number with the digits filled up, so that 9 stands before 10.
        authors: as the programme names them, separated by semicolons or commas.
    """

    __tablename__ = "meeting_abstract"
    __table_args__ = (
        UniqueConstraint("meeting_id", "slug"),
        Index("ix_meeting_abstract_meeting_id_order_key", "meeting_id", "order_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid4()))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_session.id", ondelete="SET NULL"), index=True)
    number: Mapped[str] = mapped_column(String(LONGEST["number"]))
    slug: Mapped[str] = mapped_column(String(80))
    order_key: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(LONGEST["title"]))
    authors: Mapped[str] = mapped_column(Text, default="")
    institution: Mapped[str] = mapped_column(Text, default="")
    topic: Mapped[str] = mapped_column(String(LONGEST["topic"]), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    doi: Mapped[str] = mapped_column(String(LONGEST["doi"]), default="")
    url: Mapped[str] = mapped_column(String(LONGEST["url"]), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    meeting: Mapped[Meeting] = relationship()
    session: Mapped[MeetingSession | None] = relationship()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def address(self) -> str:
        """The path of its page."""
        return f"/annual-meeting/{self.meeting.year}/abstracts/{self.slug}"


class AbstractImport(StaffOnly, Base):
    """A file of sessions and abstracts: what it is called, how its columns are read, and what came of it.

    Attributes:
        stored: the file lies in the store of imports under its SHA-256.
        problems: [line, sentence] of what was not taken, or not as it stands; at most as many as are kept.
    """

    __tablename__ = "meeting_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    stored: Mapped[bool] = mapped_column(default=False)
    mapping: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    state: Mapped[ImportState] = mapped_column(as_words(ImportState, length=20, name="meeting_import_state"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    by_name: Mapped[str] = mapped_column(String(200), default="")
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    rows_total: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    sessions: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    left_alone: Mapped[int] = mapped_column(default=0)


class ImportStep(StaffOnly, Base):
    """What an import did to one row, so that it can be undone.

    Attributes:
        kind: ``abstract`` or ``session``.
        object_id: of the row; no foreign key, for the step outlives it.
        before: what an abstract said before; None when the import made the row.
        after_version: the version that the import left; a row that has another one was changed since.
    """

    __tablename__ = "meeting_import_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("meeting_import.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after_version: Mapped[int]


class Binding(Part, Base):
    """That the embargo of a release follows the schedule: by what rule, and what it hangs on."""

    __tablename__ = "release_binding"
    __public_through__ = "release_id"
    __table_args__ = (
        CheckConstraint("(session_id IS NULL) = (rule NOT IN ('session', 'hall'))", "session_where_it_counts"),
        CheckConstraint("(briefing_id IS NULL) = (rule <> 'briefing')", "briefing_where_it_counts"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), unique=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    rule: Mapped[EmbargoRule] = mapped_column(as_words(EmbargoRule, length=20, name="embargo_rule"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_session.id"), index=True)
    briefing_id: Mapped[int | None] = mapped_column(ForeignKey("briefing.id"), index=True)
    created_at: Mapped[datetime]
    meeting: Mapped[Meeting] = relationship()
    session: Mapped[MeetingSession | None] = relationship()
    briefing: Mapped[Briefing | None] = relationship()
