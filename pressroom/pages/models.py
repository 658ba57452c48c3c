"""Fixed pages, the facts of the fact sheet, and their earlier versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base
from pressroom.pages.rules import SLUGS, address_of
from pressroom.publishing import Part, Publishable

TITLE_LENGTH = 200
STANDFIRST_LENGTH = 500
BODY_LENGTH = 100_000
NOTE_LENGTH = 300
LABEL_LENGTH = 120
VALUE_LENGTH = 200
DETAIL_LENGTH = 1_000
KEY_LENGTH = 80
OWNER_LENGTH = 120


class Page(Publishable, Base):
    """A page: one with a fixed address (fact sheet, logos, the guides, contact, privacy), or one that staff added.

    ``search_title`` and ``search_description`` are for search engines; left empty they are title and standfirst.
    """

    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    standfirst: Mapped[str] = mapped_column(String(STANDFIRST_LENGTH), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    search_title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="", server_default="")
    search_description: Mapped[str] = mapped_column(String(STANDFIRST_LENGTH), default="", server_default="")
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def is_fixed(self) -> bool:
        """Whether the press room has a page of this address by itself."""
        return self.slug in SLUGS

    @property
    def address(self) -> str:
        """Its path."""
        return address_of(self.slug)


class FormerPageAddress(Part, Base):
    """A slug that a page had while it was public: its address leads on for ever."""

    __tablename__ = "page_address"
    __public_through__: ClassVar[str] = "page_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    left_at: Mapped[datetime]


class PageRevision(Publishable, Base):
    """A page as it was saved once. Its words never change afterwards.

    For staff, but for those of the fact sheet: the sheet at a past date shows them, so they are public from the
    instant at which they stood there. ``ended_at`` is the instant at which the next one took its place.
    """

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
    ended_at: Mapped[datetime | None]


def in_words(*parts: str) -> str:
    """Qualifier, value and unit as they are said within a sentence: "nearly 8,000 members"."""
    return " ".join(part for part in parts if part)


class Fact(Publishable, Base):
    """A dated fact: value, unit, as of when, where it comes from, who looks after it and until when.

    ``key`` is what texts quote it by and what its address ends with; it never changes.
    """

    __tablename__ = "fact"
    __table_args__ = (CheckConstraint("position >= 0", "position_counts_from_0"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    value: Mapped[str] = mapped_column(String(VALUE_LENGTH))
    qualifier: Mapped[str] = mapped_column(String(40), default="")
    unit: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[str] = mapped_column(String(DETAIL_LENGTH), default="")
    as_of: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(VALUE_LENGTH), default="")
    owner: Mapped[str] = mapped_column(String(OWNER_LENGTH), default="", server_default="")
    review_by: Mapped[date | None] = mapped_column(index=True)
    section: Mapped[str] = mapped_column(String(LABEL_LENGTH), default="")
    position: Mapped[int] = mapped_column(default=0, index=True)
    headline_figure: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def words(self) -> str:
        """The value within a sentence: "nearly 8,000 members"."""
        return in_words(self.qualifier, self.value, self.unit)

    @property
    def reading(self) -> str:
        """The value where it stands alone: "Nearly 8,000 members"."""
        return self.words[:1].upper() + self.words[1:]


class FactRevision(Publishable, Base):
    """A fact as it stood on the sheet from ``public_from`` until ``ended_at``; None: it stands there now.

    It holds all that the sheet says of a fact, so that the sheet of a past date is made of these rows alone. One that
    was never public has no ``public_from``, and one that is taken back for cause is withdrawn: no date shows it.
    """

    __tablename__ = "fact_revision"
    __table_args__ = (UniqueConstraint("fact_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), default="", server_default="")
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    reading: Mapped[str] = mapped_column(String(320))
    value: Mapped[str] = mapped_column(String(VALUE_LENGTH), default="", server_default="")
    qualifier: Mapped[str] = mapped_column(String(40), default="", server_default="")
    unit: Mapped[str] = mapped_column(String(60), default="", server_default="")
    detail: Mapped[str] = mapped_column(String(DETAIL_LENGTH))
    as_of: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(VALUE_LENGTH))
    section: Mapped[str] = mapped_column(String(LABEL_LENGTH), default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    headline_figure: Mapped[bool] = mapped_column(default=False, server_default=false())
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(120), default="")
    ended_at: Mapped[datetime | None]

    @property
    def words(self) -> str:
        """The value within a sentence; of what was saved before its parts were kept, as it stands alone."""
        return in_words(self.qualifier, self.value, self.unit) or self.reading
