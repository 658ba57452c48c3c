"""Assets: what was uploaded, described for people. The bytes lie in the instance folder, by their SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base
from pressroom.media.rules import NAME_LENGTH, TYPES, Kind
from pressroom.publishing import Part


class Asset(Part, Base):
    """A file with its description. Public as far as something public shows it; without an owner it is closed.

    The rooms above say what shows it (``publishing.opens``). One content may stand in several rows,
    since a caption belongs to a use.
    """

    __tablename__ = "asset"
    __public_through__: ClassVar[str] = ""
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("bytes > 0", name="bytes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(String(500), default="")
    decorative: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str] = mapped_column(String(1000), default="")
    credit: Mapped[str] = mapped_column(String(200), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    @property
    def kind(self) -> Kind:
        """What it is for."""
        return TYPES[self.media_type].kind

    @property
    def inline(self) -> bool:
        """Whether a browser shows it itself."""
        return TYPES[self.media_type].inline

    @property
    def address(self) -> str:
        """Its path for the public."""
        return f"/media/{self.id}/{self.name}"

    @property
    def desk_address(self) -> str:
        """Its path for staff, before and after it is public."""
        return f"/desk{self.address}"
