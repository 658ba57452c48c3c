"""Restoring a backup: verified first, made beside what is there, and put in its place in one step.

Until that step a kill, a full disk or a wrong passphrase leaves the press room as it was. Files bear the SHA-256 of
their bytes, so putting them in takes nothing away. What was there is kept aside, as a press room of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, current_app
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from pressroom import search
from pressroom.kit import files, running
from pressroom.kit.db import db
from pressroom.kit.settings import SettingsError
from pressroom.operations import archive, preparing, settings, snapshot
from pressroom.operations.archive import Manifest
from pressroom.operations.preparing import SQLITE, Create
from pressroom.operations.rules import SECRETS, SETTINGS, STORES, BackupError

KEY = "secret_key"
_WORK = ".restoring-"
RUNNING = "The press room is running. Stop web and worker first (Ctrl-C, or your service manager), then restore again."
Told = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was done.

    Attributes:
        manifest: of the backup.
        folder: where the press room is.
        aside: where what was there before is; empty if nothing was.
        indexed: how many documents the new index has.
        hints: what is left for a person to do.
    """

    manifest: Manifest
    folder: Path
    aside: str
    indexed: int
    hints: tuple[str, ...]


def verified(path: Path, passphrase: str) -> Manifest:
    """What the backup at *path* says of itself, after every sum was compared and its migration is known.

    Raises:
        BackupError: it cannot be restored; the message says why.
    """
    with archive.opened(path, passphrase) as members:
        manifest = archive.verify(members)
    preparing.known(_app(), manifest)
    return manifest


def into(folder: Path, path: Path, *, create: Create, passphrase: str, told: Told) -> Restored:
    """A press room in *folder*, which is not there yet or is empty, on SQLite, whatever the backup was made of.

    Raises:
        BackupError: it was not made; nothing is there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is there and is not empty. Name a new folder.")
    manifest = verified(path, passphrase)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _sentences(folder), _work(folder.parent) as work, _work(folder.parent) as place:
        preparing.unpack(path, passphrase, place, _keeper(work))
        secrets = _secrets(place)
        _write_secret(work / "config.toml", settings.with_secrets((place / SETTINGS).read_text("utf-8"), secrets))
        if secrets.get(KEY):
            _write_secret(work / KEY, secrets[KEY])
        url = f"sqlite:///{work / SQLITE}"
        made = create(work, {"database_url": url, "search_engine": "whoosh"})
        preparing.database(made, place, url, manifest, told=told)
        preparing.settle(work / SQLITE)
        _rename(work, folder)
    with create(folder, {"database_url": f"sqlite:///{folder / SQLITE}", "search_engine": "whoosh"}).app_context():
        indexed = search.rebuild()
        db.engine.dispose()
    hints = () if secrets.get(KEY) else (_WITHOUT_KEY,)
    return Restored(manifest, folder, "", indexed, hints)


def in_place(path: Path, *, create: Create, passphrase: str, now: datetime, told: Told) -> Restored:
    """Put the backup in the place of the current press room, which nobody may be using.

    Raises:
        BackupError: it was not restored; the press room is as it was.
    """
    app = _app()
    home, url = Path(app.instance_path), str(app.config["DATABASE_URL"])
    db.session.remove()
    db.engine.dispose()
    with running.alone(home) as alone:
        if not alone:
            raise BackupError(RUNNING)
        manifest = verified(path, passphrase)
        where = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite") else home
        for left in where.glob(f"{_WORK}*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        with _work(where) as work:
            with _sentences(home):  # up to the one step; what fails afterwards is not "nothing was restored"
                preparing.unpack(path, passphrase, work, _keeper(home))
                swap = _sqlite if url.startswith("sqlite") else _postgres
                aside = swap(app, work, url, manifest, create=create, now=now, told=told)
            hints = _settle(app, work, aside)
        indexed = search.rebuild()
    return Restored(manifest, home, str(aside), indexed, hints)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


# The one step ---------------------------------------------------------------------------------------------


def _sqlite(app: Flask, work: Path, url: str, manifest: Manifest, *, create: Create, now: datetime, told: Told) -> Path:
    """Gives the folder in which what was there is a press room of its own."""
    place, fresh = Path(url.removeprefix("sqlite:///")), work / SQLITE
    fresh_url = f"sqlite:///{fresh}"
    made = create(work, {"database_url": fresh_url, "search_engine": "whoosh", KEY: app.config["SECRET_KEY"]})
    preparing.database(made, work, fresh_url, manifest, told=told)
    preparing.mark(made, fresh_url, edition=max(manifest.edition, _edition(url)) + 1, now=now)
    preparing.settle(fresh)
    _single_file(place)
    aside = _aside(Path(app.instance_path), now)
    for name in ("", "-wal", "-shm"):
        if (old := place.with_name(place.name + name)).exists():
            _linked(old, aside / (SQLITE + name))
    shutil.rmtree(Path(app.instance_path) / "index", ignore_errors=True)
    for name in ("-wal", "-shm"):  # only of a database that could not be opened any more
        place.with_name(place.name + name).unlink(missing_ok=True)
    fresh.replace(place)
    files.flush_folder(place.parent)
    return aside


def _postgres(
    app: Flask, work: Path, url: str, manifest: Manifest, *, create: Create, now: datetime, told: Told
) -> Path:
    """Gives the folder with the files that were there; their rows are in a schema called like it."""
    stamp = f"{now.astimezone(UTC):%Y%m%d%H%M%S}_{token_hex(2)}"
    fresh, aside = f"restoring_{stamp}", f"before_restore_{stamp}"
    with snapshot.connected(url) as connection:
        if others := connection.execute(text(_OTHERS)).scalar():
            raise BackupError(f"{others} other connections use the database. {RUNNING}")
        connection.execute(text(f'DROP SCHEMA IF EXISTS "{fresh}" CASCADE'))
        connection.execute(text(f'CREATE SCHEMA "{fresh}"'))
        living = connection.execute(text("SELECT current_schema()")).scalar()
        connection.commit()
    fresh_url = make_url(url).update_query_dict({"options": f"-csearch_path={fresh}"}).render_as_string(False)
    try:
        made = create(work, {"database_url": fresh_url, "search_engine": "whoosh", KEY: app.config["SECRET_KEY"]})
        preparing.database(made, work, fresh_url, manifest, told=told)
        preparing.mark(made, fresh_url, edition=max(manifest.edition, _edition(url)) + 1, now=now)
        kept = _aside(Path(app.instance_path), now)
        shutil.rmtree(Path(app.instance_path) / "index", ignore_errors=True)
        with snapshot.connected(url) as connection:
            search.drop_tables(connection)
            connection.execute(text(f'ALTER SCHEMA "{living}" RENAME TO "{aside}"'))
            connection.execute(text(f'ALTER SCHEMA "{fresh}" RENAME TO "{living}"'))
            connection.commit()
    except BaseException:
        with snapshot.connected(url) as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{fresh}" CASCADE'))
            connection.commit()
        raise
    return kept


_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def _edition(url: str) -> int:
    """Of the database that is replaced; 0 where it can no longer be asked."""
    try:
        with snapshot.connected(url) as connection:
            return int(connection.execute(text("SELECT n FROM edition")).scalar() or 0)
    except SQLAlchemyError:
        return 0


def _single_file(place: Path) -> None:
    """Close the old database so that one rename replaces all of it; one that is damaged is left as it is."""
    if not place.exists():
        return
    try:
        with closing(sqlite3.connect(place, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BackupError(f"Another program has the database open. {RUNNING}") from error
    except sqlite3.DatabaseError:
        return


# What was there -------------------------------------------------------------------------------------------


def _aside(home: Path, now: datetime) -> Path:
    """A folder with the files, the settings and the key of *home*: the files by further names, at no cost of space."""
    aside = home / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for store in STORES:
        old, new = files.Storage(home / store), files.Storage(aside / store)
        for name in old.names():
            new.path(name).parent.mkdir(parents=True, exist_ok=True)
            _linked(old.path(name), new.path(name))
    for name in ("config.toml", KEY):
        if (home / name).exists():
            shutil.copy2(home / name, aside / name)
    return aside


def _linked(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without further names
        shutil.copy2(old, new)


def _settle(app: Flask, work: Path, aside: Path) -> tuple[str, ...]:
    """The backup's key and settings, where there are none of somebody's choice; gives what is left to do."""
    home, key = Path(app.instance_path), _secrets(work).get(KEY)
    if not (home / "config.toml").exists():
        (work / SETTINGS).replace(home / "config.toml")
        (home / "config.toml").chmod(0o600)
    if key is None:
        return () if (aside / SQLITE).exists() else (_WITHOUT_KEY,)
    if key != app.config["SECRET_KEY"]:
        if not (home / KEY).exists():
            return ("The key of the backup is another one than the setting secret_key: set it to that one.",)
        _write_secret(work / KEY, key)
        (work / KEY).replace(home / KEY)
    return ()


_WITHOUT_KEY = (
    "The backup holds no secret key: everybody signs in once more, and whoever has a second factor needs a recovery "
    "code or `pressroom end-second-factor`. If you kept the file secret_key, put it into the folder."
)


# Small things ---------------------------------------------------------------------------------------------


@contextmanager
def _work(beside: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it was renamed."""
    work = Path(tempfile.mkdtemp(prefix=_WORK, dir=beside))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    """Faults of the disk, and settings that this version does not know, as sentences."""
    try:
        with files.refusing_when_full():
            yield
    except files.StorageFullError:
        raise BackupError(f"There is no room in {folder}. Nothing was restored; free some space first.") from None
    except SettingsError as error:
        raise BackupError(f"The settings in the backup are none of this version: {error}.") from error
    except SQLAlchemyError as error:
        raise BackupError(f"Nothing was restored: the database refused. {error}") from error
    except OSError as error:
        raise BackupError(f"Nothing was restored: {error.strerror or error} ({error.filename}).") from error


def _keeper(home: Path) -> Callable[[str, Any], None]:
    def keep(name: str, content: Any) -> None:
        store, _, sha256 = name.partition("/")
        if files.Storage(home / store).store(content).sha256 != sha256:
            raise BackupError("The backup changed while it was read. Nothing was restored.")

    return keep


def _secrets(work: Path) -> dict[str, str]:
    file = work / SECRETS
    found: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


def _write_secret(path: Path, text: str) -> None:
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _rename(work: Path, folder: Path) -> None:
    work.chmod(0o700)
    work.replace(folder)
    files.flush_folder(folder.parent)
