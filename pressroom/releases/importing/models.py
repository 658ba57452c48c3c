"""Imports of old releases: the file, what becomes of each of its items, and where a release came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly
from pressroom.releases.importing.rules import ImportState, Outcome


class ReleaseImport(StaffOnly, Base):
    """A file of old releases, and how far its import has come.

    Attributes:
        sha256: of the file's bytes; the same file goes on where it stopped.
        options: how it is read (``plan.Options``).
        found: which types and terms it has, and how often.
        stored: the file lies in the instance folder (it was uploaded), so the worker can take it up.
        position: how many items were read; committed with what they became.
        claim: the token of whoever works on it now; a batch that finds another one stops.
        claimed_until: after this instant somebody else may take it up.
    """

    __tablename__ = "release_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    stored: Mapped[bool] = mapped_column(default=False)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[ImportState] = mapped_column(
        as_words(ImportState, length=20, name="release_import_state"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(500), default="")
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None]
    undone_by_name: Mapped[str] = mapped_column(String(200), default="")


class ImportItem(StaffOnly, Base):
    """One item of a file: what would become of it, and then what became of it.

    ``detail`` has what the report says besides: instant, address, kind, topics, remarks.
    """

    __tablename__ = "release_import_item"
    __table_args__ = (
        UniqueConstraint("import_id", "position"),
        Index("ix_release_import_item_outcome", "import_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("release_import.id", ondelete="CASCADE"))
    position: Mapped[int]
    place: Mapped[str] = mapped_column(String(200))
    headline: Mapped[str] = mapped_column(String(300), default="")
    outcome: Mapped[Outcome] = mapped_column(as_words(Outcome, length=20, name="release_import_outcome"))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("press_release.id", ondelete="SET NULL"), index=True)


class ReleaseOrigin(StaffOnly, Base):
    """Where a release came from, so that it comes in once and a change over there is noticed."""

    __tablename__ = "release_origin"
    __table_args__ = (UniqueConstraint("source", "guid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), unique=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("release_import.id"), index=True)
    source: Mapped[str] = mapped_column(String(200))
    guid: Mapped[str] = mapped_column(String(500))
    fingerprint: Mapped[str] = mapped_column(String(64))
