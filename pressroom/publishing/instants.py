"""The next instant at which time alone changes something public: a lift, the beginning of a webcast, a day's end.

A lift writes nothing, so the edition says nothing of it. What was made of public things holds until this instant at
most. Roots are known by themselves; a room with other things that time changes says so (:func:`watch`,
:func:`register`). An instant too many costs a page that is made once more; one too few would be a page that is wrong.
The first page after each edit waits for the answer, so all of it is read by prepared statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from pressroom.kit.db import Base, UTCDateTime
from pressroom.publishing.gate import Publishable, StaffRead

Source = Callable[[datetime], datetime | None]

_columns: dict[str, tuple[InstrumentedAttribute[Any], ...]] = {}
_sources: dict[str, Source] = {}


def watch(name: str, *columns: InstrumentedAttribute[Any]) -> None:
    """Have the instants in *columns* counted as some at which something of the room *name* changes."""
    _columns[name] = columns


def register(name: str, source: Source) -> None:
    """Have *source* asked for the first instant after a given one at which something of the room *name* changes.

    It is asked as staff, for what is not public yet counts as well, and should cost a prepared statement or two.
    """
    _sources[name] = source


def next_after(now: datetime) -> datetime | None:
    """The first instant after *now* at which anything public changes by time alone; None if none is known.

    In a context of staff that only reads.
    """
    found = [*(row[0] for row in _firsts(now=now)), *(source(now) for source in _sources.values())]
    return min((moment for moment in found if moment is not None), default=None)


def _watched() -> Iterator[InstrumentedAttribute[Any]]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Publishable):
            yield from (mapper.class_.public_from, mapper.class_.withdrawn_at)
    for columns in _columns.values():
        yield from columns


def _made() -> Any:
    now = bindparam("now", type_=UTCDateTime())
    return union_all(*(select(func.min(column)).where(column > now) for column in _watched()))


_firsts = StaffRead(_made)
