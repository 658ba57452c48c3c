"""Reads of the audit, newest first. For staff: no public page asks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from pressroom.audit.actions import HEAD
from pressroom.audit.models import AuditEntry
from pressroom.audit.rules import Entry
from pressroom.kit import chain
from pressroom.kit.db import db, reading
from pressroom.kit.web import Page, paginate


@dataclass(frozen=True)
class Filters:
    """Which lines are wanted; an empty filter filters nothing.

    Attributes:
        actor_id: what this person did.
        nobody: what was done with nobody signed in: by a command, or by somebody who applied.
        object_id: what was done to the object of this number; of every kind, without one.
        words: all of them stand in the title, whatever their case.
        since: from this instant on.
        until: before this instant.
    """

    actor_id: int | None = None
    nobody: bool = False
    kind: str = ""
    action: str = ""
    object_id: int | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


def page(filters: Filters | None = None, /, *, page: int = 1, per_page: int = 50, **wanted: Any) -> Page[AuditEntry]:
    """A page of the audit. *wanted* are fields of :class:`Filters`, for whoever has none at hand."""
    statement = _where(select(AuditEntry), filters or Filters(**wanted))
    return paginate(statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()), page, per_page)


def batch(filters: Filters, *, after: int, up_to: int, size: int) -> Sequence[AuditEntry]:
    """The next lines of an export, oldest first: those after the line *after*, none after the line *up_to*."""
    statement = _where(select(AuditEntry), filters).where(AuditEntry.id > after, AuditEntry.id <= up_to)
    return db.session.scalars(statement.order_by(AuditEntry.id).limit(size)).all()


def line(number: int) -> AuditEntry | None:
    """One line."""
    return db.session.scalar(select(AuditEntry).where(AuditEntry.id == number))


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


def acts() -> Sequence[str]:
    """The verbs that the audit knows, for a filter."""
    return db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def length() -> int:
    """How many lines there are: the number of the newest."""
    return db.session.scalar(select(HEAD.c.length).where(HEAD.c.id == chain.HEAD)) or 0


def check(noted: str = "") -> chain.Verdict:
    """Follow the whole chain, and look for a hash that was noted."""
    columns = (AuditEntry.id, *(getattr(AuditEntry, name) for name in Entry.__dataclass_fields__ if name != "number"))
    with reading():
        connection = db.session.connection()
        length, last = chain.head(connection, HEAD)
        every = select(*columns, AuditEntry.previous, AuditEntry.hash).order_by(AuditEntry.id)
        with closing(connection.execution_options(yield_per=500).execute(every)) as rows:
            links = (chain.Link(Entry(*row[:-2]), row.previous, row.hash) for row in rows)
            return chain.verify(links, length=length, head=last, noted=noted)


def _where(statement: Select[AuditEntry], filters: Filters) -> Select[AuditEntry]:
    if filters.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == filters.actor_id)
    if filters.nobody:
        statement = statement.where(AuditEntry.actor_id.is_(None))
    if filters.kind:
        statement = statement.where(AuditEntry.kind == filters.kind)
    if filters.action:
        statement = statement.where(AuditEntry.action == filters.action)
    if filters.object_id is not None:
        statement = statement.where(AuditEntry.object_id == filters.object_id)
    for word in filters.words.split():
        statement = statement.where(AuditEntry.title.icontains(word, autoescape=True))
    if filters.since is not None:
        statement = statement.where(AuditEntry.at >= filters.since)
    if filters.until is not None:
        statement = statement.where(AuditEntry.at < filters.until)
    return statement
