"""Reads and writes of the queue, as the index of this host sees it. The caller's transaction commits.

A row is there for every known host until it has taken it. With a single host, taking a row is deleting it; with
several, a host notes what it took (:class:`TakenRow`), and the last one deletes. One number for each host could not say
how far it is: rows become due out of order, the newest go first, and PostgreSQL shows rows in the order of commits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import Flask, current_app, g
from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, insert, or_, select

from pressroom.kit.db import db, insert_into, met
from pressroom.kit.prepared import Prepared
from pressroom.search.hosts import is_known, me
from pressroom.search.models import IndexHost, QueueRow, TakenRow

REBUILD = "*"  # a row of this kind asks for the whole index to be made again

Listener = Callable[[str, Sequence[int], datetime], None]
"""Told of what kind changes are queued, which ones, and when they are due, in their transaction."""

LISTENERS = "index_listeners"


def heard(app: Flask, listener: Listener) -> None:
    """Have *listener* told of what *app* queues: a room above wants to know what is new, and is not known here."""
    app.extensions.setdefault(LISTENERS, []).append(listener)


def enqueue(kind: str, id: int, *, due: datetime) -> None:
    """Have the index read (kind, id) again at *due*; part of the caller's transaction.

    Args:
        due: now, for a change; a later instant when the thing becomes public, or ceases to be, by time.
    """
    enqueue_many(kind, [id], due=due)


def enqueue_many(kind: str, ids: Iterable[int], *, due: datetime) -> None:
    """The same for many of a kind, in one statement."""
    if numbers := list(ids):
        db.session.execute(insert(QueueRow), [{"kind": kind, "object_id": each, "due": due} for each in numbers])
        g.index_enqueued = True
        for listener in current_app.extensions.get(LISTENERS, ()):
            listener(kind, numbers, due)


def _untaken() -> ColumnElement[bool]:
    """What this host has not taken yet."""
    return ~exists().where(TakenRow.row_id == QueueRow.id, TakenRow.host_id == me())


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return QueueRow.due <= now, QueueRow.kind != REBUILD, _untaken()


def next_due() -> datetime | None:
    """When the first row that this host has not taken is, or was, due; one indexed query."""
    rows = select(QueueRow.due).where(QueueRow.kind != REBUILD, _untaken())
    return db.session.scalar(rows.order_by(QueueRow.due).limit(1))


_first = Prepared(
    lambda: (
        select(QueueRow.due)
        .where(
            QueueRow.kind != REBUILD,
            ~exists().where(TakenRow.row_id == QueueRow.id, TakenRow.host_id == bindparam("host")),
        )
        .order_by(QueueRow.due)
        .limit(1)
    )
)


def known_next_due() -> tuple[datetime | None] | None:
    """The same at a twentieth of the cost, as every search asks it; None if a session has to be asked."""
    rows = _first.now(host=me())
    return None if rows is None else (rows[0][0] if rows else None,)


def take(now: datetime, limit: int) -> Sequence[QueueRow]:
    """At most *limit* due rows, the newest first.

    While an import of thousands is worked off, what was saved or lifted this second does not wait behind it.
    """
    due = select(QueueRow).where(*_due(now))
    return db.session.scalars(due.order_by(QueueRow.due.desc(), QueueRow.id.desc()).limit(limit)).all()


class Waiting(NamedTuple):
    """How many rows are due, and since when the first of them."""

    rows: int
    since: datetime | None


def waiting(now: datetime, kind: str | None = None) -> Waiting:
    """What is due and is not in the index yet, of one kind or of all."""
    due = select(func.count(QueueRow.id), func.min(QueueRow.due)).where(*_due(now))
    return Waiting(*db.session.execute(due if kind is None else due.where(QueueRow.kind == kind)).one())


def due_keys(now: datetime) -> Collection[tuple[str, int]]:
    """(kind, id) of all due rows."""
    due = select(QueueRow.kind, QueueRow.object_id).where(*_due(now))
    return {(kind, number) for kind, number in db.session.execute(due)}


def due_ids(now: datetime) -> Sequence[int]:
    """The ids of all due rows."""
    return db.session.scalars(select(QueueRow.id).where(*_due(now))).all()


def covered_by_rebuild(now: datetime) -> Sequence[int]:
    """The ids of all rows that an index needs no more which is made from now on; also those that ask for it."""
    wanted = or_(QueueRow.due <= now, QueueRow.kind == REBUILD)
    return db.session.scalars(select(QueueRow.id).where(wanted, _untaken())).all()


def forget(ids: Collection[int]) -> bool:
    """Be done with rows that were worked off: delete those that no other host waits for, note the others as taken.

    Whether that could be done: not by a host that was forgotten, as where the database was exchanged for another.
    """
    statement = delete(QueueRow).where(QueueRow.id.in_(ids), ~_lacking(IndexHost.id != me()))
    if met(statement) == len(ids):
        return True
    _note(select(QueueRow.id, IndexHost.id).join(IndexHost, IndexHost.id == me()).where(QueueRow.id.in_(ids)))
    return is_known()


def tidy() -> None:
    """Delete what every known host has taken: two that took it at once, or one that was forgotten, left it."""
    taken = exists().where(TakenRow.row_id == QueueRow.id)
    statement = delete(QueueRow).where(taken, ~_lacking())
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _lacking(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of *which* hosts, or of all, has not taken the row."""
    taken = select(TakenRow.row_id).where(TakenRow.row_id == QueueRow.id, TakenRow.host_id == IndexHost.id)
    lacking = select(IndexHost.id).where(*which, ~taken.correlate(QueueRow, IndexHost).exists())
    return lacking.correlate(QueueRow).exists()


def _note(rows: Select[int, int]) -> None:
    """Note (row, host) as taken. A row that somebody is deleting is left out; noted twice is noted once."""
    held = rows.with_for_update(read=True, key_share=True, of=QueueRow)
    db.session.execute(insert_into(TakenRow).from_select(["row_id", "host_id"], held).on_conflict_do_nothing())


def rebuild_is_asked() -> bool:
    """Whether the whole index is to be made again."""
    asked = select(QueueRow.id).where(QueueRow.kind == REBUILD, _untaken()).limit(1)
    return db.session.scalar(asked) is not None


def ask_for_rebuild(now: datetime, *, everywhere: bool = True) -> None:
    """Have the worker make the whole index again.

    Args:
        everywhere: the workers of all hosts; else only that of this one, whose index alone is lost.
    """
    if rebuild_is_asked():
        return
    row = QueueRow(kind=REBUILD, object_id=0, due=now)
    db.session.add(row)
    if not everywhere:
        db.session.flush()
        _note(select(QueueRow.id, IndexHost.id).join(IndexHost, IndexHost.id != me()).where(QueueRow.id == row.id))
