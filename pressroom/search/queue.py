"""Reads and writes of the queue. The caller's transaction commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import g
from sqlalchemy import delete, func, insert, select

from pressroom.kit.db import db
from pressroom.search.models import QueueRow

REBUILD = "*"  # a row of this kind asks for the whole index to be made again


def enqueue(kind: str, id: int, *, due: datetime) -> None:
    """Have the index read (kind, id) again at *due*; part of the caller's transaction.

    Args:
        due: now, for a change; a later instant when the thing becomes public, or ceases to be, by time.
    """
    enqueue_many(kind, [id], due=due)


def enqueue_many(kind: str, ids: Iterable[int], *, due: datetime) -> None:
    """The same for many of a kind, in one statement."""
    if rows := [{"kind": kind, "object_id": number, "due": due} for number in ids]:
        db.session.execute(insert(QueueRow), rows)
        g.index_enqueued = True


def next_due() -> datetime | None:
    """When the first row is, or was, due; one indexed query."""
    rows = select(QueueRow.due).where(QueueRow.kind != REBUILD)
    return db.session.scalar(rows.order_by(QueueRow.due).limit(1))


def take(now: datetime, limit: int) -> Sequence[QueueRow]:
    """At most *limit* due rows, the newest first.

    While an import of thousands is worked off, what was saved or lifted this second does not wait behind it.
    """
    due = select(QueueRow).where(QueueRow.due <= now, QueueRow.kind != REBUILD)
    return db.session.scalars(due.order_by(QueueRow.due.desc(), QueueRow.id.desc()).limit(limit)).all()


class Waiting(NamedTuple):
    """How many rows are due, and since when the first of them."""

    rows: int
    since: datetime | None


def waiting(now: datetime, kind: str | None = None) -> Waiting:
    """What is due and is not in the index yet, of one kind or of all."""
    due = select(func.count(QueueRow.id), func.min(QueueRow.due)).where(QueueRow.due <= now, QueueRow.kind != REBUILD)
    return Waiting(*db.session.execute(due if kind is None else due.where(QueueRow.kind == kind)).one())


def due_keys(now: datetime) -> Collection[tuple[str, int]]:
    """(kind, id) of all due rows."""
    due = select(QueueRow.kind, QueueRow.object_id).where(QueueRow.due <= now, QueueRow.kind != REBUILD)
    return {(kind, number) for kind, number in db.session.execute(due)}


def due_ids(now: datetime) -> Sequence[int]:
    """The ids of all due rows."""
    return db.session.scalars(select(QueueRow.id).where(QueueRow.due <= now, QueueRow.kind != REBUILD)).all()


def forget(ids: Collection[int]) -> None:
    """Delete the rows that were worked off."""
    db.session.execute(delete(QueueRow).where(QueueRow.id.in_(ids)))


def rebuild_is_asked() -> bool:
    """Whether the whole index is to be made again."""
    return db.session.scalar(select(QueueRow.id).where(QueueRow.kind == REBUILD).limit(1)) is not None


def ask_for_rebuild(now: datetime) -> None:
    """Have the worker make the whole index again."""
    if not rebuild_is_asked():
        db.session.add(QueueRow(kind=REBUILD, object_id=0, due=now))


def forget_rebuild() -> None:
    """It was made."""
    db.session.execute(delete(QueueRow).where(QueueRow.kind == REBUILD))
