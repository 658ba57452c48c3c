"""The next instant at which time alone changes something public: a lift, the beginning of a webcast, a day's end.

A lift writes nothing, so the edition says nothing of it. What was made of public things holds until this instant at
most. Roots are known by themselves; a room with other things that time changes says so (:func:`register`). An instant
too many costs a page that is made once more; one too few would be a page that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from pressroom.kit.db import Base, UTCDateTime, db
from pressroom.publishing.gate import Publishable, StaffRead

Source = Callable[[datetime], datetime | None]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have *source* asked for the first instant after a given one at which something of the room *name* changes.

    It is asked as staff, for what is not public yet counts as well, and should cost a query or two.
    """
    _sources[name] = source


def next_after(now: datetime) -> datetime | None:
    """The first instant after *now* at which anything public changes by time alone; None if none is known.

    In a context of staff that only reads.
    """
    found = [_of_roots(now), *(source(now) for source in _sources.values())]
    return min((moment for moment in found if moment is not None), default=None)


def first_after(now: datetime, *columns: InstrumentedAttribute[datetime] | ColumnElement[datetime]) -> datetime | None:
    """The first instant after *now* that stands in one of *columns*; one statement."""
    firsts = [select(func.min(column).label("moment")).where(column > now) for column in columns]
    found = db.session.scalars(union_all(*firsts))
    return min((moment for moment in found if moment is not None), default=None)


def _of_roots(now: datetime) -> datetime | None:
    return min((moment for (moment,) in _firsts(now=now) if moment is not None), default=None)


def _every_first() -> Any:
    """Of each root, the first instant at which a row of it becomes public, and the first at which one is so no more."""
    roots = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Publishable)]
    columns = [getattr(root, name) for root in roots for name in ("public_from", "withdrawn_at")]
    now = bindparam("now", type_=UTCDateTime())
    return union_all(*(select(func.min(column).label("moment")).where(column > now) for column in columns))


_firsts = StaffRead(_every_first)  # asked in each edition, of a dozen tables
