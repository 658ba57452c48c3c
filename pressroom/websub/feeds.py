"""The feeds as everybody reads them: what a topic is, and what stands in it now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

from pressroom.kit import web
from pressroom.kit.syndication.feed import FORMATS
from pressroom.publishing.cache.marking import parameters_of

NAMES = ("releases", "clips", "webcasts")
TYPES = frozenset(media_type for _name, media_type in FORMATS.values())
SEARCH = "q"  # the parameter of words: there are as many such feeds as words, so none is a topic
_PLAIN = re.compile(r"[!$%-;=?@A-Z\[\]_a-z~]+")  # no fragment, and nothing that could leave a header


@dataclass(frozen=True)
class Read:
    """A feed as it is now."""

    body: bytes
    content_type: str

    @property
    def digest(self) -> str:
        """Another one for other bytes."""
        return hashlib.sha256(self.body).hexdigest()


def of_house() -> Iterator[str]:
    """The addresses of the feeds that a hub of others is told of."""
    return (web.absolute(f"/feeds/{name}.{fmt}") for name in NAMES for fmt in FORMATS)


def read(topic: str) -> Read | None:
    """The feed at the address *topic*, read as a stranger reads it; None when there is no such feed of ours.

    It goes the whole way of a request from outside, so that no subscriber is ever told more than a reader sees.
    """
    site = web.absolute("")
    if not (topic.startswith(f"{site}/") and _PLAIN.fullmatch(topic)):
        return None
    path, _, query = topic.removeprefix(site).partition("?")
    if not _is_feed(path, query):
        return None
    builder = EnvironBuilder(path=path, query_string=query, base_url=site)
    try:
        environ = builder.get_environ()
    finally:
        builder.close()
    # In a context of its own: whoever asks here may read for staff, and no request may go on from there.
    pieces, status, headers = Context().run(run_wsgi_app, current_app.wsgi_app, environ, buffered=True)
    content_type = headers.get("Content-Type", "")
    if not status.startswith("200") or content_type.partition(";")[0] not in TYPES:
        return None
    return Read(b"".join(pieces), content_type)


def _is_feed(path: str, query: str) -> bool:
    """Whether a feed answers there that may be kept for everybody: those of journalists are none.

    No feed needs ``%`` or ``//`` in its path, so that what is looked at is what is asked for.
    """
    if "%" in path or "//" in path:
        return False
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
        asked = {name for name, _ in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))}
    except (HTTPException, ValueError):
        return False
    known = parameters_of(current_app.view_functions[endpoint])
    return values.get("fmt") in FORMATS and known is not None and asked <= known - {SEARCH}
