"""The queue of what the indexes have yet to learn, and who has learnt it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base


class QueueRow(Base):
    """At ``due``, read (kind, object_id) again and put what is public then into the index.

    A row is never changed: a later change of the same thing is a row of its own, so a drain that deletes the
    rows it took cannot delete what came in meanwhile. It stays until every known host has taken it.
    """

    __tablename__ = "index_queue"
    # Ids are not used twice: a drain deletes by id what it took some moments before.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own form

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    due: Mapped[datetime] = mapped_column(index=True)


class IndexHost(Base):
    """An index that takes what is queued: that of a host, in its instance folder, or the one in the database.

    Attributes:
        id: drawn at random by the host, which keeps it beside its index; 0 is the index in the database.
        name: of the machine, for people.
        seen_at: when it was last there. One that is silent for too long is forgotten, and makes its index anew.
    """

    __tablename__ = "index_host"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(255))
    seen_at: Mapped[datetime]


class TakenRow(Base):
    """A row of the queue that a host has taken, and that has to stay because another host has not."""

    __tablename__ = "index_taken"

    row_id: Mapped[int] = mapped_column(ForeignKey("index_queue.id", ondelete="CASCADE"), primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("index_host.id", ondelete="CASCADE"), primary_key=True, index=True)
