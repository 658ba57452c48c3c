"""In which edition it is, and until when that holds: what is kept in a process is kept under both."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import clock, lasting, prepared, reads
from pressroom.kit.db import db, may_write, reading
from pressroom.publishing import instants
from pressroom.publishing.cache.counting import EditionReader
from pressroom.publishing.viewer import Viewer, as_staff, current_viewer

EXTENSION = "editions"
READS = frozenset({"GET", "HEAD"})
KEY = "pressroom.edition"
"""In the environment of a request: the edition that was read before anything else."""

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

    def until(self, moment: datetime | None) -> datetime | None:
        """When something ends that *moment* ends as well."""
        return min((end for end in (self.ends, moment) if end is not None), default=None)


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
        if edition is None or edition == self._newest:
            return edition
        if edition < self._newest:
            if not self._was_put_back():
                return edition
            self._horizon = UNKNOWN
            for forget in self.forgetting:
                forget()
        self._newest = edition
        return edition

    def _was_put_back(self) -> bool:
        """Whether the database itself is older than it was, and not only what this thread has read of it.

        A request reads as of its first statement, and others may have seen a newer edition since.
        """
        if self.reader.connections.is_reading():
            return False
        again = self.reader()
        return again is not None and again < self._newest

    def horizon(self, edition: int, now: datetime) -> Horizon:
        """The next instant at which time alone changes something.

        It is that of *edition* if it says so; if a newer one came meanwhile, it holds for no edition.

        Raises:
            SQLAlchemyError: the database does not say it now.
        """
        horizon = self._horizon  # another thread may put its own there
        if not horizon.holds(edition, now):
            try:
                with self.app.app_context(), as_staff(), reading():
                    horizon = Horizon(edition, now, instants.next_after(now))
            except self.reader.connections.errors as error:
                raise SQLAlchemyError("the database does not say what is next") from error
            if self.reader() != edition:
                return replace(horizon, edition=UNKNOWN.edition)
            self._horizon = horizon
        return horizon


def init_app(app: Flask) -> None:
    """Let *app* know in which edition it is, and each request for a page from its beginning."""
    app.extensions[EXTENSION] = Editions(app)
    app.before_request_funcs.setdefault(None, []).insert(0, _note)  # before anything is read


def _note() -> None:
    if request.method in READS and request.endpoint != "static" and KEY not in request.environ:
        request.environ[KEY] = editions_of(current_app).current()


def editions_of(app: Flask) -> Editions:
    """Those of *app*."""
    found: Editions = app.extensions[EXTENSION]
    return found


def _begun(editions: Editions) -> tuple[int | None, bool]:
    """The edition, and whether it was read before anything else was: only then is what is worked out now of it.

    A page is made of one edition from end to end. A form may have changed it, so there it is read each time.
    """
    if has_request_context() and KEY in request.environ:
        return request.environ[KEY], True
    is_first = not (db.session().in_transaction() or editions.reader.connections.is_reading())
    return editions.current(), is_first


def once(work: Callable[P, T]) -> Callable[P, T]:
    """Mark what has to look at all that is public: it is worked out once in each edition for the same question.

    An answer ends as a kept page does, and is not kept where a page would not be; each process keeps the last
    :data:`MOST`. For staff it is worked out each time.
    """
    return _once(work, lambda: current_viewer() is Viewer.PUBLIC)


def once_for_staff(work: Callable[P, T]) -> Callable[P, T]:
    """The same for staff, whose drafts raise the edition as well; for the public it is worked out each time.

    Not while a request changes something: what it has not committed yet is in no edition.
    """
    return _once(work, lambda: current_viewer() is Viewer.STAFF and not may_write())


def _once(work: Callable[P, T], may_be_kept: Callable[[], bool]) -> Callable[P, T]:
    @wraps(work)
    def noted(*args: P.args, **named: P.kwargs) -> T:
        return reads.noted(partial(answer, *args, **named))

    def answer(*args: P.args, **named: P.kwargs) -> T:
        editions = editions_of(current_app)
        (edition, is_first), now = _begun(editions), clock.now()
        if edition is None or not may_be_kept():
            return work(*args, **named)
        kept = editions.answers.setdefault(answer, OrderedDict())  # by who may have it, too
        question = args, tuple(named.items())
        if (found := kept.get(question)) and found[0].holds(edition, now):
            lasting.until(found[0].ends)
            known: T = found[1]
            return known
        with lasting.apart() as notes:
            fresh = work(*args, **named)
        if notes.obstacle or not is_first:
            return fresh
        with suppress(SQLAlchemyError):
            ends = editions.horizon(edition, now).until(notes.until)
            kept[question] = Horizon(edition, now, ends), fresh
        while len(kept) > MOST:
            kept.popitem(last=False)
        return fresh

    return noted
