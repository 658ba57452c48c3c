"""Pages that outlive their edition: read again, and not made again while all that they were read from is the same.

An edit anywhere raises the edition, and each page that is kept as bytes ends with it. Most say afterwards what they
said before. So what a page was read from is noted while it is made (:mod:`pressroom.kit.reads`); when it is asked for
again, the same is asked through the gate, as of now, and compared row by row as the database gives it. Nothing is sent
that was not read again just now, and it ends at the next instant at which time alone changes something.
`docs/decisions/0038-pages-are-revalidated.md` says why that is right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_date

from pressroom.kit import clock, lasting, reads, settings
from pressroom.kit.db import db
from pressroom.kit.headers import session_cookies
from pressroom.kit.reads import Reads
from pressroom.publishing.cache import editions
from pressroom.publishing.cache.editions import editions_of
from pressroom.publishing.cache.key import Key, asked_for
from pressroom.publishing.cache.marking import parameters_of
from pressroom.publishing.cache.store import Shelf
from pressroom.publishing.viewer import Viewer, current_viewer

EXTENSION = "revalidated"
MOST_BYTES = 6_000_000
LARGEST = MOST_BYTES // 8
A_VALUE = 60  # bytes that a value of a row takes besides its text, roughly

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Made:
    """An answer, and what it was read from.

    Attributes:
        begins: the instant for which it was made.
        ends: the first instant at which it may be another one; None if time does not end it.
        size: bytes that it takes, roughly.
    """

    body: bytes
    headers: tuple[tuple[str, str], ...]
    reads: Reads
    begins: datetime
    ends: datetime | None
    size: int

    def holds(self, now: datetime) -> bool:
        """Whether it would be made like this now; what it was read from is read again for this."""
        return self.begins <= now and (self.ends is None or now < self.ends) and self.reads.give_the_same()

    @property
    def answer(self) -> Response:
        """It, for whoever asks now."""
        lasting.until(self.ends)
        return _conditional(Response(self.body, headers=list(self.headers)))


class Revalidated:
    """What a process remembers; what was not asked for longest goes first.

    Searches, of which there is no end, put out no pages.

    Attributes:
        is_on: unless the press room is told to keep no pages.
        unchanged: how many answers were found again. Two threads that count at the same moment may count one.
    """

    def __init__(self, app: Flask) -> None:
        self.unchanged = 0
        self.pages, self.searches = (Shelf[tuple[Key, bytes], Made](MOST_BYTES // 2) for _ in range(2))
        self.is_on = app.config["PAGE_CACHE_MB"] > 0
        self.editions = editions_of(app)
        self.cookies = tuple(f"{name}=" for name in session_cookies(secure=app.config["SECURE_COOKIES"]))
        self.errors = (SQLAlchemyError, self.editions.reader.connections.errors)
        self._lock = threading.Lock()

    def key(self) -> tuple[Key, bytes] | None:
        """By what the answer to this request is known; None if it is for one reader, for a copy, or of no edition."""
        if not self.is_on:
            return None
        address = asked_for(request.environ, self.cookies)
        if address is None or request.environ.get(editions.KEY) is None or current_viewer() is not Viewer.PUBLIC:
            return None
        known = parameters_of(current_app.view_functions[request.endpoint or ""]) or frozenset()
        if address.query and (address.repeated or not known.issuperset(name for name, _ in address.query)):
            return None
        return address, settings.fingerprint()

    def found(self, key: tuple[Key, bytes], now: datetime) -> Made | None:
        """What was made before and would be made now."""
        made = self._shelf(key).get(key)
        try:
            if made is None or not made.holds(now):
                return None
        except self.errors:
            return None
        self.unchanged += 1
        return made

    def put(self, key: tuple[Key, bytes], response: Response, read: Reads, until: datetime | None) -> None:
        """Remember *response*, if all that it was read from was so in one edition, up to the next instant as well."""
        edition, now = request.environ[editions.KEY], clock.now()
        try:
            if self.editions.reader() != edition:
                return
            horizon = self.editions.horizon(edition, now)
        except SQLAlchemyError:
            return
        body = response.get_data()
        size = len(body) + sum(map(_size, (found for _, found in read.asked)))
        if size > LARGEST or horizon.edition != edition:
            return
        headers = tuple((name, value) for name, value in response.headers if name != "Date")
        made = Made(body, headers, read, now, horizon.until(until), size)
        shelf = self._shelf(key)
        with self._lock:
            shelf.put(key, made)
            shelf.shrink()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.pages.clear()
            self.searches.clear()

    def _shelf(self, key: tuple[Key, bytes]) -> Shelf[tuple[Key, bytes], Made]:
        return self.searches if key[0].query else self.pages


def init_app(app: Flask) -> None:
    """Let *app* remember pages; what goes to the database by a session cannot be asked again."""
    app.extensions[EXTENSION] = remembered = Revalidated(app)
    remembered.editions.forgetting.append(remembered.clear)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *_: reads.not_noted())


def revalidated(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark a view, kept as well, that reads by prepared statements and by what is worked out once in an edition.

    It depends on these, on its address, the settings and the time alone; where it reads by a session, on more than
    can be compared, it is made each time.
    """

    @wraps(view)
    def answer(*args: P.args, **named: P.kwargs) -> ResponseReturnValue:
        remembered: Revalidated = current_app.extensions[EXTENSION]
        key, now = remembered.key(), clock.now()
        if key is None:
            return view(*args, **named)
        if made := remembered.found(key, now):
            return made.answer
        conditions = {name: request.environ.pop(name) for name in CONDITIONS if name in request.environ}
        try:
            with lasting.apart() as notes, reads.noting() as read:
                response = current_app.make_response(view(*args, **named))
        finally:
            request.environ.update(conditions)
        if read.complete and not notes.obstacle and _is_for_everybody(response):
            remembered.put(key, response, read, notes.until)
        return _conditional(response)

    return answer


def _conditional(response: Response) -> Response:
    """*response*, or 304 when the reader has just this; a date counts only when it is exactly ours."""
    since = request.environ.get("HTTP_IF_MODIFIED_SINCE")
    named = "HTTP_IF_NONE_MATCH" in request.environ
    if "ETag" in response.headers and (named or (since and parse_date(since) == response.last_modified)):
        response.make_conditional(request)
    return response


def _is_for_everybody(response: Response) -> bool:
    return response.status_code == 200 and not response.is_streamed and "Set-Cookie" not in response.headers


def _size(found: object) -> int:
    """The bytes of what a question found, roughly."""
    if isinstance(found, list | tuple):
        return A_VALUE + sum(map(_size, found))
    if isinstance(found, dict):
        return A_VALUE + sum(map(_size, found.items()))
    if is_dataclass(found) and not isinstance(found, type):
        return A_VALUE + sum(map(_size, vars(found).values()))
    return A_VALUE + (len(found) if isinstance(found, str | bytes) else 0)
