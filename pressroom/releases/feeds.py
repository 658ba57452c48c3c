"""``/feeds/releases.…``: every release in full, with its corrections on top."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from flask import Blueprint, Response, current_app

from pressroom.kit import clock, text, web
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Category, Item, Link, house_feed, respond
from pressroom.publishing.cache import kept
from pressroom.releases import archive, browsing, public, queries
from pressroom.releases.models import Release

ITEMS = 30
WITHDRAWN = 10  # tombstones; each stays until ten others were withdrawn after it

bp = Blueprint("releases_feeds", __name__, url_prefix="/feeds")


@bp.get("/releases.<any(rss, atom, json):fmt>")
@kept()
def releases(fmt: str) -> Response:
    """The newest releases."""
    feed = house_feed(
        "releases",
        title="press releases",
        description="Press releases in full, with corrections, as soon as they are public.",
        page="/releases/",
        items=[_item(_Content(_said(release), release)) for release in public.latest(ITEMS)],
        gone=queries.withdrawn_last(WITHDRAWN, clock.now()),
    )
    return respond(feed, fmt)


@dataclass(frozen=True)
class _Content:
    """A release, and all that its item is made of: the same makes the same item, whenever it is asked for."""

    said: tuple[object, ...]
    release: Release = field(compare=False)


def _said(release: Release) -> tuple[object, ...]:
    rows = (release, *release.corrections, *(picture.asset for picture in release.pictures[:1]))
    values = (value for row in rows for value in vars(row).values() if not isinstance(value, list))
    return web.absolute(""), setting("time_zone"), *values


@lru_cache(4 * ITEMS)
def _item(content: _Content) -> Item:
    release = content.release
    return Item(
        id=f"urn:uuid:{release.uid}",
        title=release.headline,
        link=web.absolute(release.address),
        published=release.public_from or release.changed_at,
        updated=release.changed_at,
        html=_html(release),
        summary=release.subhead or text.excerpt(release.body_html),
        author=release.author_name,
        categories=categories(release),
        enclosures=_lead_picture(release),
        language=release.language,
    )


def _html(release: Release) -> str:
    # Not by Flask's function: an item says nothing of the request, and thirty contexts of it cost more than the items.
    return current_app.jinja_env.get_template("releases/feed_item.html").render(release=release)


def categories(release: Release) -> tuple[Category, ...]:
    """What *release* is filed under: kind, evidence labels, topics; each list of words has an address of its own."""
    labels = {facet.parameter: getattr(release, name) for name, facet in browsing.LABELS.items()}
    return (
        *(_category(value, archive.said(value), _scheme(name)) for name, value in labels.items() if value is not None),
        *(_category(archive.topic_slug(topic), topic, _scheme(browsing.TOPIC)) for topic in release.topics),
    )


_category = lru_cache(1024)(Category)  # the same few words in every item


def _scheme(parameter: str) -> str:
    """The address of a list of words: the filter of the index in which they stand."""
    return web.absolute(f"/releases/#{parameter}")


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
