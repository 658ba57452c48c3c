"""A logo, its files, the terms under which they are given away, and that somebody accepted them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit.db import Base
from pressroom.media.models import Asset
from pressroom.publishing import Part, Publishable, opens
from pressroom.publishing.edition import watch

TITLE_LENGTH = 120
PURPOSE_LENGTH = 300
TERMS_LENGTH = 20_000


class Role(StrEnum):
    """Which of a logo's variants a file is."""

    COLOUR = "colour"
    MONO = "mono"
    REVERSED = "reversed"

    @property
    def label(self) -> str:
        """As people call it."""
        return {"colour": "Colour", "mono": "One colour", "reversed": "Reversed, for dark ground"}[self]


class Logo(Publishable, Base):
    """A mark in its variants.

    ``clear_space`` is a part of its height, in percent; the least sizes are its height on a screen and on paper.
    """

    __tablename__ = "logo"
    __table_args__ = (
        CheckConstraint("clear_space BETWEEN 0 AND 100", name="clear_space"),
        CheckConstraint("least_px BETWEEN 1 AND 1000 AND least_mm BETWEEN 1 AND 1000", name="least"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    purpose: Mapped[str] = mapped_column(String(PURPOSE_LENGTH), default="")
    clear_space: Mapped[int] = mapped_column(default=25)
    least_px: Mapped[int] = mapped_column(default=24)
    least_mm: Mapped[int] = mapped_column(default=8)
    position: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    files: Mapped[list[LogoFile]] = relationship(
        order_by="LogoFile.id", back_populates="logo", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    def of_role(self, role: Role) -> list[LogoFile]:
        """Its files of one variant, that which a browser shows first."""
        return sorted((file for file in self.files if file.role is role), key=lambda file: not file.asset.inline)


class LogoFile(Part, Base):
    """A file of the library as a variant of a logo."""

    __tablename__ = "logo_file"
    __public_through__: ClassVar[str] = "logo_id"
    __table_args__ = (UniqueConstraint("logo_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    logo_id: Mapped[int] = mapped_column(ForeignKey("logo.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    role: Mapped[Role] = mapped_column(
        Enum(
            Role,
            name="logo_role",
            native_enum=False,
            create_constraint=True,
            length=20,
            values_callable=lambda roles: [role.value for role in roles],
        )
    )

    logo: Mapped[Logo] = relationship(back_populates="files")
    asset: Mapped[Asset] = relationship(lazy="joined")

    @property
    def form(self) -> str:
        """What kind of file it is, in a word."""
        return self.asset.name.rpartition(".")[2].upper()


class LogoTerms(Base):
    """The terms, as they were written once; those with the largest number hold. Everybody may read them."""

    __tablename__ = "logo_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120), default="")


class LogoAcceptance(Base):
    """That somebody accepted the terms, and when. Who it was is not known, and not asked."""

    __tablename__ = "logo_acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    terms_id: Mapped[int] = mapped_column(ForeignKey("logo_terms.id"), index=True)
    at: Mapped[datetime]


opens(Asset, through=LogoFile, column="asset_id", owner=Logo, owner_column="logo_id")
watch(LogoTerms.__table__)  # type: ignore[arg-type] # it is a Table
