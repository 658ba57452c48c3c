"""Which edition it is, read on a connection of each thread's own; and what a page reads that no edition counts."""

from __future__ import annotations

import os
import re
import threading
from functools import lru_cache
from typing import Any
from weakref import WeakSet

from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from pressroom.kit import lasting
from pressroom.kit.db import Base, db
from pressroom.publishing import edition

SQL = "SELECT n FROM edition WHERE id = 1"


class _Kept:
    """A connection of a thread, which ends with it."""

    __slots__ = ("__weakref__", "connection", "cursor")

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self.connection, self.cursor = connection, connection.cursor()


class EditionReader:
    """Reads the edition by one indexed statement, past the pool and the session, which cost ten times as much.

    Each thread keeps a connection. In a forked process the old ones are left alone, not closed: with a descriptor of an
    SQLite file all locks of the process on it would go.
    """

    def __init__(self, engine: Engine) -> None:
        """Read from the database of *engine*; close what is open when that is disposed of."""
        shared = {"check_same_thread": False} if engine.dialect.name == "sqlite" else {}
        self._engine = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=shared)
        self._errors = self._engine.dialect.loaded_dbapi.Error
        self._lock = threading.Lock()
        self._open: WeakSet[_Kept] = WeakSet()
        self._left: list[_Kept] = []
        self._begin()
        event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def __call__(self) -> int | None:
        """The edition; None if the database does not say it now."""
        if self._process != os.getpid():
            self._leave()
        kept = getattr(self._local, "kept", None)
        if kept is not None:
            try:
                return self._ask(kept.cursor)
            except self._errors:
                self._local.kept = None  # the server may have been started again
        try:
            return self._ask(self._connect())
        except (SQLAlchemyError, self._errors):
            return None

    def close(self) -> None:
        """Close the connections of all threads; they are opened anew when they are needed."""
        with self._lock:
            opened, self._open, self._local = list(self._open), WeakSet(), threading.local()
        if self._process == os.getpid():
            for kept in opened:
                kept.connection.close()

    def _begin(self) -> None:
        self._process, self._local = os.getpid(), threading.local()
        self._open = WeakSet()

    def _leave(self) -> None:
        """In a forked process: begin anew, with a lock that no thread of the old one can hold."""
        self._left += [*self._open]
        self._lock = threading.Lock()
        self._begin()

    def _connect(self) -> Any:
        kept = _Kept(self._engine.raw_connection())
        with self._lock:
            self._open.add(kept)
            self._local.kept = kept
        return kept.cursor

    @staticmethod
    def _ask(cursor: Any) -> int:
        cursor.execute(SQL)
        row = cursor.fetchone()
        return int(row[0]) if row else 0


# A search says itself how long what it read of the queue holds.
TOLD_OTHERWISE = frozenset({"edition", "index_queue", "index_taken", "index_host"})


def note_reads(app: Flask) -> None:
    """Have no page of *app* kept that was made of a table whose changes no edition counts."""
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _note)


def _note(_connection: Connection, _cursor: object, sql: str, _params: object, _context: object, _many: bool) -> None:
    if (notes := lasting.current()) and (table := _uncounted(sql)):
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
