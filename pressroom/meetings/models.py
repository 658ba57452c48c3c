"""The annual meeting and its press programme."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit.db import Base
from pressroom.publishing import Part, Publishable

TITLE_LENGTH = 200
PLACE_LENGTH = 200
SUMMARY_LENGTH = 1_000
SPEAKERS_LENGTH = 500
TEXT_LENGTH = 20_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_BRIEFING = 12 * 60  # minutes


class Meeting(Publishable, Base):
    """An annual meeting: one a year. Texts are Markdown, kept with the HTML made of them.

    ``uid`` is what feeds and calendars know it by; one that an earlier version of the program made may have none.
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
