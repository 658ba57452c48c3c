"""A feed as an answer to a request: its media type, an ETag of its bytes, and 304 when nothing changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import Response, abort, request

from pressroom.kit.headers import ASK_AGAIN
from pressroom.kit.syndication.addresses import uri
from pressroom.kit.syndication.feed import FORMATS, Feed
from pressroom.kit.syndication.jsonfeed import json_feed


@dataclass(frozen=True)
class Written:
    """A feed's bytes and their name."""

    body: bytes
    etag: str


@lru_cache(maxsize=64)
def written(feed: Feed, fmt: str) -> Written:
    """*feed* in *fmt*. Kept by its whole content, so the next poll costs no writing and is never stale.

    Args:
        fmt: one of ``FORMATS``.
    """
    body = json_feed(feed) if fmt == "json" else _as_xml(feed, fmt)
    return Written(body, hashlib.sha256(body).hexdigest()[:32])


def _as_xml(feed: Feed, fmt: str) -> bytes:
    from pressroom.kit.syndication import xml  # noqa: PLC0415 - feedgen is slow to import, and pages do not need it

    return xml.rss(feed) if fmt == "rss" else xml.atom(feed)


def respond(feed: Feed, fmt: str, *, made: datetime | None = None) -> Response:
    """The answer to the request in hand: 200 with *feed* in *fmt*, 304, or 404 when there is no such format.

    A reader keeps the feed but asks each time: a release is in it in the second in which it becomes public.

    Args:
        made: the instant of making it, for the feed of a view. An edit may take something out of a view and leave no
            trace in it, so its newest change does not date it; asking with the tag is what gets a 304 for long.
    """
    if fmt not in FORMATS:
        abort(404)
    text = written(feed, fmt)
    response = Response(text.body, content_type=f"{FORMATS[fmt][1]}; charset=utf-8")
    response.set_etag(text.etag)
    response.last_modified = modified = (made or feed.changed).replace(microsecond=0)
    response.headers["Cache-Control"] = ASK_AGAIN
    response.headers["Access-Control-Allow-Origin"] = "*"  # public text, for readers that run in a browser
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if feed.hub:  # WebSub, section 4: a subscriber need not read the feed to find it
        response.headers["Link"] = f'<{uri(feed.hub)}>; rel="hub", <{uri(feed.own_address(fmt))}>; rel="self"'
    if _is_conditional(modified):
        response.make_conditional(request)
    return response


def _is_conditional(last_modified: datetime) -> bool:
    """Whether a condition may be answered with 304.

    A date counts only when it is exactly ours: what is taken out of a feed can make its newest change older,
    and "not modified since" would then keep the old copy alive.
    """
    return "If-None-Match" in request.headers or request.if_modified_since == last_modified
