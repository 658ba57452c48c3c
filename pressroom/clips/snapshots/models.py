"""The table of snapshots. Nothing of it is ever public: full text does not leave the desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.clips.addresses import LONGEST as LONGEST_ADDRESS
from pressroom.kit.db import Base
from pressroom.publishing import StaffOnly


class ClipSnapshot(StaffOnly, Base):
    """A story's page as it was at an instant. There is one for each address that a clip had; none is ever deleted.

    Attributes:
        url: the clip's address.
        address: where that led.
        title: what the page called itself.
        text: its words, a block on a line, cut at ``reading.MOST_TEXT`` characters.
        sha256: the cleaned file's name in the instance folder's ``snapshots``.
        size: of that file, in bytes.
        whole: whether the page was not longer than what is read of one.
    """

    __tablename__ = "clip_snapshot"
    __table_args__ = (Index("ix_clip_snapshot_clip_id_id", "clip_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"))
    taken_at: Mapped[datetime]
    url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    title: Mapped[str] = mapped_column(String(1000), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(default=0)
    whole: Mapped[bool] = mapped_column(default=True)
