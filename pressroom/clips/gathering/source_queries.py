"""Reads of sources. For the desk and the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from pressroom import publishing
from pressroom.clips.gathering.models import ClipImport, ClipSource
from pressroom.clips.gathering.rules import SourceState
from pressroom.kit.db import db


@dataclass(frozen=True)
class Brought:
    """What a source brought: new items, in so many batches."""

    items: int = 0
    batches: int = 0


def every() -> Sequence[ClipSource]:
    """All sources, by folder and name."""
    order = (ClipSource.folder, func.lower(ClipSource.name), ClipSource.id)
    return db.session.scalars(select(ClipSource).options(joinedload(ClipSource.outlet)).order_by(*order)).all()


def by_id(source_id: int) -> ClipSource | None:
    """One source, or None."""
    return db.session.get(ClipSource, source_id)


def by_address(address: str) -> ClipSource | None:
    """The source with exactly this address."""
    return db.session.scalar(select(ClipSource).where(ClipSource.address == address))


def brought() -> dict[int, Brought]:
    """Source id → what it brought."""
    statement = (
        select(ClipImport.source_id, func.sum(ClipImport.added), func.count())
        .where(ClipImport.source_id.is_not(None))
        .group_by(ClipImport.source_id)
    )
    return {
        number: Brought(int(added or 0), batches) for number, added, batches in db.session.execute(statement) if number
    }


def batches(source_id: int, limit: int = 10) -> Sequence[ClipImport]:
    """The latest batches of a source."""
    statement = select(ClipImport).where(ClipImport.source_id == source_id).order_by(ClipImport.id.desc()).limit(limit)
    return db.session.scalars(statement).all()


class Gone(NamedTuple):
    """A line of the board."""

    id: int
    name: str
    problem: str


_gone = publishing.StaffRead(
    lambda: (
        select(ClipSource.id, ClipSource.name, ClipSource.problem)
        .where(ClipSource.state == SourceState.GONE)
        .order_by(ClipSource.checked_at.desc(), ClipSource.id)
        .limit(bindparam("limit"))
    )
)


def gone(limit: int) -> tuple[Gone, ...]:
    """Sources that were given up, the latest first."""
    return tuple(Gone(*row) for row in _gone(limit=limit))


def in_work(now: datetime, limit: int) -> Sequence[ClipSource]:
    """Sources that are due, being read, failing or gone; those that failed first."""
    is_busy = (ClipSource.due_at <= now) | (ClipSource.claimed_until >= now)
    statement = select(ClipSource).where(is_busy | (ClipSource.problem != ""), ClipSource.state != SourceState.PAUSED)
    return db.session.scalars(
        statement.order_by(ClipSource.problem == "", ClipSource.due_at, ClipSource.id).limit(limit)
    ).all()
