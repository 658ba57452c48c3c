"""Press releases. The table is ``press_release``: ``release`` collides with ``RELEASE SAVEPOINT``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit.db import Base, as_words
from pressroom.media.models import Asset
from pressroom.publishing import Part, Publishable, StaffOnly, opens
from pressroom.releases.columns import Topics
from pressroom.releases.rules import (
    LIMITS,
    LONGEST_PATH,
    Evidence,
    PeerReview,
    ReleaseKind,
    Review,
    State,
    Subject,
    state,
)


def _text(field: str) -> Mapped[str]:
    """A column as long as the field's limit, empty by default."""
    return mapped_column(String(LIMITS[field].characters), default="")


def address(year: int, slug: str) -> str:
    """The path of a release for the public."""
    return f"/releases/{year}/{slug}"


class Release(Publishable, Base):
    """A press release: draft, in review, approved, scheduled, embargoed, public …, as columns and time say.

    ``public_from`` is the one instant at which it becomes public; ``embargoed`` says that it is an embargo
    and not only a plan. ``year`` and ``slug`` are its address, of which only the slug
    may change once it is public (:class:`FormerAddress`); the year is that of ``public_from`` in the
    organisation's zone when it was set. ``review`` says how far it is between its author and whoever approves it,
    ``edited_by_id`` who changed its text or pictures last. ``updated_at`` moves with every change; ``public_from``
    and ``uid`` never do once it is public.
    """

    __tablename__ = "press_release"
    __table_args__ = (
        UniqueConstraint("year", "slug"),
        CheckConstraint("length(headline) > 0", name="headline"),
        CheckConstraint("public_from IS NULL OR (year IS NOT NULL AND length(slug) > 0)", name="address"),
        CheckConstraint("withdrawn_at IS NULL OR length(withdrawal_reason) > 0", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    version: Mapped[int] = mapped_column()

    year: Mapped[int | None]
    slug: Mapped[str] = _text("slug")
    kind: Mapped[ReleaseKind] = mapped_column(as_words(ReleaseKind, length=30), index=True)
    headline: Mapped[str] = _text("headline")
    subhead: Mapped[str] = _text("subhead")
    dateline: Mapped[str] = _text("dateline")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    notes_html: Mapped[str] = mapped_column(Text, default="")
    topics: Mapped[tuple[str, ...]] = mapped_column(Topics, default=())

    peer_review: Mapped[PeerReview | None] = mapped_column(as_words(PeerReview, length=30))
    evidence: Mapped[Evidence | None] = mapped_column(as_words(Evidence, length=30))
    subject: Mapped[Subject | None] = mapped_column(as_words(Subject, length=30))
    study_journal: Mapped[str] = _text("study_journal")
    study_title: Mapped[str] = _text("study_title")
    study_doi: Mapped[str] = _text("study_doi")
    study_published_on: Mapped[date | None]
    study_method: Mapped[str] = _text("study_method")
    study_funding: Mapped[str] = _text("study_funding")
    study_conflicts: Mapped[str] = _text("study_conflicts")

    embargoed: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    corrected_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    author_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    review: Mapped[Review] = mapped_column(as_words(Review, length=30), default=Review.NONE)
    review_at: Mapped[datetime | None]
    review_by_name: Mapped[str] = mapped_column(String(200), default="")
    review_note: Mapped[str] = _text("note")
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    corrections: Mapped[list[Correction]] = relationship(
        order_by="Correction.at.desc()", cascade="all, delete-orphan", passive_deletes=True
    )
    pictures: Mapped[list[ReleasePicture]] = relationship(
        order_by="ReleasePicture.position, ReleasePicture.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    files: Mapped[list[ReleaseFile]] = relationship(
        order_by="ReleaseFile.position, ReleaseFile.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    @property
    def address(self) -> str:
        """Its path for the public; empty until a time is set, because the year belongs to it."""
        return address(self.year, self.slug) if self.year is not None else ""

    @property
    def attached(self) -> list[ReleasePicture | ReleaseFile]:
        """Its pictures, then its other files."""
        return [*self.pictures, *self.files]

    @property
    def changed_at(self) -> datetime:
        """When what the public reads last changed: never before it was public."""
        return max(self.updated_at, self.public_from) if self.public_from else self.updated_at

    @property
    def has_study(self) -> bool:
        """Whether there is anything for the study box."""
        return any((self.study_journal, self.study_title, self.study_doi, self.study_method, self.study_funding))

    def state(self, now: datetime) -> State:
        """Where it stands at *now*."""
        return state(
            public_from=self.public_from,
            embargoed=self.embargoed,
            corrected_at=self.corrected_at,
            withdrawn_at=self.withdrawn_at,
            review=self.review,
            now=now,
        )


class Correction(Part, Base):
    """A dated public note that says what was wrong. Never changed and never taken away."""

    __tablename__ = "release_correction"
    __public_through__: ClassVar[str] = "release_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(LIMITS["correction"].characters))


class FormerAddress(Part, Base):
    """An address at which a release was public before it moved. It leads to the new one and is never given away."""

    __tablename__ = "release_address"
    __public_through__: ClassVar[str] = "release_id"
    __table_args__ = (UniqueConstraint("year", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    slug: Mapped[str] = _text("slug")
    left_at: Mapped[datetime]


class OldAddress(Part, Base):
    """A path at which another site had a release before it was brought in. It leads here where nothing else stands."""

    __tablename__ = "release_old_address"
    __public_through__: ClassVar[str] = "release_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(LONGEST_PATH), unique=True)


class ReleasePicture(Part, Base):
    """A picture of a release; the first by position is the lead picture."""

    __tablename__ = "release_picture"
    __public_through__: ClassVar[str] = "release_id"
    __table_args__ = (UniqueConstraint("release_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    asset: Mapped[Asset] = relationship()


class ReleaseFile(Part, Base):
    """Another file of a release, to be taken away: a document, a logo, sound, film, captions."""

    __tablename__ = "release_file"
    __public_through__: ClassVar[str] = "release_id"
    __table_args__ = (UniqueConstraint("release_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    asset: Mapped[Asset] = relationship()


class ReleaseRevision(StaffOnly, Base):
    """A release as it was after one save.

    A trigger of the database refuses to change or delete one. ``act`` is the verb, ``note`` what the editor says
    about it, ``changed`` the names of the fields that differ from the save before, and ``fields`` all that was
    written, as JSON.
    """

    __tablename__ = "release_revision"
    __table_args__ = (UniqueConstraint("release_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    author_name: Mapped[str] = mapped_column(String(200), default="")
    act: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = _text("note")
    changed: Mapped[list[str]] = mapped_column(JSON, default=list)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class UnsavedText(StaffOnly, Base):
    """What one person typed into the editor and has not saved: for that person only, and in no index.

    ``uid`` is that of the release, or the one that a new release will have; ``base`` the number of the revision
    that the form was made of, 0 for a new release.
    """

    __tablename__ = "release_unsaved"
    __table_args__ = (UniqueConstraint("user_id", "uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uid: Mapped[str] = mapped_column(String(36))
    base: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(index=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)

    @property
    def headline(self) -> str:
        """What it can be called by; may be empty."""
        return self.fields.get("headline", "")


# A file is public as soon as a public release shows it.
for shown_by in (ReleasePicture, ReleaseFile):
    opens(Asset, through=shown_by, column="asset_id", owner=Release, owner_column="release_id")
