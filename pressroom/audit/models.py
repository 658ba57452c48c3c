"""The audit: who did what, when, to what, with what it was before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base


class AuditEntry(Base):
    """One act. Written once and never changed.

    It names people and objects by number and by what they were called then, without foreign keys: the line
    outlives what it is about.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_kind_object_id", "kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(500))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
