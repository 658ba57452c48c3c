"""Press releases. The table is ``press_release``: ``release`` collides with ``RELEASE SAVEPOINT``."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit import text
from pressroom.kit.db import Base, as_words
from pressroom.media.models import Asset
from pressroom.publishing import Part, Publishable, StaffOnly, opens
from pressroom.releases import funders, hours, quotations
from pressroom.releases.columns import Topics
from pressroom.releases.items import Item
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
        Index("ix_press_release_year_public_from", "year", "public_from", "id"),  # lists of a year, and of a kind
        Index("ix_press_release_kind_public_from", "kind", "public_from", "id"),
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
    study_funders: Mapped[str] = _text("study_funders")

    language: Mapped[str] = _text("language")
    translation_of_id: Mapped[int | None] = mapped_column(ForeignKey("press_release.id"), index=True)

    embargoed: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    corrected_at: Mapped[datetime | None] = mapped_column(index=True)
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

    boilerplate_ties: Mapped[list[ReleaseBoilerplate]] = relationship(
        order_by="ReleaseBoilerplate.position, ReleaseBoilerplate.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    contact_ties: Mapped[list[ReleaseContact]] = relationship(
        order_by="ReleaseContact.position, ReleaseContact.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    related_ties: Mapped[list[ReleaseRelated]] = relationship(
        order_by="ReleaseRelated.position, ReleaseRelated.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    @property
    def about(self) -> list[Boilerplate]:
        """The boilerplates that end it, in their order."""
        return [tie.boilerplate for tie in self.boilerplate_ties]

    @property
    def people(self) -> list[Contact]:
        """Whom reporters ring about it, in their order; none: whom the settings name."""
        return [tie.contact for tie in self.contact_ties]

    @property
    def boilerplates(self) -> tuple[str, ...]:
        """The boilerplates by their slugs, as a revision keeps them."""
        return tuple(tie.boilerplate.slug for tie in self.boilerplate_ties)

    @property
    def contacts(self) -> tuple[str, ...]:
        """The contacts by their slugs, as a revision keeps them."""
        return tuple(tie.contact.slug for tie in self.contact_ties)

    @property
    def related(self) -> tuple[str, ...]:
        """The related items, a line each, as a revision keeps them."""
        return tuple(str(tie.item) for tie in self.related_ties)

    @property
    def translation_of(self) -> str:
        """The release that it translates, as a revision keeps it; empty for an original."""
        return str(Item("release", self.translation_of_id)) if self.translation_of_id else ""

    @property
    def funders(self) -> tuple[funders.Funder, ...]:
        """Who paid for the study."""
        return funders.named(self.study_funders)

    @property
    def quotations(self) -> tuple[quotations.Quotation, ...]:
        """What is quoted in its text."""
        return quotations.read(self.body_html)

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
        told = (self.study_journal, self.study_title, self.study_doi, self.study_method)
        return any((*told, self.study_funding, self.study_funders))

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


class Boilerplate(Part, Base):
    """A paragraph about an organisation, kept once: an edit is right on every release that ends with it.

    It is public as soon as a public release ends with it. ``slug`` is what revisions call it by, and never changes.
    """

    __tablename__ = "boilerplate"
    __public_through__: ClassVar[str] = ""
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    slug: Mapped[str] = mapped_column(String(text.SLUG_LENGTH), unique=True)
    name: Mapped[str] = _text("boilerplate_name")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    standard: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it


class Contact(Part, Base):
    """Somebody whom reporters ring, kept once.

    Public as soon as a public release names them, or they are listed on the contact page. ``weekdays`` is a number
    with a bit for each day, Monday the lowest; ``slug`` stands in the address of the card, and never changes.
    """

    __tablename__ = "media_contact"
    __public_through__: ClassVar[str] = ""
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays"),
        CheckConstraint("(opens_at IS NULL) = (closes_at IS NULL)", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    slug: Mapped[str] = mapped_column(String(text.SLUG_LENGTH), unique=True)
    name: Mapped[str] = _text("contact_name")
    role: Mapped[str] = _text("contact_role")
    organisation: Mapped[str] = _text("contact_organisation")
    phone: Mapped[str] = _text("contact_phone")
    mobile: Mapped[str] = _text("contact_mobile")
    email: Mapped[str] = _text("contact_email")
    weekdays: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    after_hours: Mapped[str] = _text("contact_after_hours")
    standard: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    @property
    def hours(self) -> str:
        """When they can be reached, in words; empty where nothing is said."""
        return hours.in_words(self.weekdays, self.opens_at, self.closes_at, self.zone)


class ContactListing(Publishable, Base):
    """That a contact stands on the contact page, and since when."""

    __tablename__ = "contact_listing"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("media_contact.id", ondelete="CASCADE"), unique=True)


class ReleaseBoilerplate(Part, Base):
    """That a release ends with a boilerplate, and where in their order."""

    __tablename__ = "release_boilerplate"
    __public_through__: ClassVar[str] = "release_id"
    __table_args__ = (UniqueConstraint("release_id", "boilerplate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    boilerplate_id: Mapped[int] = mapped_column(ForeignKey("boilerplate.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    boilerplate: Mapped[Boilerplate] = relationship(lazy="joined")


class ReleaseContact(Part, Base):
    """That a release names a contact, and where in their order."""

    __tablename__ = "release_contact"
    __public_through__: ClassVar[str] = "release_id"
    __table_args__ = (UniqueConstraint("release_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("media_contact.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    contact: Mapped[Contact] = relationship(lazy="joined")


class ReleaseRelated(Part, Base):
    """Something that a release points at: a thing of this press room by kind and number, or an outside address.

    No title is kept of what is ours: it is asked for when it is shown, and the gate answers.
    """

    __tablename__ = "release_related"
    __public_through__: ClassVar[str] = "release_id"
    __table_args__ = (CheckConstraint("(item_id IS NULL) = (length(url) > 0)", name="one_of_two"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(20), default="")
    item_id: Mapped[int | None]
    url: Mapped[str] = _text("related_url")
    title: Mapped[str] = _text("related_title")

    @property
    def item(self) -> Item:
        """What it points at."""
        return Item(self.kind, self.item_id, self.url, self.title)


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

# So is what is kept once; and a contact as soon as the contact page lists it.
opens(Boilerplate, through=ReleaseBoilerplate, column="boilerplate_id", owner=Release, owner_column="release_id")
opens(Contact, through=ReleaseContact, column="contact_id", owner=Release, owner_column="release_id")
opens(Contact, through=ContactListing, column="contact_id", owner=ContactListing, owner_column="id")
