"""The one verb of the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import event, insert
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from pressroom.audit.models import AuditEntry, AuditHead
from pressroom.audit.rules import Entry, checked
from pressroom.kit import chain, clock
from pressroom.kit.db import Base, db

COMMAND = "a command"
HEAD = Base.metadata.tables[AuditHead.__tablename__]
WAITING = "audit lines"  # in Session.info: pairs of a line and the transaction, or savepoint, that it belongs to


class Actor(Protocol):
    """Whoever acts: a person with a number and a name."""

    @property
    def id(self) -> int:
        """Their number."""

    @property
    def name(self) -> str:
        """As it stands in the line."""


@dataclass(frozen=True)
class Stranger:
    """Somebody at the door, of whom nothing is known."""

    id: int | None = None
    name: str = "somebody not signed in"


def record(
    by: Actor | Stranger | None,
    action: str,
    kind: str,
    object_id: int | None,
    title: str,
    *,
    changes: Mapping[str, Sequence[Any]] | None = None,
    now: datetime | None = None,
) -> None:
    """Add a line to the audit, in the transaction of what it tells of.

    It is written, and chained to the line before it, when that transaction commits; see :func:`write_waiting`.

    Args:
        by: who did it; None for a command.
        action: a verb, such as ``publish``.
        kind: what it was done to, such as ``release``.
        object_id: which one; None for what has no number.
        title: what it was called then.
        changes: field → [before, after]; never a secret.
        now: the instant, if it is not the clock's.
    """
    entry = Entry(
        number=0,
        at=now or clock.now(),
        actor_id=by.id if by else None,
        actor_name=by.name[:200] if by else COMMAND,
        action=action[:60],
        kind=kind,
        object_id=object_id,
        title=title[:500],
        changes=checked(changes or {}),
    )
    session = db.session()
    session.connection()  # what is recorded ends with a transaction, so there is one
    within = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(WAITING, []).append((entry, within))


def write_waiting(session: Session) -> None:
    """Chain the lines that were recorded, and insert them.

    The last thing in a transaction, because it holds the head of the chain until the commit: on PostgreSQL all the
    other writers wait meanwhile, and taken earlier two transactions could wait for each other.
    """
    session.flush()
    waiting: list[tuple[Entry, object]] = session.info.pop(WAITING, [])
    if not waiting:
        return
    connection = session.connection()
    length, last = chain.hold(connection, HEAD)
    rows = []
    for number, (recorded, _within) in enumerate(waiting, length + 1):
        entry = replace(recorded, number=number)
        hashed = chain.entry_hash(entry, last)
        rows.append(row(entry, last, hashed))
        last = hashed
    connection.execute(insert(AuditEntry), rows)
    chain.move(connection, HEAD, length + len(rows), last)


def row(entry: Entry, previous: str, hashed: str) -> dict[str, Any]:
    """A line as the columns of its table."""
    said = dict(entry.__dict__)
    return {"id": said.pop("number"), **said, "previous": previous, "hash": hashed}


@event.listens_for(Session, "before_commit")
def _at_the_end(session: Session) -> None:
    if WAITING in session.info and not session.in_nested_transaction():  # the end of a savepoint is none
        write_waiting(session)


@event.listens_for(Session, "do_orm_execute")
def _before_it_is_read(state: ORMExecuteState) -> None:
    """Who reads the audit finds what they recorded themselves, as with everything else that is flushed first."""
    if WAITING in state.session.info and any(mapper.class_ is AuditEntry for mapper in state.all_mappers):
        write_waiting(state.session)


@event.listens_for(Session, "after_soft_rollback")
def _with_what_is_undone(session: Session, undone: SessionTransaction) -> None:
    """A line goes with the transaction, or the savepoint, that it belongs to."""
    if waiting := session.info.get(WAITING):
        session.info[WAITING] = [(entry, within) for entry, within in waiting if not _is_in(within, undone)]


@event.listens_for(Session, "after_transaction_end")
def _with_the_session(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(WAITING, None)


def _is_in(within: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while within is not None:
        if within is undone:
            return True
        within = within.parent
    return False
