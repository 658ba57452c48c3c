"""Keeping the index in step with the database: drain, sweep, rebuild, mend.

The order is what makes a crash harmless: read the queue, read the documents, write the index, make it
durable, and only then delete the rows that were taken. Whatever is interrupted is done again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from pressroom.kit import clock
from pressroom.kit.db import db, writing
from pressroom.kit.lock import alone
from pressroom.search import hosts, progress, queue
from pressroom.search.engines import Engine, IndexUnusableError, Key
from pressroom.search.reader import load, public_documents, public_keys, public_session

BATCH = 500  # rows a worker takes at once
BATCH_OF_REQUEST = 50  # rows that a request works off before it answers
PATIENCE = 5.0  # seconds for which a request waits for another process's drain
SMALL = 5_000  # documents of which a request makes a lost index again by itself
RETRY = timedelta(minutes=10)  # until a thing that its room could not read is tried again

log = logging.getLogger(__name__)

_listeners: list[Callable[[], None]] = []


def when_made_again(tell: Callable[[], None]) -> None:
    """Have *tell* called in the transaction in which a new index has taken over: answers may be others than before."""
    _listeners.append(tell)


def engine() -> Engine:
    """The engine of this press room."""
    chosen: Engine = current_app.extensions["search"]
    return chosen


def folder() -> Path:
    """The folder of the index and of its locks."""
    return Path(current_app.instance_path) / "index"


def drain(*, now: datetime | None = None, limit: int = BATCH, wait: float = 0) -> int:
    """Work off at most *limit* due rows; one at a time over all processes.

    Args:
        wait: seconds to wait while another process drains.

    Returns:
        How many rows are done with; 0 as well when another process is at it.
    """
    now = now or clock.now()
    with alone(folder() / "drain.lock", wait=wait) as mine:
        if not mine:
            return 0
        with public_session():
            rows = [(row.id, Key(row.kind, row.object_id)) for row in queue.take(now, limit)]
        if not rows:
            return 0
        keys = dict.fromkeys(key for _, key in rows)
        documents, failed = load(keys)
        engine().write(list(documents.values()), [key for key in keys if key not in documents])
        _tell_rebuild(keys)
        return len(rows) if _forget([number for number, _ in rows], failed, now) else 0


def drain_for_request(now: datetime, *, wait: float) -> datetime | None:
    """Work off some of what is due, if anything is; make a lost index first.

    Returns:
        When the index has to be looked after next: *now* or before, if something that is due is not in it.
    """
    _be_known(now)
    first = _next_due()
    if first is None or first > now or not (engine().ready() or mend(now)):
        return first
    try:
        drain(now=now, limit=BATCH_OF_REQUEST, wait=wait)
    except IndexUnusableError:
        log.warning("the index is damaged and is made again", exc_info=True)
        mend(now)
    return _next_due()


def _next_due() -> datetime | None:
    if known := queue.known_next_due():
        return known[0]
    with public_session():
        return queue.next_due()


def sweep(told: progress.Told | None = None) -> int:
    """Work off everything that is due; make the index again if it is lost, damaged, or somebody asked.

    For the worker and for commands. The caller has no transaction open: its rows could not be deleted.

    Args:
        told: as for :func:`rebuild`, when the index is made again.

    Returns:
        How many rows, or documents of a new index, were worked off.
    """
    _be_known(clock.now())
    with public_session():
        asked = queue.rebuild_is_asked()
    done = rebuild(told) if asked or not engine().ready() or _is_flooded() else 0
    try:
        return done + _drain_all()
    except IndexUnusableError:
        log.warning("the index is damaged and is made again", exc_info=True)
        return done + rebuild() + _drain_all()


def _be_known(now: datetime) -> None:
    """Make sure that what is queued waits for this host; throw an index away for which it did not.

    A process asks the database at its first question, and then once in a quarter of ``index_host_days``.
    """
    if hosts.is_sure(now) or _holds_write_lock():
        return
    with public_session():
        known = hosts.was_seen(now)
    if known is None:
        with current_app.app_context(), writing():
            known = hosts.say(now)
            queue.tidy()
            db.session.commit()
    if known:
        return
    with alone(folder() / "rebuild.lock", wait=PATIENCE) as mine:
        if mine:  # else an index is being made, and the next question asks again
            hosts.enter(now, throw_away=engine().lose)


def _is_flooded() -> bool:
    """Whether so much waits, as after an import, that making the index again is less work.

    Drained, a document costs about twice what it costs in a new index, because segments are merged.
    """
    with public_session():
        waiting = len(queue.due_ids(clock.now()))
    return waiting > SMALL and waiting * 2 > len(public_keys())


def rebuild(told: progress.Told | None = None) -> int:
    """Make the whole index again, while the old one answers. What changes meanwhile is in it as well.

    Args:
        told: told, batch by batch, how many documents were put in and how many there are.

    Returns:
        How many documents were put in.

    Raises:
        NoSpaceError: there is not the room for a second index; the old one answers.
    """
    _be_known(clock.now())
    with alone(folder() / "rebuild.lock", wait=None):
        return _rebuild(told)


def mend(now: datetime) -> bool:
    """Make a lost or damaged index again: at once if it is small, else the worker is asked to.

    Whether it was done.
    """
    with public_session():
        asked = queue.rebuild_is_asked()
    if asked:
        return False
    if len(public_keys()) > SMALL:
        _ask_for_rebuild(now)
        return False
    lost = _generation()
    with alone(folder() / "rebuild.lock", wait=PATIENCE) as mine:
        if not mine:
            return False
        if _generation() == lost:  # else another process has just made it
            _rebuild(None)
    return True


def _drain_all() -> int:
    done = 0
    while worked_off := drain(wait=PATIENCE):
        done += worked_off
    if done:
        with public_session():
            several = len(hosts.known(clock.now())) > 1
        if several and not _holds_write_lock():
            with current_app.app_context(), writing():
                queue.tidy()
                db.session.commit()
    return done


def _rebuild(told: progress.Told | None) -> int:
    with engine().replacement() as fresh, _noted() as changed, progress.shown(folder(), told) as tell:
        with public_session():
            covered = queue.covered_by_rebuild(clock.now())  # their things are read from here on
        keys = public_keys()
        failed: set[Key] = set()
        done = 0
        for start in range(0, len(keys), BATCH):
            documents, unread = load(keys[start : start + BATCH])
            fresh.add(list(documents.values()))
            failed |= unread
            done += len(documents)
            tell(min(start + BATCH, len(keys)), len(keys))
        with alone(folder() / "drain.lock", wait=None):
            late = changed()
            documents = public_documents(late)
            fresh.take_over(list(documents.values()), [key for key in late if key not in documents])
    if not _holds_write_lock():
        with current_app.app_context(), writing():
            _retry_later(failed, clock.now())
            for told_of_it in _listeners:
                told_of_it()
            db.session.commit()
        for start in range(0, len(covered), BATCH):  # others write between; what is left is indexed once more
            with current_app.app_context(), writing():
                queue.forget(covered[start : start + BATCH])
                db.session.commit()
    return done


@contextmanager
def _noted() -> Iterator[Callable[[], list[Key]]]:
    """While this is open, every drain notes what it changed; gives what was noted."""
    notes = folder() / "changed"
    with alone(folder() / "drain.lock", wait=None):
        notes.write_text("")
    try:
        yield lambda: [Key(*json.loads(line)) for line in dict.fromkeys(notes.read_text("utf-8").splitlines())]
    finally:
        notes.unlink(missing_ok=True)


def _tell_rebuild(keys: Collection[Key]) -> None:
    notes = folder() / "changed"
    if not notes.exists():
        return
    if progress.is_being_made(folder()):
        with notes.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(key) + "\n" for key in keys)
    else:  # who made it was killed
        notes.unlink(missing_ok=True)


def _forget(rows: Sequence[int], failed: Collection[Key], now: datetime) -> bool:
    """Delete the rows, and have what failed tried again later. Whether that could be done.

    Where the caller holds SQLite's write lock the rows stay, to be worked off once more: waiting would be for ever.
    """
    if _holds_write_lock():
        return False
    with current_app.app_context(), writing():
        done = queue.forget(rows)
        _retry_later(failed, now)
        db.session.commit()
    return done


def _retry_later(failed: Collection[Key], now: datetime) -> None:
    for key in failed:
        queue.enqueue(key.kind, key.id, due=now + RETRY)


def _ask_for_rebuild(now: datetime) -> None:
    if _holds_write_lock():
        return
    with current_app.app_context(), writing():
        queue.ask_for_rebuild(now, everywhere=False)
        db.session.commit()


def _holds_write_lock() -> bool:
    """Whether the caller's own transaction is one that other sessions of this process wait for."""
    session = db.session()
    return session.in_transaction() and bool(session.connection().info.get("holds_write_lock"))


def _generation() -> str:
    pointer = folder() / "current"
    return pointer.read_text("utf-8", "replace") if pointer.exists() else ""
