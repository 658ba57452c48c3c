"""A feed of this press room: its addresses, its language, and in whose name it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pressroom.kit import web
from pressroom.kit.settings import setting
from pressroom.kit.syndication.feed import Extent, Feed, Item, Tombstone
from pressroom.kit.syndication.paging import Near, query_of
from pressroom.kit.syndication.podcast import Show

BEFORE_THE_FIRST_ITEM = datetime(2026, 1, 1, tzinfo=UTC)
"""When an empty feed last changed: it needs a date, and asking is no change."""


def house_feed(
    path: str,
    *,
    title: str,
    description: str,
    page: str,
    items: Iterable[Item],
    gone: Iterable[Mapping[str, Any]] = (),
    document: str = "",
    query: Sequence[tuple[str, str]] = (),
    number: int = 1,
    near: tuple[Near, ...] = (),
    extent: Extent = Extent.NEWEST,
    ours: bool = True,
    podcast: Show | None = None,
) -> Feed:
    """A feed in the name of this press room.

    Args:
        path: of the feed, without its ending; with *query* it is the feed's id, and never changes.
        title: what it is of; the organisation's name goes before it.
        description: one plain sentence.
        page: the path of the page that shows the same.
        items: newest first.
        gone: what was withdrawn, as ``publishing.withdrawal_notices`` tells it, each with its ``uid`` and ``address``.
        document: the path of this document without its ending, where it is another one than the feed's.
        query: the parameters of the view that it brings, without the page.
        number: the page that it is.
        near: its other documents.
        extent: how much of the feed it is.
        ours: its texts are the organisation's, so that the terms of the settings hold for them.
        podcast: what directories of podcasts want to know.
    """
    organisation = setting("organisation_name")
    asked = query_of(query)
    return Feed(
        id=web.absolute(path) + (f"?{asked}" if asked else ""),
        title=f"{organisation}: {title}",
        description=description,
        link=web.absolute(page),
        address=web.absolute(document or path),
        query=query_of(query, number),
        updated=BEFORE_THE_FIRST_ITEM,
        author=organisation,
        items=tuple(items),
        language=setting("language"),
        rights=setting("licence") if ours else "",
        licence=setting("licence_address") if ours else "",
        hub="" if "q" in dict(query) else setting("websub_hub"),  # no hub is told of what a search finds
        tombstones=tuple(_tombstone(notice, organisation) for notice in gone),
        near=near,
        extent=extent,
        podcast=podcast,
    )


def _tombstone(notice: Mapping[str, Any], organisation: str) -> Tombstone:
    return Tombstone(
        id=f"urn:uuid:{notice['uid']}",
        title=notice["title"],
        link=web.absolute(notice["address"]),
        published=notice["public_from"],
        withdrawn=notice["withdrawn_at"],
        reason=notice["withdrawal_reason"],
        by=organisation,
    )
