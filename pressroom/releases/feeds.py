"""``/feeds/releases.…``: every release in full, with its corrections on top."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from pressroom.kit import text, web
from pressroom.kit.syndication import Item, Link, house_feed, respond
from pressroom.releases import queries
from pressroom.releases.models import Release

ITEMS = 30

bp = Blueprint("releases_feeds", __name__, url_prefix="/feeds")


@bp.get("/releases.<any(rss, atom, json):fmt>")
def releases(fmt: str) -> Response:
    """The newest releases."""
    feed = house_feed(
        "releases",
        title="press releases",
        description="Press releases in full, with corrections, as soon as they are public.",
        page="/releases/",
        items=map(_item, queries.latest(ITEMS, pictures=True)),
    )
    return respond(feed, fmt)


def _item(release: Release) -> Item:
    return Item(
        id=f"urn:uuid:{release.uid}",
        title=release.headline,
        link=web.absolute(release.address),
        published=release.public_from or release.changed_at,
        updated=release.changed_at,
        html=render_template("releases/feed_item.html", release=release),
        summary=release.subhead or text.excerpt(release.body_html),
        author=release.author_name,
        categories=(release.kind.label, *release.topics),
        enclosures=_lead_picture(release),
    )


def _lead_picture(release: Release) -> tuple[Link, ...]:
    """The first picture, with its credit."""
    assets = [picture.asset for picture in release.pictures[:1]]
    return tuple(
        Link(
            web.absolute(asset.address),
            rel="enclosure",
            type=asset.media_type,
            title=asset.credit or asset.alt,
            length=asset.bytes,
        )
        for asset in assets
    )
