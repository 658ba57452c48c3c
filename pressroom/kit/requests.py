"""Each request has a number, a line in the log, and whoever counts: without addresses, names, questions or slugs.

The line says the *pattern* of the address, as ``/releases/<int:year>/<slug>``: the address itself may be one of
something under embargo, and a question may name a person.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
NUMBER, PATTERN = "pressroom.request_id", "pressroom.pattern"
NOWHERE = "-"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_LIMITS = re.compile(r"\([^)]*\)")  # of a converter, as in <int(min=1000):year>
_GOOD = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = logging.getLogger("pressroom.requests")


class Told(NamedTuple):
    """What is said of a request.

    Attributes:
        number: by which its lines are found.
        method: one of :data:`METHODS`, or ``OTHER``.
        pattern: of its address; ``-`` where no route was found, or none was looked for.
        status: of the answer.
        seconds: from its coming to the beginning of its answer; how fast the reader takes it does not count.
    """

    number: str
    method: str
    pattern: str
    status: int
    seconds: float


Observer = Callable[[Told], None]


def init_app(app: Flask) -> None:
    """Number the requests of *app*. Call it last: what stands before the application is timed as well."""
    observers: list[Observer] = [_log]
    app.extensions["observers"] = observers
    app.before_request(_note_pattern)
    app.wsgi_app = Numbered(app.wsgi_app, observers, believe=app.config["PROXIES"] > 0)  # type: ignore[method-assign]


def observe(app: Flask, observer: Observer) -> None:
    """Tell *observer* of each request, when its answer begins."""
    app.extensions["observers"].append(observer)


class Numbered:
    """Gives each request its number, and the answer too."""

    def __init__(self, application: WSGIApplication, observers: list[Observer], *, believe: bool) -> None:
        """Stand before *application*.

        Args:
            believe: a web server of ours stands in front, so the number that a request brings is its.
        """
        self.application, self.observers, self.believe = application, observers, believe

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and tell those who observe."""
        begun, number, status = time.perf_counter(), self._number(environ), "500"
        environ[NUMBER] = number

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = line
            return start_response(line, [*headers, (HEADER, number)], *rest)

        try:
            return self.application(environ, start)
        finally:
            method = environ.get("REQUEST_METHOD", "")
            told = Told(
                number,
                method if method in METHODS else "OTHER",
                environ.get(PATTERN, NOWHERE),
                int(status[:3]),
                time.perf_counter() - begun,
            )
            for observer in self.observers:
                observer(told)

    def _number(self, environ: WSGIEnvironment) -> str:
        brought = environ.get("HTTP_X_REQUEST_ID", "")
        # A name and no secret: the system's own random numbers would cost a call of it for each request.
        return brought if self.believe and _GOOD.fullmatch(brought) else f"{random.getrandbits(128):032x}"


def number() -> str:
    """The number of the current request."""
    given: str = request.environ.get(NUMBER, "")
    return given


def _note_pattern() -> None:
    if request.url_rule is not None:
        request.environ[PATTERN] = _LIMITS.sub("", request.url_rule.rule)


def _log(told: Told) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    log.info(
        "%s %s %d",
        told.method,
        told.pattern,
        told.status,
        extra={
            "request_id": told.number,
            "method": told.method,
            "route": told.pattern,
            "status": told.status,
            "duration_ms": round(told.seconds * 1000, 1),
        },
    )
