"""The table of periodic work, and how the worker is woken."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask, current_app

from pressroom.kit import clock
from pressroom.kit.db import db

if TYPE_CHECKING:
    from huey import SqliteHuey

log = logging.getLogger(__name__)

Function = Callable[[datetime], object]


@dataclass(frozen=True)
class Work:
    """One kind of work.

    Attributes:
        name: what the log calls it.
        run: works off the rows that are due at the instant that it is given, and commits; does nothing when none
            is. It may be killed at any moment and called again.
    """

    name: str
    run: Function


IN_HAND = "work-in-hand"
TURN = 20.0  # seconds of one kind of work in one sweep

_table: dict[str, Work] = {}


def periodic(name: str) -> Callable[[Function], Function]:
    """Put a function into the table of work that is looked after every minute, and when somebody wakes the worker."""

    def add(run: Function) -> Function:
        _table[name] = Work(name, run)
        return run

    return add


def in_turn(*, monotonic: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Go round as long as the turn of one kind of work lasts, and once at least; what is left waits for the next sweep.

    All kinds share one process, so that work without an end would keep mail and lifts waiting.
    """
    ends = monotonic() + TURN
    yield
    while monotonic() < ends:
        yield


def sweep() -> dict[str, bool]:
    """Do all that is due, each kind in an application context of its own. Gives which kinds succeeded.

    One kind that fails is logged and does not stop the others; one that ends the process is done last by the next one.
    """
    done = {}
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    note = Path(app.instance_path) / IN_HAND
    ended = _ended(note)
    for work in sorted(_table.values(), key=lambda work: work.name in ended):
        _write(note, ended | {work.name})
        with app.app_context():
            try:
                work.run(clock.now())
                done[work.name] = True
            except Exception:
                db.session.rollback()
                log.exception("work %s failed; it is tried again within a minute", work.name)
                done[work.name] = False
        ended.discard(work.name)
        _write(note, ended)
    return done


def _ended(note: Path) -> set[str]:
    """The kinds of work that were in hand when a process ended, as a killed one cannot say itself."""
    try:
        names = set(note.read_text("utf-8").split("\n")) & _table.keys()
    except OSError:
        return set()
    if names:
        log.warning("the worker ended while it did this, which is done last from now on: %s", ", ".join(sorted(names)))
    return names


def _write(note: Path, names: set[str]) -> None:
    with suppress(OSError):  # a full disk: the order is then as it is
        if names:
            note.write_text("\n".join(sorted(names)), "utf-8")
        else:
            note.unlink(missing_ok=True)


class Queue(NamedTuple):
    """The queue that wakes the worker, and what puts a call into it; it holds nothing that could be lost."""

    huey: SqliteHuey
    wake: Callable[[], object]


def init_app(app: Flask) -> None:
    """Have the queue opened by whoever wakes the worker first, or is it."""
    app.extensions["wake"] = lambda: queue(app).wake()


def queue(app: Flask) -> Queue:
    """The queue of *app*. Opened twice, by two threads at once, it is the same file."""
    if "huey" not in app.extensions:
        app.extensions["huey"] = _open(app)
    found: Queue = app.extensions["huey"]
    return found


def _open(app: Flask) -> Queue:
    from huey import SqliteHuey, crontab  # noqa: PLC0415 - slow, with psycopg in tow; most processes only show pages

    huey = SqliteHuey("pressroom", filename=str(Path(app.instance_path) / "jobs.sqlite3"), results=False)

    def run() -> None:
        with app.app_context():
            sweep()

    huey.periodic_task(crontab(minute="*"), name="pressroom.every_minute")(run)
    return Queue(huey, huey.task(name="pressroom.wake")(run))


def wake() -> None:
    """Ask the worker to look at once instead of within a minute. Call it after the commit."""
    try:
        current_app.extensions["wake"]()
    except Exception:
        log.warning("the worker could not be woken; the work is done within a minute", exc_info=True)
