"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), which feedgen does not write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from pressroom.kit.dates import iso
from pressroom.kit.syndication.addresses import uri
from pressroom.kit.syndication.feed import Feed, Item, Link
from pressroom.kit.syndication.prose import absolute

VERSION = "https://jsonfeed.org/version/1.1"
OLDER = ("next", "prev-archive")
"""What leads to older items, in the words of RFC 5005."""


def json_feed(feed: Feed) -> bytes:
    """*feed* as JSON Feed 1.1."""
    return orjson.dumps(
        _present(
            version=VERSION,
            title=feed.title,
            home_page_url=feed.link,
            feed_url=feed.own_address("json"),
            description=feed.description,
            next_url=next((near.in_format("json") for near in feed.near if near.rel in OLDER), ""),
            icon=feed.icon,
            authors=_authors(feed.author),
            language=feed.language,
            hubs=[{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
        )
        | {"items": [_item(item) for item in feed.items_and_notices]},
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def _item(item: Item) -> Mapping[str, Any]:
    content = absolute(item.html, item.link)
    about = next((link.href for link in item.links if link.rel == "related"), "")
    return _present(
        id=item.id,
        url=item.link,
        external_url=about,
        title=item.title,
        content_html=content,
        content_text="" if content else item.summary or item.title,  # one of the two is required
        summary=item.summary,
        image=next((uri(file.href) for file in item.media if file.medium == "image"), ""),
        date_published=iso(item.published),
        date_modified=iso(item.updated),
        authors=_authors(item.author),
        tags=list(dict.fromkeys(category.label for category in item.filed)),
        language=item.language,
        attachments=[_attachment(file) for file in item.enclosures],
    )


def _attachment(file: Link) -> Mapping[str, Any]:
    kind = file.type or "application/octet-stream"
    return _present(url=file.href, mime_type=kind, title=file.title, size_in_bytes=file.length)


def _authors(name: str) -> list[dict[str, str]]:
    return [{"name": name}] if name else []


def _present(**values: Any) -> dict[str, Any]:
    """Those of *values* that are there."""
    return {name: value for name, value in values.items() if value}
