"""Tables of stories: what is compared of clips, which clips are placements of one story, and what people said of that.

A clip that appeared once has no story here: it is one by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.clips.stories.rules import MOST_NUMBERS, Act, Print, Reason
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly

HEADLINE = tuple(f"headline_{n}" for n in range(1, 7))
EXCERPT = tuple(f"excerpt_{n}" for n in range(1, 8))
BANDS = (*HEADLINE, *EXCERPT)


class ClipPrint(StaffOnly, Base):
    """What is compared of a clip (``rules.Print``), with its bands: each is looked up together with the day.

    Attributes:
        version: ``marking.VERSION`` when it was made; the worker makes older ones anew.
        day: the day of the clip as an ordinal, so that both databases can reckon with it.
        outlet: the number of its outlet; no foreign key, as it is only compared.
        waits: the worker has still to look for a story of the clip.
    """

    __tablename__ = "clip_print"
    __table_args__ = (
        *(Index(f"ix_clip_print_{name}", name, "day") for name in BANDS),
        Index("ix_clip_print_waits", "waits", "clip_id"),
        Index("ix_clip_print_version", "version", "clip_id"),
    )

    clip_id: Mapped[int] = mapped_column(
        ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    day: Mapped[int]
    whole: Mapped[int] = mapped_column(BigInteger)
    headline: Mapped[int] = mapped_column(BigInteger)
    excerpt: Mapped[int] = mapped_column(BigInteger)
    letters: Mapped[int]
    excerpt_letters: Mapped[int]
    numbers: Mapped[str] = mapped_column(String(MOST_NUMBERS), default="")
    outlet: Mapped[int] = mapped_column(default=0)
    waits: Mapped[bool] = mapped_column(default=True)
    headline_1: Mapped[int]
    headline_2: Mapped[int]
    headline_3: Mapped[int]
    headline_4: Mapped[int]
    headline_5: Mapped[int]
    headline_6: Mapped[int]
    excerpt_1: Mapped[int | None]
    excerpt_2: Mapped[int | None]
    excerpt_3: Mapped[int | None]
    excerpt_4: Mapped[int | None]
    excerpt_5: Mapped[int | None]
    excerpt_6: Mapped[int | None]
    excerpt_7: Mapped[int | None]

    @property
    def made(self) -> Print:
        """It, to be compared."""
        return Print(
            self.whole,
            self.headline,
            self.excerpt,
            self.letters,
            self.excerpt_letters,
            self.numbers,
            self.outlet,
        )


class ClipStory(StaffOnly, Base):
    """A story with at least two placements. For staff: what the public sees are placements that are public.

    Attributes:
        size: how many placements it has, whatever stands in the way of the public.
        first_on: the day of the first of them, as an ordinal; likewise ``last_on`` of the last.
    """

    __tablename__ = "clip_story"
    __table_args__ = (
        Index("ix_clip_story_last_on", "last_on", "id"),
        {"sqlite_autoincrement": True},  # a number is never given twice: an undo may need the old one
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    size: Mapped[int] = mapped_column(default=0)
    first_on: Mapped[int] = mapped_column(default=0)
    last_on: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


clip_placement = Table(
    "clip_placement",
    Base.metadata,
    Column("clip_id", ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("story_id", ForeignKey("clip_story.id", ondelete="CASCADE"), index=True, nullable=False),
    Column("reason", as_words(Reason, length=20), nullable=False, index=True),
    Column("original", Boolean, nullable=False, default=False),
    Column("chosen", Boolean, nullable=False, default=False),
    info={"link": True},
)
"""Which clips are placements of which story: a clip of one at most.

``original`` marks the one that the others were made from, ``chosen`` that a person said so. The public reads of it only
what ties clips that are public.
"""


class ClipApart(StaffOnly, Base):
    """Two clips of which a person said that they are no placements of one story. The lower number stands first."""

    __tablename__ = "clip_apart"
    __table_args__ = (CheckConstraint("clip_id < other_id", name="order"),)

    clip_id: Mapped[int] = mapped_column(
        ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class StoryChange(StaffOnly, Base):
    """What a person did to stories, so that it can be undone.

    Attributes:
        before: clip → [story or null, reason, original, chosen] as it was; likewise ``after``.
        apart: the pairs of clips that it said to be apart, or that it joined though they were said to be.
        title: the headline of the clip that it was done to.
    """

    __tablename__ = "clip_story_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("clip_story.id", ondelete="SET NULL"), index=True)
    act: Mapped[Act] = mapped_column(as_words(Act, length=20, name="story_act"))
    title: Mapped[str] = mapped_column(String(500), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    apart: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    undone_at: Mapped[datetime | None]


class ClipAlias(StaffOnly, Base):
    """Another fingerprint by which a clip is known: of the address that its page calls its own, for instance."""

    __tablename__ = "clip_alias"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"), index=True)


class CoverageRefusal(StaffOnly, Base):
    """A clip of which a person said that it does not cover a release: it is not proposed again."""

    __tablename__ = "clip_release_refused"

    clip_id: Mapped[int] = mapped_column(
        ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    release_id: Mapped[int] = mapped_column(
        ForeignKey("press_release.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200), default="")
