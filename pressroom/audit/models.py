"""The audit: who did what, when, to what, with what it was before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.audit.rules import Entry
from pressroom.kit import chain
from pressroom.kit.db import Base


class AuditEntry(Base):
    """One act. Chained by hash to the one before it; the database refuses to change it.

    It names people and objects by number and by what they were called then, without foreign keys: the line
    outlives what it is about.

    Attributes:
        id: its place in the chain, from 1 without a gap.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_kind_object_id", "kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(500))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def said(self) -> Entry:
        """What the line says, without its hash."""
        names = [name for name in Entry.__dataclass_fields__ if name != "number"]
        return Entry(number=self.id, **{name: getattr(self, name) for name in names})


class AuditHead(chain.Head, Base):
    """How many lines were written, and the hash of the last; whoever writes holds it."""

    __tablename__ = "audit_head"
