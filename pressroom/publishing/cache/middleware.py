"""The cache itself: WSGI, directly before the application."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from pressroom.kit import busy, clock, lasting, requests
from pressroom.kit.headers import ASK_AGAIN, session_cookies
from pressroom.publishing.cache import edge, editions
from pressroom.publishing.cache.editions import editions_of
from pressroom.publishing.cache.entry import KNOWN, Entry, Header
from pressroom.publishing.cache.key import Key, asked_for, scrubbed
from pressroom.publishing.cache.marking import parameters_of, repeated_of
from pressroom.publishing.cache.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NAMED = frozenset({"accept-encoding"})
"""What an answer may vary by, for it is we who see to it."""


@dataclass(frozen=True)
class Numbers:
    """What a cache did since its process began.

    Two threads that count at the same moment may count one.

    Attributes:
        hits: answers from what was kept, those in ``unchanged`` among them.
        unchanged: of these, 304.
        made: answers that were rendered, and kept.
        passed: requests that were handed on: not of a page that may be kept, or with somebody's cookie.
        refused: answers that were rendered and could not be kept.
        entries: how many are kept now.
        bytes: what they take.
    """

    hits: int = 0
    unchanged: int = 0
    made: int = 0
    passed: int = 0
    refused: int = 0
    entries: int = 0
    bytes: int = 0


class Answer(NamedTuple):
    """What the application answered."""

    status: str
    headers: list[Header]
    body: bytes


class PageCache:
    """Answers from what is kept; has made what is not."""

    def __init__(self, app: Flask) -> None:
        """Stand before what *app* runs now.

        Args:
            app: its settings are read; its database is there.
        """
        self.app, self.below = app, app.wsgi_app
        self.editions = editions_of(app)
        self.store = Store(app.config["PAGE_CACHE_MB"] * 1_000_000)
        self.editions.forgetting.append(self.store.clear)
        self.longest = app.config["EDGE_SECONDS"]
        self.cookies = tuple(f"{name}=" for name in session_cookies(secure=app.config["SECURE_COOKIES"]))
        site = urlsplit(app.config["SITE_URL"])
        self.scheme, self.host = site.scheme, site.netloc
        self.router = app.url_map.bind("")
        self.makers = [threading.Lock() for _ in range(64)]
        self.hits = self.unchanged = self.made = self.passed = self.refused = 0

    def numbers(self) -> Numbers:
        """What it did so far."""
        done = self.hits, self.unchanged, self.made, self.passed, self.refused
        return Numbers(*done, entries=len(self.store), bytes=self.store.bytes)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand the request on."""
        key = asked_for(environ, self.cookies)
        if key is None:
            return self._pass(environ, start_response)
        entry = self.store.get(key)
        if entry is None:
            if not self._may_be_kept(key):
                return self._pass(environ, start_response)
        elif entry.control:  # its address changes with its content, so neither edition nor time ends it
            self.hits += 1
            return self._send(environ, start_response, key, entry, entry.begins)
        edition = self.editions.current()
        if edition is None:
            return self._pass(environ, start_response)
        now = clock.now()  # the edition and the instant are read before anything is made: see the decision
        if entry is not None and entry.holds(edition, now):
            self.hits += 1
            return self._send(environ, start_response, key, entry, now)
        return self._made(environ, start_response, key)

    def _pass(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.passed += 1
        return self.below(environ, start)

    def _may_be_kept(self, key: Key) -> bool:
        """Whether the view behind *key* is marked, with these parameters."""
        try:
            path = key.path.encode("latin-1").decode()
            endpoint, _ = self.router.match(path, method="GET")
        except (UnicodeError, HTTPException, RequestRedirect):
            return False
        view = self.app.view_functions.get(endpoint)
        known = parameters_of(view)
        if known is None or not known.issuperset(name for name, _ in key.query):
            return False
        return repeated_of(view).issuperset(key.repeated)

    def _made(self, environ: WSGIEnvironment, start: StartResponse, key: Key) -> Iterable[bytes]:
        """What is rendered now, by one thread for each address; who waited for it gets the same."""
        with self.makers[hash(key) % len(self.makers)]:
            edition, now, entry = self.editions.current(), clock.now(), self.store.get(key)
            if edition is None:
                return self._pass(environ, start)
            if entry is not None and entry.holds(edition, now):
                self.hits += 1
                return self._send(environ, start, key, entry, now)
            before = entry
            answer, entry = self._render(environ, key, edition, now)
            if entry is not None:
                if before is not None:
                    entry.take_over(before)
                self.made += 1
                self.store.put(key, entry)
        if entry is not None:
            return self._send(environ, start, key, entry, now)
        self.refused += 1
        start(answer.status, answer.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _render(self, environ: WSGIEnvironment, key: Key, edition: int, now: datetime) -> tuple[Answer, Entry | None]:
        """The answer to *key*, and the entry that it makes; None if it may not be kept."""
        inner = scrubbed(environ, key, scheme=self.scheme, host=self.host)
        notes = inner[lasting.KEY] = lasting.Lasting()
        inner[editions.KEY] = edition
        inner[clock.KEY], inner[busy.ASKER] = now, environ.get("REMOTE_ADDR", "")  # whose searches are counted
        inner[requests.NUMBER] = environ.get(requests.NUMBER, "")  # which errors in the log name
        answer = _run(self.below, inner)
        pattern = environ[requests.PATTERN] = inner.get(requests.PATTERN, requests.NOWHERE)
        if notes.obstacle or not is_for_everybody(answer) or len(answer.body) > self.store.largest:
            return answer, None
        try:
            lasts = self.editions.horizon(edition, now).until(notes.until)
        except SQLAlchemyError:
            return answer, None
        return answer, Entry(answer.body, answer.headers, edition=edition, begins=now, ends=lasts, pattern=pattern)

    def _send(
        self, environ: WSGIEnvironment, start: StartResponse, key: Key, entry: Entry, now: datetime
    ) -> Iterable[bytes]:
        environ[requests.PATTERN] = entry.pattern
        said = entry.control or (edge.control(entry.ends, now, self.longest) if self.longest else ASK_AGAIN)
        encoding = entry.encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        asked, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
        if (asked or since) and entry.unchanged(asked, since) and edge.may_say_unchanged(said, self.longest):
            self.unchanged += 1
            start("304 NOT MODIFIED", [("Cache-Control", said), ("ETag", entry.etag(encoding)), *entry.brief])
            return []
        if encoding not in entry.bodies:
            self.store.encode(key, entry, encoding)
        headers, body = entry.bodies[encoding]
        start("200 OK", [("Cache-Control", said), *headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _run(below: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Answer:
    """The whole answer of the application to *environ*."""
    begun: list[tuple[str, list[Header]]] = []

    def start(status: str, headers: list[Header], _error: object = None) -> Callable[[bytes], object]:
        begun.append((status, list(headers)))
        return lambda _data: None

    parts = below(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return Answer(*begun[-1], body)


def is_for_everybody(answer: Answer) -> bool:
    """Whether *answer* is one that the next reader would get as well."""
    low: dict[str, str] = {}
    for name, value in answer.headers:
        low[name.lower()] = value.lower()
    varies = {name.strip() for name in low.get("vary", "").split(",") if name.strip()}
    control = low.get("cache-control", "")
    return (
        answer.status.startswith("200")
        and KNOWN.issuperset(low)
        and NAMED.issuperset(varies)
        and not any(word in control for word in ("private", "no-store"))
    )
