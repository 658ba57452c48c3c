"""``/feeds/releases.…``: every release in full, with its corrections on top; and each month that is over, for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from flask import Blueprint, Response, abort, current_app

from pressroom.kit import clock, text, web
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Category, Item, Link, Media, Month, Monthly
from pressroom.media.models import Asset
from pressroom.publishing.cache import kept, revalidated
from pressroom.releases import archive, browsing, public, queries
from pressroom.releases.models import Release

ITEMS = 30
WITHDRAWN = 10  # tombstones; each stays until ten others were withdrawn after it
CORRECTED = 10  # old releases that are told again because they were corrected
MOST = 1000  # tombstones of an archive

FEED = Monthly(
    "releases",
    title="press releases",
    description="Press releases in full, with corrections, as soon as they are public.",
    page="/releases/",
    before=public.before,
    after=queries.after,
)

bp = Blueprint("releases_feeds", __name__, url_prefix="/feeds")


@bp.get("/releases.<any(rss, atom, json):fmt>")
@kept()
@revalidated
def releases(fmt: str) -> Response:
    """The newest releases, all of the running month, and those that were corrected last; older ones are in archives."""
    now = clock.now()
    items = map(_told, public.subscribed(ITEMS, since=Month.of(now).begins, corrected=CORRECTED))
    return FEED.running(fmt, now, items, queries.withdrawn_last(WITHDRAWN, now))


@bp.get("/releases/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>.<any(rss, atom, json):fmt>")
@kept()
def archived(year: int, month: int, fmt: str) -> Response:
    """What became public in a month that is over. Nothing is added to it; what is withdrawn leaves a tombstone."""
    now = clock.now()
    closed = Month.closed(year, month, now) or abort(404)
    column = Release.__table__.c.public_from
    items = [item(release) for release in queries.between(closed.begins, closed.ends)]
    gone = queries.withdrawn_last(MOST, now, column >= closed.begins, column < closed.ends)
    return FEED.closed(fmt, closed, now, items, gone)


def item(release: Release) -> Item:
    """*release* in full."""
    itself = release.id, release.changed_at  # of one that a session let go, this reads its columns again
    return _item(_Content((*_house(), *itself, *public.content(release)), lambda: release))


def _told(release: public.Unread) -> Item:
    return _item(_Content((*_house(), release.key), release.made))


def _house() -> tuple[str, str]:
    return web.absolute(""), setting("time_zone")


@dataclass(frozen=True)
class _Content:
    """All that an item is made of, and what gives its release: the same makes the same item."""

    said: tuple[object, ...]
    release: Callable[[], Release] = field(compare=False)


@lru_cache(4 * ITEMS)
def _item(content: _Content) -> Item:
    release = content.release()
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
        enclosures=_pictures(release),
        language=release.language,
        media=tuple(media_of(picture.asset) for picture in release.pictures),
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


def _pictures(release: Release) -> tuple[Link, ...]:
    """Its pictures as files, the lead picture first."""
    assets = [picture.asset for picture in release.pictures]
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


def media_of(asset: Asset) -> Media:
    """A picture with who made it and on which terms."""
    small = asset.shown.thumbnail
    return Media(
        href=web.absolute(asset.address),
        type=asset.media_type,
        length=asset.bytes,
        width=asset.width or 0,
        height=asset.height or 0,
        title=asset.alt,
        caption=asset.caption,
        credit=asset.credit,
        terms=asset.licence,
        thumbnail=web.absolute(small) if small else "",
    )
