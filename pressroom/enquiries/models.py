"""The rota, which the public sees, and enquiries, which it never does."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.enquiries.rules import LENGTHS, State, Topic
from pressroom.kit.db import Base, as_words
from pressroom.publishing import Publishable, StaffOnly, opens
from pressroom.releases.models import Contact


def _text(field: str) -> Mapped[str]:
    return mapped_column(String(LENGTHS[field]), default="")


class RotaDuty(Publishable, Base):
    """Hours of the week in which a contact answers. Where they end before they begin, they end on the next day."""

    __tablename__ = "rota_duty"
    __table_args__ = (CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("media_contact.id", ondelete="CASCADE"), index=True)
    weekdays: Mapped[int]
    opens_at: Mapped[time]
    closes_at: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(default=0)

    contact: Mapped[Contact] = relationship(lazy="joined")


class RotaChange(Publishable, Base):
    """Days on which a contact, or without one the whole office, does not answer; or a contact answers besides."""

    __tablename__ = "rota_change"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("(opens_at IS NULL) = (closes_at IS NULL)", name="hours"),
        CheckConstraint("opens_at IS NULL OR contact_id IS NOT NULL", name="whose_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("media_contact.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(index=True)
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    zone: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = _text("note")

    contact: Mapped[Contact | None] = relationship(lazy="joined")


class Enquiry(StaffOnly, Base):
    """What a reporter asked, and what became of it.

    What says who asked is erased some time after it was closed; when it came, when it was answered and on what it was
    stays, for the statistics.

    Attributes:
        key: a part of it stands in the link to its status; another one opens nothing.
        about_path: the page that it is about, with its title beside it; empty without one.
        zone: that of the reporter.
    """

    __tablename__ = "enquiry"
    __table_args__ = (Index("ix_enquiry_state_deadline_at", "state", "deadline_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str] = _text("name")
    outlet: Mapped[str] = _text("outlet")
    email: Mapped[str] = _text("email")
    phone: Mapped[str] = _text("phone")
    question: Mapped[str] = mapped_column(Text, default="")
    about_path: Mapped[str] = _text("about")
    about_title: Mapped[str] = mapped_column(String(300), default="")
    topic: Mapped[Topic] = mapped_column(as_words(Topic, length=20, name="enquiry_topic"))
    state: Mapped[State] = mapped_column(as_words(State, length=20, name="enquiry_state"), default=State.OPEN)
    came_at: Mapped[datetime] = mapped_column(index=True)
    deadline_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    assigned_to_name: Mapped[str] = mapped_column(String(200), default="")
    first_answer_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    notes: Mapped[list[EnquiryNote]] = relationship(
        order_by="EnquiryNote.id", cascade="all, delete-orphan", passive_deletes=True
    )

    def is_overdue(self, now: datetime) -> bool:
        """Whether its deadline passed, and it is open and nothing was answered."""
        late = self.deadline_at is not None and self.deadline_at <= now
        return late and self.state is State.OPEN and self.first_answer_at is None


class EnquiryNote(StaffOnly, Base):
    """What the desk wrote on an enquiry. Never changed.

    Attributes:
        told: the reporter reads it as well.
    """

    __tablename__ = "enquiry_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[str] = mapped_column(Text)
    told: Mapped[bool] = mapped_column(default=False)


# Who stands on the rota may be shown with it.
opens(Contact, through=RotaDuty, column="contact_id", owner=RotaDuty, owner_column="id")
