"""A database made of a backup, beside the one in use: filled, compared row by row, migrated, and looked through."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pressroom import publishing
from pressroom.accreditation import ledger
from pressroom.audit import queries as audit
from pressroom.kit import chain
from pressroom.kit.db import db
from pressroom.operations import archive, rows, snapshot
from pressroom.operations.archive import Manifest
from pressroom.operations.rules import DATABASE, BackupError
from pressroom.search import queue

Create = Callable[[Path, Mapping[str, Any]], Flask]
Read = Callable[[str], Iterable[bytes]]
SQLITE = "pressroom.sqlite3"
COPY = DATABASE.removesuffix(".gz")


def known(app: Flask, manifest: Manifest) -> None:
    """Whether this version knows the migration that the backup is at.

    Raises:
        BackupError: it does not: a later version made it.
    """
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see kit/db.py

    revisions = {one.revision for one in ScriptDirectory(_migrations(app)).walk_revisions()}
    if manifest.migration not in revisions:
        raise BackupError(
            f"The backup was made by version {manifest.version}, whose database (migration {manifest.migration}) this "
            "version does not know. Install that version, or a later one, and restore with it."
        )


def database(app: Flask, work: Path, url: str, manifest: Manifest, *, told: Callable[[str], None]) -> None:
    """Make the database *url* of what was unpacked in *work*, and bring it up to date.

    Args:
        app: a press room of that database.
        work: the folder with ``database.sqlite3`` or ``tables/``.
        told: told the name of each table when it is done.

    Raises:
        BackupError: what came out is not what went in.
    """
    packed = work / COPY
    try:
        if packed.exists() and url.startswith("sqlite"):
            packed.replace(Path(url.removeprefix("sqlite:///")))
        else:
            migrate(app, manifest.migration)
            with _source(work) as read:
                fill(url, read, manifest.numbers, told=told)
        _counted(url, manifest)
        migrate(app, "head")
    except (SQLAlchemyError, ValueError) as error:
        raise BackupError(f"The rows of the backup do not fit: {error}. Nothing was restored.") from error
    look_through(app, url)


def fill(url: str, read: Read, numbers: Mapping[str, int], *, told: Callable[[str], None]) -> None:
    """Put what *read* gives into the empty database *url*, and compare each table with it afterwards.

    Raises:
        ValueError: a row does not fit, or is not there afterwards as it was.
    """
    with snapshot.connected(url) as connection:
        rows.load(connection, read, told=told)
        rows.go_on_after(connection, numbers)
        for name, found in rows.sums(connection).items():
            if rows.summed(read(name)) != found:
                raise ValueError(f"the table {name} does not hold what was put into it")
        connection.commit()


@contextmanager
def _source(work: Path) -> Iterator[Read]:
    packed = work / COPY
    if packed.exists():
        with snapshot.connected(f"sqlite:///{packed}") as connection:
            tables = {table.name: table for table in rows.tables(connection)}
            yield lambda name: rows.lines(connection, tables[name])
    else:
        yield lambda name: _lines(work / "tables" / f"{name}.jsonl")


def _lines(path: Path) -> Iterator[bytes]:
    packed = path.with_name(f"{path.name}.gz")
    if packed.exists():
        with packed.open("rb") as file, archive.unpacked(file) as lines:
            yield from lines
    elif path.exists():
        with path.open("rb") as file:
            yield from file
    else:
        raise ValueError(f"there is no table {path.stem}")


def _counted(url: str, manifest: Manifest) -> None:
    with snapshot.connected(url) as connection:
        found, migration = snapshot.counts(connection), rows.migration(connection)
    if (found, migration) != (manifest.rows, manifest.migration):
        raise ValueError("the number of rows, or the migration, is not the one that the backup says")


def migrate(app: Flask, revision: str) -> None:
    """Bring the tables of *app* to *revision*, and leave no connection open."""
    with app.app_context():
        from flask_migrate import upgrade  # noqa: PLC0415 - see kit/db.py

        upgrade(directory=_migrations(app), revision=revision)
        db.session.remove()
        db.engine.dispose()


def _migrations(app: Flask) -> str:
    return str(app.root_path) + "/migrations"


def look_through(app: Flask, url: str) -> None:
    """The database's own check, and the two chains.

    Raises:
        BackupError: something in it was changed after it was written.
    """
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            if said != ["ok"]:
                raise BackupError(f"The database in the backup is damaged: {said[0]}. Nothing was restored.")
    with app.app_context(), publishing.as_staff():
        for name, check in (("ledger", ledger.check), ("audit", audit.check)):
            whole, sentence = chain.in_words(name, check())
            db.session.rollback()
            if not whole:
                raise BackupError(f"{sentence} Nothing was restored.")
        db.session.remove()
        db.engine.dispose()


def mark(app: Flask, url: str, *, edition: int, now: Any) -> None:
    """Have the index of the new database made anew, and let its next edition be one that nobody has seen.

    Pages that readers and machines in front keep bear the edition: the same number must not mean two things.
    """
    with app.app_context(), publishing.as_staff():
        queue.ask_for_rebuild(now)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    with snapshot.connected(url) as connection:
        connection.execute(text("UPDATE edition SET n = :n WHERE n < :n"), {"n": edition})
        connection.commit()


def settle(path: Path) -> None:
    """An SQLite database in a single file, on the disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unpack(path: Path, passphrase: str, work: Path, keep: Callable[[str, Any], None]) -> None:
    """Unpack the backup at *path*: database, settings and secrets into *work*; each file is handed to *keep*.

    Args:
        keep: takes (store/name, content).
    """
    (work / "tables").mkdir()
    with archive.opened(path, passphrase) as members:
        for name, content in members:
            if name == DATABASE:
                with (work / COPY).open("wb") as out:
                    shutil.copyfileobj(archive.unpacked(content), out)
            elif name.startswith("tables/"):
                with (work / name).open("wb") as out:
                    shutil.copyfileobj(content, out)
            elif "/" in name:
                keep(name, content)
            else:
                (work / name).write_bytes(content.read())
