"""Backups by the worker: made when the last one is old enough, and thrown away when they are too many."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from pressroom import jobs
from pressroom.jobs import outcome
from pressroom.jobs.outcome import Outcome
from pressroom.kit.settings import setting
from pressroom.operations import backup, rules
from pressroom.operations.rules import BackupError
from pressroom.operations.sealing import passphrase_in

STATE = "backup.json"
FOLDER = "backups"
AHEAD = timedelta(minutes=5)  # by so much a clock may have been put back

log = logging.getLogger(__name__)


State = Outcome


def state() -> State:
    """How the last backup of the current press room went."""
    return outcome.read(_file())


def note(now: datetime, *, problem: str = "") -> None:
    """Write down that a backup was made, or why it was not."""
    outcome.note(_file(), now, problem=problem)


def folder() -> Path:
    """Where scheduled backups go."""
    chosen = setting("backup_folder")
    return Path(chosen).expanduser() if chosen else Path(current_app.instance_path) / FOLDER


def made() -> dict[datetime, Path]:
    """The scheduled backups that are there, by their instants."""
    there = folder()
    paths = list(there.iterdir()) if there.is_dir() else []
    return {at: path for path in paths if (at := rules.instant(path.name)) is not None}


def is_due(now: datetime) -> bool:
    """Whether a backup is to be made at *now*; one of the future, by a clock that ran ahead, does not count."""
    every = timedelta(hours=setting("backup_every_hours"))
    if not every or any(now - every < at <= now + AHEAD for at in made()):
        return False
    return state().may_be_tried(now)


@jobs.periodic("operations: backup")
def run(now: datetime) -> None:
    """Make a backup when one is due, then throw away what is not kept. It may be killed at any moment."""
    if not is_due(now):
        return
    try:
        words = setting("backup_passphrase_file")
        passphrase = passphrase_in(Path(words)) if words else ""
        path = folder() / rules.file_name(now, sealed=bool(passphrase))
        backup.make(path, now=now, passphrase=passphrase)
    except BackupError as error:
        log.error("no backup was made: %s", error)
        note(now, problem=str(error))
        return
    note(now)
    throw_away()


def throw_away() -> list[Path]:
    """Delete the scheduled backups that are not kept; files that are called otherwise stay."""
    there = made()
    kept = rules.kept(there, daily=setting("backup_keep_daily"), weekly=setting("backup_keep_weekly"))
    gone = [path for at, path in there.items() if at not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _file() -> Path:
    return Path(current_app.instance_path) / STATE
