"""How far the index is: what waits, and how much of a new index is made. For people to look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pressroom.kit.lock import alone
from pressroom.search import queue

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Progress:
    """How far the index is behind.

    Attributes:
        waiting: documents that are due and not in the index yet.
        since: since when the first of them waits.
        done: documents that are in the new index, while one is made; else None.
        total: documents that will be in it.
    """

    waiting: int
    since: datetime | None
    done: int | None = None
    total: int = 0


def progress(folder: Path, now: datetime, kind: str | None = None) -> Progress:
    """How far the index in *folder* is, for one kind or for all; one query."""
    waits = queue.waiting(now, kind)
    if is_being_made(folder) and (made := _read(_file(folder))):
        return Progress(waits.rows, waits.since, *made)
    return Progress(waits.rows, waits.since)


def is_being_made(folder: Path) -> bool:
    """Whether some process makes the index again now. A killed one left its files, but not its lock."""
    with alone(folder / "rebuild.lock", wait=0) as free:
        return not free


@contextmanager
def shown(folder: Path, told: Told | None) -> Iterator[Told]:
    """Gives what the maker of a new index calls with (done, total); every process can read it until the end."""
    file = _file(folder)

    def tell(done: int, total: int) -> None:
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([done, total]), "ascii")
        fresh.replace(file)
        if told:
            told(done, total)

    try:
        yield tell
    finally:
        file.unlink(missing_ok=True)


def _file(folder: Path) -> Path:
    return folder / "progress"


def _read(file: Path) -> tuple[int, int] | None:
    try:
        done, total = json.loads(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return done, total
