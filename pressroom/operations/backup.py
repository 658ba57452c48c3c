"""Making a backup of a press room that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, column, select, table

from pressroom.kit import files, lock
from pressroom.media.jobs import BACKUP_LOCK as LOCK
from pressroom.operations import archive, named, rows, settings, snapshot
from pressroom.operations.archive import Manifest
from pressroom.operations.rules import SECRETS, SETTINGS, BackupError
from pressroom.version import VERSION


def make(path: Path, *, now: datetime, passphrase: str = "", with_secrets: bool = False) -> Manifest:
    """Write a backup of the current press room to *path*, whole or not at all, and give what it says of itself.

    The state is that of one instant, a little after *now*. The public index is not in it: it is made of the database.

    Args:
        passphrase: seal it with this; it then holds the secrets as well.
        with_secrets: the secrets go in even though nothing seals it.

    Raises:
        BackupError: with the reason; nothing was left behind.
    """
    with held():
        return _make(path, now, passphrase, with_secrets)


@contextmanager
def held() -> Iterator[None]:
    """One backup at a time, and no file is swept away meanwhile.

    Raises:
        BackupError: another one is being made.
    """
    with lock.alone(Path(current_app.instance_path) / LOCK, wait=0) as alone:
        if not alone:
            raise BackupError("Another backup is being made. Try again when it is done.")
        yield


def _make(path: Path, now: datetime, passphrase: str, with_secrets: bool) -> Manifest:
    try:
        with files.refusing_when_full(), archive.writing(path, passphrase) as (writer, folder):
            with snapshot.taken(folder) as (connection, held):
                for name, member in held:
                    writer.add(name, member)
                    member.unlink()
                manifest = said(connection, now, _add_files(writer, named.files(connection)))
            writer.say(SETTINGS, settings.as_toml().encode())
            if passphrase or with_secrets:
                writer.say(SECRETS, json.dumps(settings.secrets(), indent=1).encode() + b"\n")
            writer.finish(manifest)
    except files.StorageFullError:
        raise BackupError(f"There is no room for the backup where {path} is. Free some space there.") from None
    except OSError as error:
        raise BackupError(f"The backup was not written to {path}: {error.strerror or error}.") from error
    return manifest


def _add_files(writer: archive.Writer, wanted: list[tuple[str, str]]) -> list[str]:
    """Put each file in; gives those that are not there, or are not whole."""
    missing = []
    for store, name in wanted:
        place = files.kept_in(store)
        if place.is_whole(name):
            writer.add(f"{store}/{name}", place.path(name))
        elif store not in named.PASSING:
            missing.append(f"{store}/{name}")
    return missing


def said(connection: Connection, now: datetime, missing: list[str]) -> Manifest:
    """What a backup, or an export, says of itself."""
    edition = connection.execute(select(column("n")).select_from(table("edition"))).scalar() or 0
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=VERSION,
        database=connection.dialect.name,
        migration=rows.migration(connection),
        edition=edition,
        rows=snapshot.counts(connection),
        numbers=rows.numbers(connection),
        missing=missing,
    )
