"""Limits that hold over all processes: counts in the database, for the library ``limits``.

Counting in memory would allow each web process its own tries. Here a count is one upsert that gives back the
new count, so that two processes can never both take the last try.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import Any, ClassVar

from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, String, case, delete, literal, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit import clock
from pressroom.kit.db import Base, db, insert_into, writing

RATE = re.compile(r"[1-9][0-9]{0,8} ?(?:per|/) ?(?:[1-9][0-9]{0,3} )?(?:second|minute|hour|day)s?")
"""How many in which time, as settings write it."""


class RateLimit(Base):
    """How often something was tried in a window of time."""

    __tablename__ = "rate_limit"
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LimitError(RuntimeError):
    """It was tried too often.

    Attributes:
        retry_after: seconds until it may be tried again, rounded up.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} seconds")
        self.retry_after = retry_after


class DatabaseStorage(Storage):
    """Counts in the table ``rate_limit``, on SQLite and on PostgreSQL.

    Each count is a short transaction of its own, so that it stays when the request is refused. Do not count
    while the request's own session is writing: on SQLite the two would wait for each other.
    """

    STORAGE_SCHEME: ClassVar[list[str]] = ["database"]  # type: ignore[misc]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What this storage may raise."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count *amount* more for *key*, in a window of *expiry* seconds; gives the new count."""
        with writing(), db.engine.begin() as connection:
            return _count(connection, key, amount, clock.now(), expiry)

    def get(self, key: str) -> int:
        """The count of *key* in the window that runs."""
        live = RateLimit.expires_at > clock.now()
        with db.engine.connect() as connection:
            return connection.scalar(select(RateLimit.count).where(RateLimit.key == key, live)) or 0

    def get_expiry(self, key: str) -> float:
        """When the window of *key* ends, as a Unix time."""
        with db.engine.connect() as connection:
            ends = connection.scalar(select(RateLimit.expires_at).where(RateLimit.key == key))
        return (ends or clock.now()).timestamp()

    def check(self) -> bool:
        """The counts are where everything else is."""
        return True

    def reset(self) -> int | None:
        """Forget all counts; gives how many there were."""
        with writing(), db.engine.begin() as connection:
            return connection.execute(delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        """Forget the count of *key*."""
        with writing(), db.engine.begin() as connection:
            connection.execute(delete(RateLimit).where(RateLimit.key == key))


limiter = FixedWindowRateLimiter(DatabaseStorage())


def hit(limit: str, *key: str, cost: int = 1) -> None:
    """Count one try.

    Args:
        limit: such as ``10 per 15 minutes``.
        key: what is counted, in parts.
        cost: for how many it counts; all of them or none.

    Raises:
        LimitError: there were as many in this window already.
    """
    item = parse(limit)
    if not limiter.hit(item, *key, cost=cost):
        if cost > 1:
            give_back(limit, *key, cost=cost)  # what is left is still there for fewer
        ends = limiter.storage.get_expiry(item.key_for(*key))
        raise LimitError(max(1, math.ceil(ends - clock.now().timestamp())))


def give_back(limit: str, *key: str, cost: int = 1) -> None:
    """Take a try back that was counted before it was known to be a good one."""
    item = parse(limit)
    limiter.storage.incr(item.key_for(*key), item.get_expiry(), -cost)


def prune(now: datetime) -> int:
    """Delete the counts whose window has ended; gives how many. The caller commits."""
    result: Any = db.session.execute(delete(RateLimit).where(RateLimit.expires_at <= now))
    return int(result.rowcount)


def _count(connection: Connection, key: str, amount: int, now: datetime, expiry: int) -> int:
    fresh = insert_into(RateLimit).values(key=key, count=max(amount, 0), expires_at=now + timedelta(seconds=expiry))
    ended = RateLimit.expires_at <= now
    upsert = fresh.on_conflict_do_update(
        index_elements=[RateLimit.key],
        set_={
            "count": case((ended, fresh.excluded.count), else_=RateLimit.count + literal(amount)),
            "expires_at": case((ended, fresh.excluded.expires_at), else_=RateLimit.expires_at),
        },
    )
    return int(connection.execute(upsert.returning(RateLimit.count)).scalar_one())
