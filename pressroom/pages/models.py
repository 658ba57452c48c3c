"""Fixed pages, the facts of the fact sheet, and their earlier versions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base
from pressroom.publishing import Publishable, StaffOnly

TITLE_LENGTH = 200
STANDFIRST_LENGTH = 500
BODY_LENGTH = 100_000
NOTE_LENGTH = 300
LABEL_LENGTH = 120
VALUE_LENGTH = 200
DETAIL_LENGTH = 1_000


class Page(Publishable, Base):
    """A page with a fixed address: fact sheet, logo guidelines, the guides, contact, privacy."""

    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    standfirst: Mapped[str] = mapped_column(String(STANDFIRST_LENGTH), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form


class PageRevision(StaffOnly, Base):
    """A page as it was saved once. Never changed afterwards."""

    __tablename__ = "page_revision"
    __table_args__ = (UniqueConstraint("page_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    standfirst: Mapped[str] = mapped_column(String(STANDFIRST_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(120), default="")


class Fact(Publishable, Base):
    """A dated fact: value, unit, as of when, and where it comes from."""

    __tablename__ = "fact"
    __table_args__ = (CheckConstraint("position >= 0", "position_counts_from_0"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    value: Mapped[str] = mapped_column(String(VALUE_LENGTH))
    qualifier: Mapped[str] = mapped_column(String(40), default="")
    unit: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[str] = mapped_column(String(DETAIL_LENGTH), default="")
    as_of: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(VALUE_LENGTH), default="")
    section: Mapped[str] = mapped_column(String(LABEL_LENGTH), default="")
    position: Mapped[int] = mapped_column(default=0, index=True)
    headline_figure: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def reading(self) -> str:
        """The value as it is said: "Nearly 8,000 members"."""
        words = " ".join(word for word in (self.qualifier, self.value, self.unit) if word)
        return words[:1].upper() + words[1:]


class FactRevision(StaffOnly, Base):
    """A fact as it was saved once. Never changed afterwards."""

    __tablename__ = "fact_revision"
    __table_args__ = (UniqueConstraint("fact_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id", ondelete="CASCADE"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    reading: Mapped[str] = mapped_column(String(320))
    detail: Mapped[str] = mapped_column(String(DETAIL_LENGTH))
    as_of: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(VALUE_LENGTH))
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(120), default="")
