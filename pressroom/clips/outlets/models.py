"""Tables about outlets: their other names, their icons, and the work on all clips of one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets.rules import WorkKind
from pressroom.clips.rules import LONGEST_OUTLET
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly


class OutletAlias(StaffOnly, Base):
    """Another name, or a host, by which lists name an outlet.

    Attributes:
        key: what is compared (``rules.key``); nobody else's, and no outlet's slug.
    """

    __tablename__ = "outlet_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_OUTLET))
    key: Mapped[str] = mapped_column(String(100), unique=True)


class OutletIcon(Base):
    """A small picture, the same for all who have it.

    Attributes:
        png: its bytes in Base64, so that a row of this table is moved as any other.
    """

    __tablename__ = "outlet_icon"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    png: Mapped[str] = mapped_column(Text)


class OutletWork(StaffOnly, Base):
    """What is to be done with all clips of an outlet, portion by portion; and the record of it.

    Attributes:
        outlet_id: whose clips they are.
        into_id: whose they become; None where they stay.
        last_clip_id: the clips up to this one are done with.
        clips: how many were changed.
        duplicates: how many are the same as another one by now.
        taken: what else a merge moved: table → numbers of rows.
        claim: the token of whoever works on it, until ``claimed_until``.
        undone_at: when it was decided that all of this goes back.
    """

    __tablename__ = "outlet_work"
    __table_args__ = (Index("ix_outlet_work_finished_at_id", "finished_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[WorkKind] = mapped_column(as_words(WorkKind, length=20))
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id", ondelete="CASCADE"), index=True)
    into_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id", ondelete="CASCADE"), index=True)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("outlet_work.id", ondelete="CASCADE"), index=True)
    last_clip_id: Mapped[int] = mapped_column(default=0)
    clips: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    taken: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    outlet: Mapped[Outlet] = relationship(foreign_keys=outlet_id)
    into: Mapped[Outlet | None] = relationship(foreign_keys=into_id)


class OutletMoved(StaffOnly, Base):
    """A clip that a merge moved, so that it can be moved back.

    Attributes:
        same_as_id: the clip that it is the same as, now that both are of one outlet; None for most.
        mark_before: its fingerprint before that, and ``mark_after`` the one that it was given.
    """

    __tablename__ = "outlet_moved"

    work_id: Mapped[int] = mapped_column(ForeignKey("outlet_work.id", ondelete="CASCADE"), primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True, index=True)
    same_as_id: Mapped[int | None]
    mark_before: Mapped[str] = mapped_column(String(64))
    mark_after: Mapped[str] = mapped_column(String(64))

    clip: Mapped[Clip] = relationship()
