"""This project's engine in PostgreSQL, for a press room on several hosts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url

from benchmarks.engines.ours import Asked
from benchmarks.engines.server import SET_UP, Server, nanoseconds
from pressroom.search.documents import Document
from pressroom.search.engines import postgres_tables
from pressroom.search.engines.postgres_engine import PostgresEngine

SIZE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = %(schema)s::regnamespace"


class OursOnPostgres(Asked):
    """The same questions and the same page as for the engine on files."""

    once_from = 500_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._backends: list[int] = []
        self._server = Server(folder)

    def begin(self) -> None:
        """As ``pressroom index rebuild`` does, in a new server."""
        self._server.make()
        self._start()
        self._fresh = self._building.enter_context(self.engine.replacement())

    def bytes(self) -> int:
        """Everything in its schema: tables, indexes, words."""
        with self._database.connect() as connection:
            return int(connection.exec_driver_sql(SIZE, {"schema": postgres_tables.LIVING}).scalar_one())

    def open(self) -> None:
        """Connect."""
        self._start()
        self.read_rows()

    @property
    def about(self) -> str:
        """Version and set-up."""
        with self._database.connect() as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        return f"this project's engine in PostgreSQL {version}, {SET_UP}; rows from SQLite"

    def save(self, document: Document) -> None:
        """As a drain of the queue does."""
        self.engine.write([document], [])

    def elsewhere(self) -> int:
        """Of the server's processes for the connections."""
        return sum(map(nanoseconds, self._backends))

    def pids(self) -> Sequence[int]:
        """The server's processes for the connections."""
        return self._backends

    def close(self) -> None:
        """Stop the server."""
        self._database.dispose()
        self._server.stop()

    def remove(self) -> None:
        """Stop the server, and remove its files."""
        self._database.dispose()
        self._server.remove()

    def _start(self) -> None:
        address = make_url(self._server.start()).set(drivername="postgresql+psycopg")
        self._database = create_engine(address, pool_size=2, max_overflow=0)
        event.listen(self._database, "connect", lambda raw, _: self._backends.append(raw.info.backend_pid))
        self.engine = PostgresEngine(self._database)
