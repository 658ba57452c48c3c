"""A process that restores a backup and is killed on the way.

``python -m tests.operations.child INSTANCE FILE DEATH``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from pressroom.application import create_app
from pressroom.kit import files
from pressroom.operations import restore
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
    """This program as a process of its own; gives how it ended."""
    command = [sys.executable, "-m", "tests.operations.child", str(instance), str(file), death]
    return subprocess.run(command, check=False, timeout=120).returncode


def main() -> None:
    instance, file, death = sys.argv[1:]
    app = create_app(Path(instance), {"secret_key": "for tests only, and long enough to be one"})
    where, name = DEATHS[death]
    assert hasattr(where, name)
    if death != "after the one step":
        setattr(where, name, die)
    else:
        flush = files.flush_folder
        files.flush_folder = lambda folder: die() if folder == Path(instance) else flush(folder)  # type: ignore[assignment]
    with app.app_context():
        restore.in_place(Path(file), create=create_app, passphrase="", now=NOON, told=lambda _table: None)


if __name__ == "__main__":
    main()
