"""``/feeds/clips.…``: what was added last; headline, outlet, a short excerpt, and where to read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, render_template

from pressroom.clips import queries
from pressroom.clips.models import Clip
from pressroom.kit import clock, web
from pressroom.kit.dates import named_zone
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Item, Link, house_feed, respond
from pressroom.publishing.cache import kept

ITEMS = 50
WITHDRAWN = 10  # tombstones

bp = Blueprint("clips_feeds", __name__, url_prefix="/feeds")


@bp.get("/clips.<any(rss, atom, json):fmt>")
@kept()
def clips(fmt: str) -> Response:
    """The clips that became public last."""
    feed = house_feed(
        "clips",
        title="in the news",
        description="Coverage by other outlets: headline, outlet, a short excerpt and the address.",
        page="/clips/",
        items=map(_item, _last_added()),
        gone=queries.withdrawn_last(WITHDRAWN, clock.now()),
    )
    return respond(feed, fmt)


def _last_added() -> Sequence[Clip]:
    """By when they became public, not by the outlet's day: a story found late is new to a subscriber."""
    order = (Clip.public_from.desc(), Clip.published_on.desc(), Clip.id.desc())
    statement = queries.whole().where(Clip.public_from.is_not(None)).order_by(None).order_by(*order)
    return db.session.scalars(statement.limit(ITEMS)).all()


def _item(clip: Clip) -> Item:
    public_from = clip.public_from or clip.created_at
    return Item(
        id=f"urn:uuid:{clip.uid}",
        title=clip.headline,
        link=web.absolute(clip.address),
        published=min(_day_began(clip), public_from),
        updated=max(clip.updated_at, public_from),
        html=render_template("clips/feed_item.html", clip=clip),
        summary=clip.short_excerpt or f"{clip.outlet.name}: {clip.headline}",
        author=clip.byline or clip.outlet.name,
        categories=tuple(topic.name for topic in clip.topics),
        links=(Link(clip.url, rel="related", title=clip.outlet.name),) if clip.url else (),
        language=clip.language,
    )


def _day_began(clip: Clip) -> datetime:
    """An outlet's day has no time; it begins at midnight in the organisation's zone."""
    day = clip.published_on
    return datetime(day.year, day.month, day.day, tzinfo=named_zone(setting("time_zone")))
