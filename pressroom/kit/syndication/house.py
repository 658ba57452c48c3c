"""A feed of this press room: its addresses, its language, and in whose name it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pressroom.kit import web
from pressroom.kit.settings import setting
from pressroom.kit.syndication.feed import Feed, Item, Tombstone

BEFORE_THE_FIRST_ITEM = datetime(2026, 1, 1, tzinfo=UTC)
"""When an empty feed last changed: it needs a date, and asking is no change."""


def house_feed(
    name: str, *, title: str, description: str, page: str, items: Iterable[Item], gone: Iterable[Mapping[str, Any]] = ()
) -> Feed:
    """The feed at ``/feeds/<name>.…``.

    Args:
        name: its name in addresses, which never changes.
        title: what it is of; the organisation's name goes before it.
        description: one plain sentence.
        page: the path of the page that shows the same.
        items: newest first.
        gone: what was withdrawn, as ``publishing.withdrawal_notices`` tells it, each with its ``uid`` and ``address``.
    """
    organisation = setting("organisation_name")
    return Feed(
        id=web.absolute(f"/feeds/{name}"),
        title=f"{organisation}: {title}",
        description=description,
        link=web.absolute(page),
        address=web.absolute(f"/feeds/{name}"),
        updated=BEFORE_THE_FIRST_ITEM,
        author=organisation,
        items=tuple(items),
        language=setting("language"),
        tombstones=tuple(_tombstone(notice, organisation) for notice in gone),
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
