"""Everything as files that any program reads, and from one kind of database to the other."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from pressroom.front import health
from pressroom.kit import files, running
from pressroom.kit.db import db
from pressroom.operations import fitting, named, preparing, rows, settings, snapshot
from pressroom.operations.archive import Manifest
from pressroom.operations.backup import held, said
from pressroom.operations.preparing import Create
from pressroom.operations.restore import RUNNING
from pressroom.operations.rules import MANIFEST, SETTINGS, SUMS, BackupError
from pressroom.search import queue


def export(folder: Path, *, now: datetime) -> Manifest:
    """Write all rows as JSON lines, one file a table, and all files, to *folder*, which must not be there yet.

    Raises:
        BackupError: with the reason; nothing was left behind.
    """
    if folder.exists():
        raise BackupError(f"{folder} is there already. Name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        with files.refusing_when_full(), held(), tempfile.TemporaryDirectory(dir=folder.parent) as copies:
            manifest = _written(work, Path(copies), now)
        work.replace(folder)
        files.flush_folder(folder.parent)
    except files.StorageFullError:
        raise BackupError(f"There is no room for the export where {folder} is. Free some space there.") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _written(work: Path, copies: Path, now: datetime) -> Manifest:
    (work / "tables").mkdir()
    with snapshot.taken(copies) as (connection, _members):
        for table in rows.tables(connection):
            with (work / "tables" / f"{table.name}.jsonl").open("wb") as out:
                out.writelines(rows.lines(connection, table))
        missing = []
        for store, name in named.files(connection):
            place = files.kept_in(store)
            if place.is_whole(name):
                (work / store).mkdir(exist_ok=True)
                shutil.copyfile(place.path(name), work / store / name)
            elif store not in named.PASSING:
                missing.append(f"{store}/{name}")
        manifest = replace(said(connection, now, missing), database="lines")
    (work / SETTINGS).write_text(settings.as_toml(), "utf-8")
    (work / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", "utf-8")
    names = sorted(path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file())
    (work / SUMS).write_text("".join(f"{_sum(work / name)}  {name}\n" for name in names), "utf-8")
    return manifest


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def move(url: str, *, create: Create, now: datetime, told: Callable[[str], None]) -> dict[str, int]:
    """Copy every row of the current press room, which nobody may be using, into the empty database *url*.

    Each table is compared, row by row, with what was copied, and both chains are followed. Files stay where they are,
    and so does the old database: the setting ``database_url`` decides which one is used.

    Returns:
        Table → how many rows were copied.

    Raises:
        BackupError: the press room runs, or the other database is not empty, cannot be reached, or is not equal.
    """
    _must_be_one_of_ours(url)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if health.migrations() != "current":
        raise BackupError("The tables are not those of this version. Run pressroom init first.")
    db.session.remove()
    db.engine.dispose()
    home = Path(app.instance_path)
    with running.alone(home) as alone, tempfile.TemporaryDirectory(prefix=".moving-", dir=home) as work:
        if not alone:
            raise BackupError(RUNNING)
        _must_fit(str(app.config["DATABASE_URL"]), url)
        place = Path(work)
        given = {"database_url": url, "search_engine": "whoosh", "secret_key": app.config["SECRET_KEY"]}
        made = create(place, given)
        where = str(made.config["DATABASE_URL"])
        shown = make_url(where).render_as_string(hide_password=True)
        try:
            _must_be_empty(where, shown)
            return _copied(made, place, where, now, told)
        except (SQLAlchemyError, ValueError) as error:
            raise BackupError(f"Nothing was moved to {shown}: {error}") from error


def _must_be_one_of_ours(url: str) -> None:
    try:
        kind = make_url(url).get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        kind = ""
    if kind not in {"postgres", "postgresql", "sqlite"}:
        raise BackupError(
            "The press room keeps its rows in PostgreSQL or SQLite, and that address is of neither. "
            "Write postgresql://user:password@host/name, or sqlite:////folder/file.sqlite3 with four strokes."
        )


def _must_fit(url: str, to: str) -> None:
    if to.startswith("sqlite") or not url.startswith("sqlite"):
        return
    with snapshot.connected(url) as connection:
        wrong = fitting.unfit(connection)
    if wrong:
        listed = "\n  ".join(wrong)
        raise BackupError(f"PostgreSQL would not take these, so nothing was written. Correct them first:\n  {listed}")


def _must_be_empty(url: str, shown: str) -> None:
    with snapshot.connected(url) as connection:
        if inspect(connection).get_table_names():
            raise BackupError(f"{shown} has tables already. Name an empty database.")


def _copied(made: Flask, place: Path, url: str, now: datetime, told: Callable[[str], None]) -> dict[str, int]:
    with snapshot.taken(place) as (connection, _members):
        preparing.migrate(made, rows.migration(connection))
        tables = {table.name: table for table in rows.tables(connection)}
        numbers = rows.numbers(connection)
        preparing.fill(url, lambda name: rows.lines(connection, tables[name]), numbers, told=told)
        copied = snapshot.counts(connection)
    preparing.look_through(made, url)
    with made.app_context():
        queue.ask_for_rebuild(now)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return copied
