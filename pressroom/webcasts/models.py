"""Webcasts: an event with a time in a zone; afterwards its recording, with captions and transcript."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit.db import Base
from pressroom.media.models import Asset
from pressroom.publishing import Part, Publishable
from pressroom.releases import languages


class Webcast(Publishable, Base):
    """A webcast. What it is at an instant follows from its times: ``rules.state``."""

    __tablename__ = "webcast"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("video_url = '' OR video_url LIKE 'https://%'", name="video_url"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    zone: Mapped[str] = mapped_column(String(64))
    speakers: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # [{"name": …, "role": …}]
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    video_url: Mapped[str] = mapped_column(String(2000), default="")
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    poster_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    captions_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    slides_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    language: Mapped[str] = mapped_column(String(languages.LONGEST), default="")  # spoken; empty: the press room's
    chapters: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # [{"start": seconds, "title": …}]
    # Read from the captions file when it is taken in: [{"start": seconds, "voice": …, "text": …}]
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    transcript: Mapped[str] = mapped_column(Text, default="")
    transcript_html: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    recording: Mapped[Asset | None] = relationship(foreign_keys=[recording_id])
    poster: Mapped[Asset | None] = relationship(foreign_keys=[poster_id])
    captions: Mapped[Asset | None] = relationship(foreign_keys=[captions_id])
    slides: Mapped[Asset | None] = relationship(foreign_keys=[slides_id])
    subtitles: Mapped[list[WebcastSubtitles]] = relationship(
        order_by="WebcastSubtitles.language", cascade="all, delete-orphan"
    )
    qualities: Mapped[list[WebcastQuality]] = relationship(order_by="WebcastQuality.id", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and form

    @property
    def address(self) -> str:
        """Its path for the public."""
        return f"/webcasts/{self.slug}"

    @property
    def length(self) -> str:
        """As in "45 minutes"."""
        return "1 minute" if self.minutes == 1 else f"{self.minutes} minutes"

    @property
    def has_own_recording(self) -> bool:
        """Whether the press room itself keeps a recording."""
        return self.recording_id is not None

    @property
    def has_recording(self) -> bool:
        """Whether there is something to watch, here or elsewhere."""
        return self.has_own_recording or bool(self.video_url)

    @property
    def has_words(self) -> bool:
        """Whether what is said can be read."""
        return self.captions_id is not None or bool(self.transcript.strip())


class WebcastSubtitles(Part, Base):
    """The captions of a webcast in another language than the one spoken in it; ``cues`` as the webcast's."""

    __tablename__ = "webcast_subtitles"
    __public_through__: ClassVar[str] = "webcast_id"
    __table_args__ = (UniqueConstraint("webcast_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webcast_id: Mapped[int] = mapped_column(ForeignKey("webcast.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    language: Mapped[str] = mapped_column(String(languages.LONGEST))
    label: Mapped[str] = mapped_column(String(80), default="")
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    asset: Mapped[Asset | None] = relationship()

    @property
    def name(self) -> str:
        """What the player calls them: what was said, else what speakers call their language."""
        return self.label or languages.name(self.language)


class WebcastQuality(Part, Base):
    """The recording once more, smaller or in another format, for slow lines and other players."""

    __tablename__ = "webcast_quality"
    __public_through__: ClassVar[str] = "webcast_id"
    __table_args__ = (UniqueConstraint("webcast_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webcast_id: Mapped[int] = mapped_column(ForeignKey("webcast.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)

    asset: Mapped[Asset | None] = relationship()
