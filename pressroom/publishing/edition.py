"""The edition: one number that every transaction which changes something public raises by one.

Counting in the session would miss bulk, Core and text statements, so statements are watched: one that writes a
watched table marks its connection, and the engine's commit raises the number in the same transaction.
A lift writes nothing: what depends on time must look at the next instant as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sqlalchemy import Connection, Engine, Table, event, select
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base, db

_watched: set[str] = set()
_DUE = "edition_due"  # in a connection's notes: its transaction is to be counted


class Edition(Base):
    """A single row."""

    __tablename__ = "edition"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


def watch(*tables: Table) -> None:
    """Writes to *tables* are public changes. Guarded tables are watched without being named here."""
    _watched.update(table.name for table in tables)
    _writes.cache_clear()


def current_edition() -> int:
    """The number of the last public change that was committed."""
    return db.session.scalar(select(Edition.n)) or 0


def is_watched(table: str) -> bool:
    """Whether a write to *table* raises the edition."""
    return table in _watched


def raise_by_one() -> None:
    """Count the transaction in hand as a public change, though it writes no watched table."""
    db.session.connection().info[_DUE] = True


def attach(engine: Engine) -> None:
    """Count on *engine*."""

    @event.listens_for(engine, "before_cursor_execute")
    def mark(connection: Connection, _cursor: object, sql: str, _params: object, _context: object, _many: bool) -> None:
        if _writes(sql):
            connection.info[_DUE] = True

    @event.listens_for(engine, "commit")
    def count(connection: Connection) -> None:
        if connection.info.pop(_DUE, False):
            connection.exec_driver_sql(
                "INSERT INTO edition (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = edition.n + 1"
            )

    @event.listens_for(engine, "rollback")
    def forget(connection: Connection) -> None:
        connection.info.pop(_DUE, None)


@lru_cache(4096)
def _writes(sql: str) -> bool:
    """Whether *sql* writes a watched table."""
    found = re.match(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', sql, re.I)
    return bool(found) and found[1].lower() in _watched  # type: ignore[index]
