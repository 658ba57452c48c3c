"""Limits of what everybody does all the time, such as searching: they cost nothing while nobody comes near them.

A count in the database is exact over all processes, and costs a write; on SQLite writers wait for each other. A search
only reads, and should. So each process answers the first :data:`FREE` of a network in a window from memory; what goes
beyond is counted in the database, exactly, over all processes and hosts. Whoever was refused is refused from memory
until the window ends, so that a flood makes no writes. Decision 16 argues it.
"""

from __future__ import annotations

import logging
import math
import sqlite3
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import clock, limits, networks
from pressroom.kit.db import db
from pressroom.kit.limits import LimitError

FREE = 60
"""What a network has from each process in each window without being counted."""

MOST_KEYS = 20_000
"""Of which this process remembers how often they came; whoever is forgotten begins anew."""

EXTENSION = "busy"

ASKER = "pressroom.asker"
"""In the environment of a request that is made for everybody: the address of who asked, which nothing else may read."""

log = logging.getLogger(__name__)


@dataclass
class _Seen:
    """What this process knows of a key.

    Attributes:
        window: which one, counted from 1970.
        closed_until: a Unix time; it is refused until then.
    """

    window: int = -1
    count: int = 0
    closed_until: float = 0.0


class Counter:
    """What one process has counted."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, ...], _Seen] = OrderedDict()
        self._lock = Lock()

    def hit(self, limit: str, *key: str, free: int = FREE) -> None:
        """Count one.

        Args:
            limit: such as ``600 per minute``, over all processes, and beyond what is free.
            key: what is counted, in parts.
            free: what this process answers in each window without counting.

        Raises:
            LimitError: there were as many in this window already.
        """
        now, item = clock.now().timestamp(), _parsed(limit)
        with self._lock:
            seen = self._look(key, int(now // item.get_expiry()))
            seen.count += 1
            is_free = seen.count <= free
        if now < seen.closed_until:
            raise LimitError(max(1, math.ceil(seen.closed_until - now)))
        if is_free:
            return
        try:
            limits.hit(limit, *key)
        except LimitError as refusal:
            seen.closed_until = now + refusal.retry_after
            raise
        except (SQLAlchemyError, sqlite3.Error):  # full, or busy: that is no reason to answer nobody
            db.session.rollback()
            log.exception("a search was not counted")

    def _look(self, key: tuple[str, ...], window: int) -> _Seen:
        seen = self._seen.setdefault(key, _Seen())
        self._seen.move_to_end(key)
        if len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)
        if seen.window != window:
            seen.window, seen.count = window, 0
        return seen


@lru_cache(maxsize=64)
def _parsed(limit: str) -> RateLimitItem:
    return parse(limit)


def init_app(app: Flask) -> None:
    """Let *app* count."""
    app.extensions[EXTENSION] = Counter()


def count(kind: str, limit: str, *, free: int | None = None) -> None:
    """Count this request for the network that it comes from.

    Args:
        free: as for :meth:`Counter.hit`; :data:`FREE` when nothing is said.

    Raises:
        LimitError: this network asked for as much as is answered.
    """
    address = request.environ.get(ASKER) or request.remote_addr or ""
    # Behind a web server that the setting `proxies` does not count, everybody comes from this machine.
    if not networks.is_own_machine(address):
        counter: Counter = current_app.extensions[EXTENSION]
        counter.hit(limit, kind, networks.digest(networks.network(address)), free=FREE if free is None else free)
