"""Which edition it is; and what a page reads that no edition counts."""

from __future__ import annotations

import re
from functools import lru_cache

from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import lasting, prepared
from pressroom.kit.db import Base, db
from pressroom.kit.prepared import Connections, Kept
from pressroom.publishing import edition

SQL = "SELECT n FROM edition WHERE id = 1"


class EditionReader:
    """Reads the edition by one indexed statement on the connection that each thread keeps."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def __call__(self) -> int | None:
        """The edition; None if the database does not say it now."""
        try:
            return self.connections.run(self._ask)
        except (SQLAlchemyError, self.connections.errors):
            return None

    @staticmethod
    def _ask(kept: Kept) -> int:
        kept.cursor.execute(SQL)
        row = kept.cursor.fetchone()
        return int(row[0]) if row else 0


# A search says itself how long what it read of the queue holds.
TOLD_OTHERWISE = frozenset({"edition", "index_queue", "index_taken", "index_host"})


def note_reads(app: Flask) -> None:
    """Have no page of *app* kept that was made of a table whose changes no edition counts."""
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _noted)
    prepared.connections_of(app).listeners.append(_note)


def _noted(_connection: Connection, _cursor: object, sql: str, _params: object, _context: object, _many: bool) -> None:
    _note(sql)


def _note(sql: str) -> None:
    if (table := _uncounted(sql)) and (notes := lasting.current()):
        notes.obstacle = notes.obstacle or f"it reads {table}, whose changes raise no edition"


@lru_cache(4096)
def _uncounted(sql: str) -> str:
    """A table that *sql* names and that no edition counts; empty if there is none."""
    return next((found[1] or found[2] for found in _names().finditer(sql)), "")


@lru_cache(1)
def _names() -> re.Pattern[str]:
    tables = [name for name in Base.metadata.tables if name not in TOLD_OTHERWISE and not edition.is_watched(name)]
    every = "|".join(re.escape(name) for name in sorted(tables, key=len, reverse=True)) or "(?!)"
    return re.compile(rf'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?({every})"?(?![\w.])|,\s*"?({every})"?\s+AS\s', re.IGNORECASE)
