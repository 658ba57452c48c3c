"""Reads of the audit, newest first. For staff: no public page asks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from pressroom.audit.models import AuditEntry
from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate


def page(
    *, page: int = 1, per_page: int = 50, kind: str = "", action: str = "", actor_id: int | None = None
) -> Page[AuditEntry]:
    """A page of the audit; an empty filter filters nothing."""
    statement = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if kind:
        statement = statement.where(AuditEntry.kind == kind)
    if action:
        statement = statement.where(AuditEntry.action == action)
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    return paginate(statement, page, per_page)


def history(kind: str, object_id: int, *, limit: int = 50) -> Sequence[AuditEntry]:
    """What was done to one object."""
    return db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.kind == kind, AuditEntry.object_id == object_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    ).all()


def kinds() -> Sequence[str]:
    """The kinds of objects that the audit knows, for a filter."""
    return db.session.scalars(select(AuditEntry.kind).distinct().order_by(AuditEntry.kind)).all()
