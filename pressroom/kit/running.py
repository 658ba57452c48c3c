"""Who uses an instance folder: web processes and the worker share it, and a restore wants it for itself.

Each holds a lock of the kernel's, which lets it go when the process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, abort, request

LOCK = "in-use.lock"
ALIVE = "/healthz"  # says that the process lives, and touches nothing


def init_app(app: Flask) -> None:
    """Hold the instance folder of *app* from the first request on; answer 503 while it is being restored."""
    held: dict[int, int] = {}  # by process: who forks after a request shares no lock with its child

    def hold() -> None:
        if os.getpid() in held or request.path == ALIVE:
            return
        handle = share(Path(app.instance_path), wait=False)
        if handle is None:
            abort(503)
        held[os.getpid()] = handle
        weakref.finalize(app, os.close, handle)

    app.before_request(hold)


def share(folder: Path, *, wait: bool) -> int | None:
    """Hold *folder* beside others until the process ends, or the handle that is given back is closed.

    Args:
        wait: for whoever has it for himself; None at once without.
    """
    handle = _opened(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Hold *folder* for oneself; gives whether nobody else uses it."""
    handle = _opened(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)


def _opened(folder: Path) -> int:
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
