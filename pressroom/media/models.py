"""Assets: what was uploaded, described for people. The bytes lie in the instance folder, by their SHA-256."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base
from pressroom.media.rules import LENGTHS, NAME_LENGTH, ORIGINAL, SEEN, TYPES, Kind, rendition_name, rights_over
from pressroom.media.xmp import Words
from pressroom.publishing import Part


def new_key() -> str:
    """The part of a file's address that nobody can guess: 128 bits."""
    return secrets.token_urlsafe(16)


class Asset(Part, Base):
    """A file with its description. Public as far as something public shows it; without an owner it is closed.

    The rooms above say what shows it (``publishing.opens``). One content may stand in several rows,
    since a caption belongs to a use. ``renditions`` lists what a job derived from a picture: mappings as
    :class:`~pressroom.media.renditions.Rendition` has them; ``recipe`` says of what, and ``render_at`` when they are
    to be looked at again.
    """

    __tablename__ = "asset"
    __public_through__: ClassVar[str] = ""
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("bytes > 0", name="bytes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True, default=new_key)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(String(LENGTHS["alt"]), default="")
    decorative: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str] = mapped_column(String(LENGTHS["caption"]), default="")
    credit: Mapped[str] = mapped_column(String(LENGTHS["credit"]), default="")
    licence: Mapped[str] = mapped_column(String(LENGTHS["licence"]), default="")
    rights_until: Mapped[date | None] = mapped_column(index=True)
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    renditions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    recipe: Mapped[str] = mapped_column(String(64), default="")
    render_at: Mapped[datetime | None] = mapped_column(index=True)
    render_tries: Mapped[int] = mapped_column(default=0)
    render_problem: Mapped[str] = mapped_column(String(300), default="")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    @property
    def kind(self) -> Kind:
        """What it is for."""
        return TYPES[self.media_type].kind

    @property
    def inline(self) -> bool:
        """Whether a browser shows it itself."""
        return TYPES[self.media_type].inline

    @property
    def described(self) -> bool:
        """Whether it may be shown: what is seen has words for those who do not see it, or needs none."""
        return self.kind not in SEEN or self.decorative or bool(self.alt)

    @property
    def address(self) -> str:
        """Its path for the public, which nobody can guess."""
        return f"/media/{self.key}/{self.name}"

    @property
    def desk_address(self) -> str:
        """Its path for staff, before and after it is public."""
        return f"/desk/media/{self.id}/{self.name}"

    @property
    def shown(self) -> Shown:
        """How a page of the public shows it."""
        return Shown(self, f"/media/{self.key}")

    @property
    def desk_shown(self) -> Shown:
        """How a page of the desk shows it."""
        return Shown(self, f"/desk/media/{self.id}")

    def words(self, notice: str = "") -> Words:
        """What is written into its renditions; *notice* is the embargo line."""
        return Words(self.caption, self.alt, self.credit, self.licence, self.rights_until, notice)

    def rights_over(self, now: datetime, zone: str) -> bool:
        """Whether it may no longer be shown at *now*; days are those of *zone*."""
        return rights_over(self.rights_until, now, zone)

    def rendition(self, name: str) -> dict[str, Any] | None:
        """One of its renditions by name."""
        return next((row for row in self.renditions if row["name"] == name), None)


@dataclass(frozen=True)
class Shown:
    """What an ``<img>`` needs of a picture, with its renditions as far as they are made.

    Attributes:
        base: the address that those of its files begin with.
    """

    asset: Asset
    base: str

    @property
    def src(self) -> str:
        """The best file for any page; empty while a browser could show none of them."""
        pages = self._pages()
        return self._address(pages[0]) if pages else f"{self.base}/{self.asset.name}" if self.asset.inline else ""

    @property
    def srcset(self) -> str:
        """The sizes to choose from; empty while there is nothing to choose."""
        pages = self._pages()
        return ", ".join(f"{self._address(row)} {row['width']}w" for row in pages) if len(pages) > 1 else ""

    @property
    def thumbnail(self) -> str:
        """The smallest file; empty while a browser could show none."""
        pages = self._pages()
        return self._address(pages[-1]) if pages else self.src

    def _pages(self) -> list[dict[str, Any]]:
        """The sizes for pages, the largest first."""
        rows = [row for row in self.asset.renditions if row["name"] != ORIGINAL]
        return sorted(rows, key=lambda row: -row["width"])

    def _address(self, row: dict[str, Any]) -> str:
        return f"{self.base}/{row['name']}/{rendition_name(self.asset.name, row['media_type'])}"
