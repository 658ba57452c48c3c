"""Waits that grow with each failure, over all processes: a row for each key, and one statement for each try.

A fixed window lets a guesser come back for as many tries each time it opens. Here the first failures cost nothing,
so that a person who mistypes notices little, and each one after them has to wait twice as long as the one before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, case, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit import clock
from pressroom.kit.db import Base, db, insert_into, writing
from pressroom.kit.limits import LimitError


class GrowingDelay(Base):
    """What failed for a key, and from when on it may be tried again.

    Attributes:
        free_at: the next try is taken from here on.
        ends_at: the failures are forgotten then.
    """

    __tablename__ = "growing_delay"
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    failures: Mapped[int]
    free_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Patience:
    """How long a key waits.

    Attributes:
        free: failures that cost nothing.
        longest: the longest wait, in seconds.
        memory: after so many seconds without a failure all is forgotten.
        first: the first wait, in seconds; each next one is twice as long.
    """

    free: int
    longest: int
    memory: int
    first: int = 30

    def after(self, failures: int) -> int:
        """Seconds to wait after so many failures."""
        if failures < self.free:
            return 0
        return min(self.longest, self.first << min(failures - self.free, 30))


def count(patience: Patience, *key: str) -> None:
    """Count one try as failed, before it is known how it went; :func:`forget` or :func:`give_back` when it was right.

    So many tries at once cannot all pass a check that none of them has failed yet. While a key waits nothing is
    counted: a wait is not made longer by asking.

    Raises:
        LimitError: this key has to wait.
    """
    now, name = clock.now(), "/".join(key)
    with writing(), db.engine.begin() as connection:
        if connection.scalar(_counted(connection.dialect.name, patience, name, now)) is not None:
            return
        free_at = connection.scalar(select(GrowingDelay.free_at).where(GrowingDelay.key == name)) or now
    raise LimitError(max(1, math.ceil((free_at - now).total_seconds())))


def forget(*key: str) -> None:
    """It was right: nothing is held against this key."""
    with writing(), db.engine.begin() as connection:
        connection.execute(delete(GrowingDelay).where(GrowingDelay.key == "/".join(key)))


def give_back(*key: str) -> None:
    """Take one try back; what failed before it stays."""
    less = update(GrowingDelay).where(GrowingDelay.key == "/".join(key), GrowingDelay.failures > 0)
    with writing(), db.engine.begin() as connection:
        connection.execute(less.values(failures=GrowingDelay.failures - 1, free_at=clock.now()))


def prune(now: datetime) -> int:
    """Delete what is forgotten; gives how many rows. The caller commits."""
    result: Any = db.session.execute(delete(GrowingDelay).where(GrowingDelay.ends_at <= now))
    return int(result.rowcount)


def _counted(dialect: str, patience: Patience, key: str, now: datetime) -> Any:
    """The statement that counts, and gives the new count; no row when the key has to wait."""

    def free_after(failures: int) -> datetime:
        return now + timedelta(seconds=patience.after(failures))

    fresh = insert_into(GrowingDelay).values(
        key=key, failures=1, free_at=free_after(1), ends_at=now + timedelta(seconds=patience.memory)
    )
    forgotten = GrowingDelay.ends_at <= now
    steps = [(GrowingDelay.failures == n, free_after(n + 1)) for n in range(_steps(patience))]
    return fresh.on_conflict_do_update(
        index_elements=[GrowingDelay.key],
        set_={
            "failures": case((forgotten, 1), else_=GrowingDelay.failures + 1),
            "free_at": case((forgotten, fresh.excluded.free_at), *steps, else_=free_after(_steps(patience) + 1)),
            "ends_at": fresh.excluded.ends_at,
        },
        where=(GrowingDelay.free_at <= now) | forgotten,
    ).returning(GrowingDelay.failures)


def _steps(patience: Patience) -> int:
    """After so many failures the wait grows no more."""
    grown = math.ceil(math.log2(max(1, patience.longest / patience.first)))
    return patience.free + grown
