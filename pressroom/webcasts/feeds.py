"""``/feeds/webcasts.…``: announcements, and recordings as files to take along."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, render_template

from pressroom.kit import clock, dates, text, web
from pressroom.kit.syndication import Item, Link, house_feed, respond
from pressroom.publishing.cache import kept
from pressroom.webcasts import queries, rules
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import State

ITEMS = 30
WITHDRAWN = 10  # tombstones

bp = Blueprint("webcasts_feeds", __name__, url_prefix="/feeds")


@bp.get("/webcasts.<any(rss, atom, json):fmt>")
@kept()
def webcasts(fmt: str) -> Response:
    """The webcasts that were announced last."""
    now = clock.now()
    feed = house_feed(
        "webcasts",
        title="webcasts",
        description="Webcasts when they are announced, and again when they can be watched on demand.",
        page="/webcasts/",
        items=[_item(webcast, now) for webcast in queries.latest(ITEMS)],
        gone=queries.withdrawn_last(WITHDRAWN, now),
    )
    return respond(feed, fmt)


def _item(webcast: Webcast, now: datetime) -> Item:
    public_from = webcast.public_from or webcast.created_at
    on_demand = rules.state(webcast, now) is State.ON_DEMAND
    began = [webcast.starts_at] if on_demand else []  # a change that nobody wrote: time made it
    return Item(
        id=f"urn:uuid:{webcast.uid}",
        title=webcast.title,
        link=web.absolute(webcast.address),
        published=public_from,
        updated=max([webcast.updated_at, public_from, *began]),
        html=render_template("webcasts/feed_item.html", webcast=webcast, on_demand=on_demand),
        summary=webcast.summary
        or text.excerpt(webcast.description_html)
        or dates.moment(webcast.starts_at, webcast.zone),
        author=webcast.author,
        categories=tuple(webcast.topics),
        enclosures=_recording(webcast) if on_demand else (),
    )


def _recording(webcast: Webcast) -> tuple[Link, ...]:
    file = webcast.recording
    if file is None:
        return ()
    address = web.absolute(file.address)
    return (Link(address, rel="enclosure", type=file.media_type, title=webcast.title, length=file.bytes),)
