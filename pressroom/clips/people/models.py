"""Tables of people in by-lines. A by-line is read once, however many clips have it; all of it is for the desk alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.clips.rules import LONGEST_BYLINE
from pressroom.kit.db import Base
from pressroom.publishing import StaffOnly


class Person(StaffOnly, Base):
    """Somebody who writes.

    Attributes:
        name: as the desk calls them.
        note: what the desk knows; nobody else reads it.
    """

    __tablename__ = "clip_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(LONGEST_BYLINE), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]

    names: Mapped[list[PersonName]] = relationship(back_populates="person", order_by="PersonName.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class PersonName(StaffOnly, Base):
    """A name in by-lines, and whose it is. Two people who turn out to be one are one with two names.

    Attributes:
        key: what of the name is compared (``rules.key``).
    """

    __tablename__ = "clip_person_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("clip_person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_BYLINE))
    key: Mapped[str] = mapped_column(String(LONGEST_BYLINE), unique=True)

    person: Mapped[Person] = relationship(back_populates="names")


class Byline(StaffOnly, Base):
    """A by-line that was read: its text as clips have it."""

    __tablename__ = "clip_byline"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(LONGEST_BYLINE), unique=True)


class BylineName(StaffOnly, Base):
    """That a name stands in a by-line."""

    __tablename__ = "clip_byline_name"

    byline_id: Mapped[int] = mapped_column(ForeignKey("clip_byline.id", ondelete="CASCADE"), primary_key=True)
    name_id: Mapped[int] = mapped_column(
        ForeignKey("clip_person_name.id", ondelete="CASCADE"), primary_key=True, index=True
    )
