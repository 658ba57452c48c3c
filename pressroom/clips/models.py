"""Tables of the clip archive."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.clips import rights
from pressroom.clips.addresses import LONGEST as LONGEST_ADDRESS
from pressroom.clips.links.rules import PublicLink, public_link
from pressroom.clips.rules import (
    LONGEST_BYLINE,
    LONGEST_HEADLINE,
    LONGEST_OUTLET,
    LONGEST_PAGE,
    LONGEST_PROGRAMME,
    LONGEST_SECTION,
    LONGEST_TOPIC,
    Medium,
    placed,
)
from pressroom.kit.db import Base, as_words
from pressroom.publishing import Publishable
from pressroom.releases.models import Release


class Outlet(Base):
    """Who brought a clip: a paper, a station, a site. Its slug is its name in addresses and never changes.

    Attributes:
        kind: what it is, such as ``newspaper`` (``outlets.rules.KINDS``); empty when nobody said.
        country: where it appears, in two letters (ISO 3166-1); empty when nobody said.
        language: in which it writes mostly, a primary subtag; empty when nobody said.
        home: the address of its home page; empty without one.
        words: so many words of an excerpt may be shown, 0 for headlines only; None is as everywhere (``rights``).
        licensed_until: before this instant the whole stored excerpt may be shown; None without a licence.
        icon: the SHA-256 of its icon, which is kept here; empty without one.
        merged_into_id: the outlet that this one turned out to be; it is a former name of that one then, and its slug
            leads there. No foreign key: the table would have to be made anew.
    """

    __tablename__ = "outlet"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_OUTLET), unique=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    country: Mapped[str] = mapped_column(String(2), default="", server_default="")
    language: Mapped[str] = mapped_column(String(12), default="", server_default="")
    home: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="", server_default="")
    words: Mapped[int | None]
    licensed_until: Mapped[datetime | None]
    icon: Mapped[str] = mapped_column(String(64), default="", server_default="")
    merged_into_id: Mapped[int | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    clips: Mapped[list[Clip]] = relationship(back_populates="outlet", viewonly=True)


class Topic(Base):
    """What clips are about. Its slug is its name in addresses and never changes."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_TOPIC), unique=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)

    clips: Mapped[list[Clip]] = relationship(secondary="clip_topic", back_populates="topics", viewonly=True)


clip_topic = Table(
    "clip_topic",
    Base.metadata,
    Column("clip_id", ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True),
    info={"link": True},
)


clip_release = Table(
    "clip_release",
    Base.metadata,
    Column("clip_id", ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True),
    Column("release_id", ForeignKey("press_release.id", ondelete="CASCADE"), primary_key=True, index=True),
    info={"link": True},
)
"""Which clips cover which releases. A release knows nothing of it; ``covering`` reads it in both directions."""


class Clip(Publishable, Base):
    """A story that an outlet brought. Public are its headline, its address, and of its excerpt what rights allow.

    Attributes:
        url: as it was found; empty when there is none (print, radio).
        published_on: the day, in the zone in which the source writes it.
        published_at: the instant, where the source gives one to the minute.
        import_id: the import that brought it, so that an import can be undone as a whole; no foreign key, as that of a
            large table cannot be added while others read.
        copy_url: an archive's copy, made at ``copy_at``, that the public is shown in place of a story which is gone;
            empty as a rule. Only ``clips.links`` writes it.
        fingerprint: what two records of the same clip share (``rules.fingerprint``).
        language: a primary subtag such as ``es``; empty when nobody said.
        page: on which it is printed, and ``section`` in which part of the paper.
        programme: in which it was on air, and ``time_code`` from when on in that, as HH:MM:SS.
        featured: chosen by the press office.
        origin: how it came: ``desk``, ``import`` or ``sample``.
    """

    __tablename__ = "clip"
    __table_args__ = (
        CheckConstraint("length(headline) > 0", name="headline"),
        CheckConstraint("withdrawn_at IS NULL OR length(withdrawal_reason) > 0", name="reason"),
        Index("ix_clip_published_on_id", "published_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    version: Mapped[int] = mapped_column()
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)

    headline: Mapped[str] = mapped_column(String(LONGEST_HEADLINE))
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True)
    byline: Mapped[str] = mapped_column(String(LONGEST_BYLINE), default="", index=True)
    published_on: Mapped[date]
    published_at: Mapped[datetime | None]
    url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    copy_url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="", server_default="")
    copy_at: Mapped[datetime | None]
    excerpt: Mapped[str] = mapped_column(Text, default="")
    medium: Mapped[Medium] = mapped_column(as_words(Medium, length=20), default=Medium.ONLINE)
    language: Mapped[str] = mapped_column(String(12), default="")
    page: Mapped[str] = mapped_column(String(LONGEST_PAGE), default="", server_default="")
    section: Mapped[str] = mapped_column(String(LONGEST_SECTION), default="", server_default="")
    programme: Mapped[str] = mapped_column(String(LONGEST_PROGRAMME), default="", server_default="")
    time_code: Mapped[str] = mapped_column(String(8), default="", server_default="")
    featured: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(20), default="desk")
    import_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    outlet: Mapped[Outlet] = relationship(back_populates="clips")
    topics: Mapped[list[Topic]] = relationship(secondary=clip_topic, back_populates="clips", order_by="Topic.name")
    releases: Mapped[list[Release]] = relationship(secondary=clip_release, order_by="Release.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def address(self) -> str:
        """Its path for the public."""
        return f"/clips/{self.id}"

    @property
    def link(self) -> PublicLink | None:
        """Where the public is led; None where it has no address."""
        return public_link(self.url, self.copy_url, self.copy_at)

    @property
    def short_excerpt(self) -> str:
        """As much of the excerpt as the public is shown."""
        return rights.shown(self.excerpt, self.outlet.words, self.outlet.licensed_until)

    @property
    def placed(self) -> tuple[str, ...]:
        """Where in the paper or in the programme it is, a phrase each."""
        return placed(page=self.page, section=self.section, programme=self.programme, time_code=self.time_code)
