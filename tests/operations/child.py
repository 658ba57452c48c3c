"""A process that restores a backup and is killed on the way."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import NoReturn

from pressroom.application import create_app
from pressroom.kit import files
from pressroom.operations import restore
from tests import apart
from tests.conftest import NOON

DEATHS: dict[str, tuple[object, str]] = {
    "before the one step": (restore, "_aside"),
    "after the one step": (files, "flush_folder"),
}


def die(*_args: object, **_more: object) -> NoReturn:
    """As when the power goes: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def run(instance: Path, file: Path, death: str) -> int:
    """Have it done by a process of its own; gives how it ended."""
    return apart.ended(apart.start(work, instance, file, death))


def work(instance: Path, file: Path, death: str) -> None:
    """Restore *file* in the place of *instance*, and die where DEATHS says *death* is."""
    app = create_app(instance, {"secret_key": "for tests only, and long enough to be one"})
    where, name = DEATHS[death]
    assert hasattr(where, name)
    if death != "after the one step":
        setattr(where, name, die)
    else:
        flush = files.flush_folder
        files.flush_folder = lambda folder: die() if folder == instance else flush(folder)  # type: ignore[assignment]
    with app.app_context():
        restore.in_place(file, create=create_app, passphrase="", now=NOON, told=lambda _table: None)
