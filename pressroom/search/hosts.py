"""The hosts whose indexes are fed from the queue, and which of them this is.

Each host keeps its index in its own instance folder, and takes the rows of one queue. A row stays until every known
host has taken it, so a host has to be known before it trusts its index: whoever was away for longer than the setting
``index_host_days`` was forgotten, rows went that it never saw, and its index is thrown away and made anew.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import delete, exists, func, insert, select, text, update

from pressroom.kit.db import db, is_postgres, writing
from pressroom.kit.lock import alone
from pressroom.search.models import IndexHost, QueueRow, TakenRow

SHARED = 0
"""The number of the index in the database, which is one for all hosts."""

MOST = 2**31 - 1


@dataclass
class Host:
    """The index that this process asks.

    Attributes:
        file: where its number is kept; None for the index in the database.
        number: once it was read.
        confirmed: when this process last made sure that the host is known.
    """

    file: Path | None
    number: int | None = None
    confirmed: datetime | None = None


@dataclass(frozen=True)
class Known:
    """What people are told of a host: its name, when it was last there, how many rows wait for it."""

    name: str
    seen_at: datetime
    waiting: int


def init_app(app: Flask, *, shared: bool) -> None:
    """Say which index the processes of *app* ask."""
    app.extensions["search_host"] = Host(None if shared else Path(app.instance_path) / "index" / "host")


def me() -> int:
    """The number of the index that this process asks."""
    host = _host()
    if host.number is None:
        host.number = SHARED if host.file is None else _kept_number(host.file)
    return host.number


def is_sure(now: datetime) -> bool:
    """Whether this process knows, without asking, that nobody forgot its host."""
    confirmed = _host().confirmed
    return confirmed is not None and abs(now - confirmed) < _patience() / 4


def was_seen(now: datetime) -> bool | None:
    """Whether the host is known; None if it is, but has to say again that it is there."""
    seen = db.session.scalar(select(IndexHost.seen_at).where(IndexHost.id == me()))
    if seen is None:
        return False
    if abs(now - seen) > _patience() / 4:
        return None
    _host().confirmed = seen
    return True


def say(now: datetime) -> bool:
    """Say that this host is there, and forget those that are not. Whether it was known. The caller commits."""
    known = db.session.execute(
        update(IndexHost).where(IndexHost.id == me()).values(seen_at=now).returning(IndexHost.id)
    ).scalar()
    silent = IndexHost.seen_at < now - _patience()
    db.session.execute(delete(IndexHost).where(IndexHost.id != me(), silent))
    _host().confirmed = now if known is not None else None
    return known is not None


def is_known() -> bool:
    """Whether the host is known; one that is not asks again before it trusts its index."""
    found = bool(db.session.scalar(select(exists().where(IndexHost.id == me()))))
    if not found:
        _host().confirmed = None
    return found


def enter(now: datetime, *, throw_away: Callable[[], None]) -> None:
    """Become known; commits. What is queued from now on stays until this host has taken it.

    Args:
        throw_away: called first where others are known: rows may have gone that this host never saw.
    """
    with current_app.app_context(), writing():
        if is_postgres(current_app):
            db.session.execute(text("LOCK TABLE index_host IN SHARE ROW EXCLUSIVE MODE"))
        if not is_known():
            if db.session.scalar(select(exists().where(IndexHost.id != me()))):
                throw_away()
            db.session.execute(insert(IndexHost).values(id=me(), name=socket.gethostname()[:255], seen_at=now))
        db.session.commit()
    _host().confirmed = now


def known(now: datetime) -> Sequence[Known]:
    """All known hosts, each with what is due and waits for it."""
    taken = exists().where(TakenRow.row_id == QueueRow.id, TakenRow.host_id == IndexHost.id)
    waiting = select(func.count(QueueRow.id)).where(QueueRow.due <= now, ~taken).scalar_subquery()
    return [
        Known(*row) for row in db.session.execute(select(IndexHost.name, IndexHost.seen_at, waiting).order_by("name"))
    ]


def _host() -> Host:
    found: Host = current_app.extensions["search_host"]
    return found


def _patience() -> timedelta:
    return timedelta(days=current_app.config["INDEX_HOST_DAYS"])


def _kept_number(file: Path) -> int:
    """The number in *file*; drawn and put there by whichever process of this host comes first.

    One that cannot be read is drawn anew: to the database this is another host, which makes its index again.
    """
    if (number := _number_in(file)) is not None:
        return number
    with alone(file.with_name("host.lock"), wait=None):
        number = _number_in(file)
        if number is None:
            number = 1 + secrets.randbelow(MOST)
            fresh = file.with_name(f"host.{secrets.token_hex(4)}")
            fresh.write_text(str(number), "ascii")
            fresh.replace(file)
    return number


def _number_in(file: Path) -> int | None:
    try:
        number = int(file.read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return number if 0 < number <= MOST else None
