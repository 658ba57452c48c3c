"""``/feeds/clips.…``: what was added last; headline, outlet, a short excerpt, and where to read it.

Older ones are in closed documents of fifty each: numbers are given once, so each of them stays as it is.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, render_template

from pressroom.clips import queries
from pressroom.clips.models import Clip
from pressroom.kit import clock, web
from pressroom.kit.dates import named_zone
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Extent, Item, Link, archives, house_feed, respond
from pressroom.publishing.cache import kept

ITEMS = 50
PART = 50  # numbers in a closed document; no more than ITEMS, or something falls between it and the newest
WITHDRAWN = 10  # tombstones
HIGHEST = 40_000_000  # of a part

TITLE = "in the news"
DESCRIPTION = "Coverage by other outlets: headline, outlet, a short excerpt and the address."

bp = Blueprint("clips_feeds", __name__, url_prefix="/feeds")


@bp.get("/clips.<any(rss, atom, json):fmt>")
@kept()
def clips(fmt: str) -> Response:
    """The clips that became public last; older ones are in archives."""
    closed = queries.newest_id() // PART
    feed = house_feed(
        "/feeds/clips",
        title=TITLE,
        description=DESCRIPTION,
        page="/clips/",
        items=map(item, queries.subscribed(ITEMS, beyond=closed * PART)),
        gone=queries.withdrawn_last(WITHDRAWN, clock.now()),
        near=archives("clips", before=str(closed) if closed else ""),
        ours=False,
    )
    return respond(feed, fmt)


@bp.get(f"/clips/<int(min=1, max={HIGHEST}):part>.<any(rss, atom, json):fmt>")
@kept()
def archived(part: int, fmt: str) -> Response:
    """Fifty clips by their numbers, in the order in which they were added. What is withdrawn leaves a tombstone."""
    closed = queries.newest_id() // PART
    if part > closed:
        abort(404)
    first, last = (part - 1) * PART + 1, part * PART
    feed = house_feed(
        "/feeds/clips",
        document=f"/feeds/clips/{part}",
        title=TITLE,
        description=DESCRIPTION,
        page="/clips/",
        items=map(item, queries.numbered(first, last)),
        gone=queries.withdrawn_last(PART, clock.now(), Clip.id.between(first, last)),
        near=archives(
            "clips",
            before=str(part - 1) if part > 1 else "",
            after=str(part + 1) if part < closed else "",
            closed=True,
        ),
        extent=Extent.ARCHIVE,
        ours=False,
    )
    return respond(feed, fmt)


def item(clip: Clip) -> Item:
    """*clip*, as far as the rights of its outlet allow: no more than its page shows."""
    public_from, excerpt = clip.public_from or clip.created_at, clip.short_excerpt
    return Item(
        id=f"urn:uuid:{clip.uid}",
        title=clip.headline,
        link=web.absolute(clip.address),
        published=min(_day_began(clip), public_from),
        updated=max(clip.updated_at, public_from),
        html=render_template("clips/feed_item.html", clip=clip, excerpt=excerpt),
        summary=excerpt or f"{clip.outlet.name}: {clip.headline}",
        author=clip.byline or clip.outlet.name,
        categories=tuple(topic.name for topic in clip.topics),
        links=(Link(clip.link.href, rel="related", title=clip.outlet.name),) if clip.link else (),
        language=clip.language,
    )


def _day_began(clip: Clip) -> datetime:
    """An outlet's day has no time; it begins at midnight in the organisation's zone."""
    day = clip.published_on
    return datetime(day.year, day.month, day.day, tzinfo=named_zone(setting("time_zone")))
