"""Terms of the glossary; experts, with what only the desk knows of them in tables of its own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit import text
from pressroom.kit.db import Base
from pressroom.media.models import Asset
from pressroom.publishing import Publishable, StaffOnly, opens
from pressroom.releases.columns import Topics
from pressroom.reporting.rules import LENGTHS


def _text(field: str) -> Mapped[str]:
    return mapped_column(String(LENGTHS[field]), default="")


class Term(Publishable, Base):
    """A term, how else it is written, and what it means.

    Attributes:
        slug: in its address; never changes.
        see_also: slugs of other terms.
    """

    __tablename__ = "glossary_term"
    __table_args__ = (CheckConstraint("length(term) > 0", name="term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(text.SLUG_LENGTH), unique=True)
    term: Mapped[str] = _text("term")
    forms: Mapped[tuple[str, ...]] = mapped_column(Topics, default=())
    definition: Mapped[str] = mapped_column(Text, default="")
    definition_html: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = _text("source")
    see_also: Mapped[tuple[str, ...]] = mapped_column(Topics, default=())
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def address(self) -> str:
        """The path of its page."""
        return f"/glossary/{self.slug}"


class Expert(Publishable, Base):
    """Somebody whom reporters may ask, as far as they agreed that everybody reads it.

    Public as long as their consent holds: ``withdrawn_at`` is the end of it, set when it is given, so that the gate
    closes by time alone. How they are reached stands in another table.
    """

    __tablename__ = "expert"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(text.SLUG_LENGTH), unique=True)
    name: Mapped[str] = _text("name")
    title: Mapped[str] = _text("title")
    institution: Mapped[str] = _text("institution")
    topics: Mapped[tuple[str, ...]] = mapped_column(Topics, default=())
    languages: Mapped[tuple[str, ...]] = mapped_column(Topics, default=())
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    media_experience: Mapped[str] = _text("media")
    availability: Mapped[str] = _text("availability")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy’s own name and form

    photo: Mapped[Asset | None] = relationship(lazy="joined")

    @property
    def address(self) -> str:
        """The path of its page."""
        return f"/experts/{self.slug}"


class ExpertContact(StaffOnly, Base):
    """How the press office reaches an expert; never on any page but the desk's."""

    __tablename__ = "expert_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str] = _text("private")


class ExpertConsent(StaffOnly, Base):
    """That an expert agreed to stand in the directory, until when, and who wrote it down. Never changed."""

    __tablename__ = "expert_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    given_on: Mapped[date]
    until: Mapped[date]
    document: Mapped[str] = _text("document")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200), default="")


# The photo is public as long as the expert is.
opens(Asset, through=Expert, column="photo_id", owner=Expert, owner_column="id")
