"""The queue of what the index has yet to learn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base


class QueueRow(Base):
    """At ``due``, read (kind, object_id) again and put what is public then into the index.

    A row is never changed: a later change of the same thing is a row of its own, so a drain that deletes the
    rows it took cannot delete what came in meanwhile.
    """

    __tablename__ = "index_queue"
    # Ids are not used twice: a drain deletes by id what it took some moments before.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own form

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    due: Mapped[datetime] = mapped_column(index=True)
