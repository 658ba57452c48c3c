"""One state of the database, read while the press room goes on: as members of a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, create_engine, func, inspect, select, table, text
from sqlalchemy.pool import NullPool

from pressroom.operations import archive, rows
from pressroom.operations.rules import DATABASE, BackupError

CHUNK = 1 << 20


@contextmanager
def taken(folder: Path) -> Iterator[tuple[Connection, list[tuple[str, Path]]]]:
    """The database as it is at one instant: a connection that sees that state, and the members that hold it.

    Nobody who writes waits for it. SQLite's copy is one read transaction of its online backup; PostgreSQL's is a
    transaction at REPEATABLE READ, which sees one snapshot to its end.

    Args:
        folder: where the members are made.
    """
    url = str(current_app.config["DATABASE_URL"])
    if url.startswith("sqlite"):
        copy = folder / "database.sqlite3"
        copied(Path(url.removeprefix("sqlite:///")), copy)
        with connected(f"sqlite:///{copy}") as connection:
            packed = folder / DATABASE
            archive.packed(_pieces(copy), packed)
            yield connection, [(DATABASE, packed)]
    else:
        with connected(url) as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield connection, list(_as_lines(connection, folder))


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A transaction without the hooks of the press room; undone, unless it was committed."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def copied(source: Path, to: Path) -> None:
    """A copy of the SQLite database *source* as it is at one instant, in one file, looked through once.

    Raises:
        BackupError: there is none, or it is damaged; a damaged copy would be noticed when it is needed.
    """
    if not source.is_file():
        raise BackupError(f"There is no database at {source}: pressroom init makes one.")
    try:
        with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(to)) as copy:
            live.backup(copy)  # all pages in one step: it reads one state, and writers in WAL mode do not wait
            copy.execute("PRAGMA journal_mode = DELETE")
            said = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database cannot be copied: {error}.") from error
    if said != ["ok"]:
        raise BackupError(
            f"The database is damaged, so no backup was made of it: {said[0]}. Keep the backups you have."
        )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _as_lines(connection: Connection, folder: Path) -> Iterator[tuple[str, Path]]:
    for one in rows.tables(connection):
        path = folder / f"{one.name}.jsonl.gz"
        archive.packed(rows.lines(connection, one), path)
        yield f"tables/{path.name}", path


def counts(connection: Connection) -> dict[str, int]:
    """Table → how many rows it has."""
    names = [name for name in inspect(connection).get_table_names() if name != rows.VERSION_TABLE]
    return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}
