"""In which edition it is, and until when that holds: what is kept in a process is kept under both."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import clock, prepared
from pressroom.kit.db import reading
from pressroom.publishing import instants
from pressroom.publishing.cache.counting import EditionReader
from pressroom.publishing.viewer import Viewer, as_staff, current_viewer

EXTENSION = "editions"
MOST = 64  # answers to each kind of question
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Horizon:
    """Until when nothing public changes by time alone, as it was in an edition from an instant on."""

    edition: int
    begins: datetime
    ends: datetime | None

    def holds(self, edition: int, now: datetime) -> bool:
        """Whether it still says so."""
        return self.edition == edition and self.begins <= now and (self.ends is None or now < self.ends)


UNKNOWN = Horizon(-1, datetime.min.replace(tzinfo=UTC), None)


class Editions:
    """The edition of an application, and its horizon, which is asked for once in each.

    Attributes:
        forgetting: what to do when an older copy of the database was put back, since its next editions are others.
        answers: what was worked out once (:class:`Once`), by whom and to which question.
    """

    def __init__(self, app: Flask) -> None:
        self.app, self.reader = app, EditionReader(prepared.connections_of(app))
        self.answers: dict[object, OrderedDict[Hashable, tuple[Horizon, Any]]] = {}
        self.forgetting: list[Callable[[], None]] = [self.answers.clear]
        self._newest, self._horizon = 0, UNKNOWN

    def current(self) -> int | None:
        """The edition; None if the database does not say it now."""
        edition = self.reader()
        if edition is not None and edition != self._newest:
            if edition < self._newest:
                self._horizon = UNKNOWN
                for forget in self.forgetting:
                    forget()
            self._newest = edition
        return edition

    def horizon(self, edition: int, now: datetime) -> Horizon:
        """The next instant at which time alone changes something.

        Raises:
            SQLAlchemyError: the database does not say it now.
        """
        if not self._horizon.holds(edition, now):
            with self.app.app_context(), as_staff(), reading():
                self._horizon = Horizon(edition, now, instants.next_after(now))
        return self._horizon


def init_app(app: Flask) -> None:
    """Let *app* know in which edition it is."""
    app.extensions[EXTENSION] = Editions(app)


def editions_of(app: Flask) -> Editions:
    """Those of *app*."""
    found: Editions = app.extensions[EXTENSION]
    return found


def once(work: Callable[P, T]) -> Callable[P, T]:
    """Mark what has to look at all that is public: it is worked out once in each edition for the same question.

    An answer ends as a kept page does; each process keeps the last :data:`MOST`. For staff it is worked out each time.
    """

    @wraps(work)
    def answer(*args: P.args, **named: P.kwargs) -> T:
        editions = editions_of(current_app)
        edition, now = editions.current(), clock.now()  # before anything else is read, as for a page
        if edition is None or current_viewer() is not Viewer.PUBLIC:
            return work(*args, **named)
        kept = editions.answers.setdefault(work, OrderedDict())
        question = args, tuple(named.items())
        if (found := kept.get(question)) and found[0].holds(edition, now):
            known: T = found[1]
            return known
        fresh = work(*args, **named)
        with suppress(SQLAlchemyError):
            kept[question] = editions.horizon(edition, now), fresh
        while len(kept) > MOST:
            kept.popitem(last=False)
        return fresh

    return answer
