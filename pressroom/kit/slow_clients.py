"""Slow clients: not every thread of a process waits for what somebody sends, or takes.

The server waits in a thread of ours for the rest of a body, and for room for the next piece of a long answer, for as
long as its client likes: six of them, a byte now and then, would be enough for nobody to be answered any more. A web
server in front waits in our place; here is what holds without one: whoever asks for a page is answered.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from flask import Flask, Response, request
from werkzeug.exceptions import ServiceUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SMALL = 1_000_000  # bytes; such a body is taken whole before the application begins, and any form is one
SHORT = 4_000_000  # bytes; such an answer is handed to the server whole, which sends it without a thread of ours
WAIT = 0.2  # seconds for which one waits for a place
RETRY_AFTER = 10  # seconds
CROWDED, PLACE = "pressroom.crowded", "pressroom.place"


class CrowdedError(ServiceUnavailable):
    """So many are slow that this one could not be waited for."""


def init_app(app: Flask) -> None:
    """Stand before *app*, which answers in so many threads of a process as the setting ``web_threads`` says."""
    app.wsgi_app = Waiting(app.wsgi_app, max(1, app.config["WEB_THREADS"] - 2))  # type: ignore[method-assign]
    app.before_request_funcs.setdefault(None, []).insert(0, _refuse)  # before whoever answers


def _refuse() -> None:
    if CROWDED in request.environ:
        raise CrowdedError(retry_after=RETRY_AFTER)


def hold(response: Response) -> None:
    """Take the place that a long answer needs, before it counts as given to somebody.

    Raises:
        CrowdedError: there is none; it was not given.
    """
    place: Place | None = request.environ.get(PLACE)
    if place is None or request.method == "HEAD" or _is_short(response.status, list(response.headers)):
        return
    if not place.take():
        raise CrowdedError(retry_after=RETRY_AFTER)


class Place:
    """The one from which a long answer is sent, once it is taken."""

    def __init__(self, among: threading.BoundedSemaphore) -> None:
        """One *among* several."""
        self._among, self._is_taken = among, False

    def take(self) -> bool:
        """Have it, after a moment if need be; whether it is had."""
        self._is_taken = self._is_taken or self._among.acquire(timeout=WAIT)
        return self._is_taken

    def give_back(self) -> None:
        """Let the next one have it."""
        if self._is_taken:
            self._is_taken = False
            self._among.release()


class Waiting:
    """Lets few requests at once wait for their clients.

    Long uploads and long answers have places of their own, and forms have one: no download keeps anybody from saving.
    A thread more is left for pages.
    """

    def __init__(self, application: WSGIApplication, places: int) -> None:
        """Stand before *application*.

        Args:
            places: for how many long ones at once.
        """
        self.application = application
        self.long, self.forms = threading.BoundedSemaphore(places), threading.BoundedSemaphore(1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer when the body is there; a large one is read as it comes, from its place."""
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isdigit() and int(length)) and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._answer(environ, start_response)
        is_form = length.isdigit() and int(length) <= SMALL
        place = self.forms if is_form else self.long
        if not place.acquire(timeout=WAIT):
            environ["wsgi.input"] = Unheard()
            return self._answer(environ, start_response)
        try:
            if not is_form:
                return self._answer(environ, start_response)
            environ["wsgi.input"] = io.BytesIO(_whole(environ["wsgi.input"], int(length)))
        finally:
            place.release()
        return self._answer(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """In one piece what is short; else piece by piece, from a place; or a page that says to come again."""
        said: list[Any] = []

        def start(*given: Any) -> Callable[[bytes], object]:
            said[:] = given
            return _never

        place = environ[PLACE] = Place(self.long)
        try:
            pieces = self.application(environ, start)
        except BaseException:
            place.give_back()
            raise
        if isinstance(pieces, list) or environ["REQUEST_METHOD"] == "HEAD" or _is_short(*said[:2]):
            place.give_back()
            start_response(*said)
            return pieces if isinstance(pieces, list) else _joined(pieces)
        if not place.take():
            getattr(pieces, "close", _nothing)()
            return self.application(environ | {CROWDED: True}, start_response)
        taken = Taken(pieces, place.give_back)
        try:
            start_response(*said)
        except BaseException:
            taken.close()
            raise
        return taken


class Taken:
    """A long answer, which gives its place back when it is taken, or its reader gone."""

    def __init__(self, pieces: Iterable[bytes], done: Callable[[], None]) -> None:
        """Give *pieces*, and call *done* once."""
        self._pieces, self._done = pieces, done

    def __iter__(self) -> Iterator[bytes]:
        """Each piece."""
        return iter(self._pieces)

    def close(self) -> None:
        """As WSGI has it, whatever became of it."""
        done, self._done = self._done, _nothing
        try:
            getattr(self._pieces, "close", _nothing)()
        finally:
            done()


def _nothing() -> None:
    """Nothing is left to do."""


def _never(_data: bytes) -> object:
    raise RuntimeError("nothing here writes before it answers")


def _is_short(status: str, headers: list[tuple[str, str]]) -> bool:
    if status[:3] in {"204", "304"}:
        return True
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    return length.isdigit() and int(length) <= SHORT


def _joined(pieces: Iterable[bytes]) -> list[bytes]:
    try:
        return [b"".join(pieces)]
    finally:
        getattr(pieces, "close", _nothing)()


def _whole(body: BinaryIO, length: int) -> bytes:
    """All of a body, or what there was of it when its sender went away."""
    found = bytearray()
    while len(found) < length and (piece := body.read(length - len(found))):
        found += piece
    return bytes(found)


class Unheard(io.RawIOBase):
    """A body that was not listened to: who reads it is told, so that the answer is a page of ours."""

    def readable(self) -> bool:
        """As of any stream."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Nothing.

        Raises:
            CrowdedError: always.
        """
        raise CrowdedError(retry_after=RETRY_AFTER)
