"""``/feeds/webcasts.…`` and ``/webcasts/feed.…``: announcements, and recordings as files to take along."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, render_template, request

from pressroom.kit import clock, dates, text, web
from pressroom.kit.syndication import Item, Link, Media, Month, Monthly, house_feed, respond
from pressroom.publishing.cache import kept
from pressroom.webcasts import queries, rules, shown
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import State

ITEMS = 30
WITHDRAWN = 10  # tombstones
MOST = 1000  # tombstones of an archive
DESCRIPTION = "Webcasts when they are announced, and again when they can be watched on demand."

FEED = Monthly(
    "webcasts",
    title="webcasts",
    description=DESCRIPTION,
    page="/webcasts/",
    before=queries.before,
    after=queries.after,
)

bp = Blueprint("webcasts_feeds", __name__, url_prefix="/feeds")
views = Blueprint("webcasts_view_feeds", __name__, url_prefix="/webcasts")


@bp.get("/webcasts.<any(rss, atom, json):fmt>")
@kept()
def webcasts(fmt: str) -> Response:
    """The webcasts that were announced last; older ones are in archives."""
    now = clock.now()
    items = [item(webcast, now) for webcast in queries.subscribed(ITEMS, since=Month.of(now).begins)]
    return FEED.running(fmt, now, items, queries.withdrawn_last(WITHDRAWN, now))


@bp.get("/webcasts/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>.<any(rss, atom, json):fmt>")
@kept()
def archived(year: int, month: int, fmt: str) -> Response:
    """What was announced in a month that is over. Nothing is added to it; what is withdrawn leaves a tombstone."""
    now = clock.now()
    closed = Month.closed(year, month, now) or abort(404)
    column = Webcast.__table__.c.public_from
    items = [item(webcast, now) for webcast in queries.between(closed.begins, closed.ends)]
    gone = queries.withdrawn_last(MOST, now, column >= closed.begins, column < closed.ends)
    return FEED.closed(fmt, closed, now, items, gone)


@views.get("/feed.<any(rss, atom, json):fmt>")
@kept("page")
def index(fmt: str) -> Response:
    """All webcasts, page by page."""
    now = clock.now()
    page = web.paginate(queries.announced(), web.page_number(request.args), ITEMS)
    if problem := web.page_problem(request.args, page.pages):
        abort(404, problem)
    feed = house_feed(
        shown.VIEW.path,
        description=DESCRIPTION,
        page="/webcasts/",
        items=[item(webcast, now) for webcast in queries.in_full(page.items)],
        gone=queries.withdrawn_last(WITHDRAWN, now) if page.page == 1 else (),
        **shown.VIEW.document(page.page, page.pages),
    )
    return respond(feed, fmt, made=now)


def item(webcast: Webcast, now: datetime) -> Item:
    """*webcast* as it is at *now*."""
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
        enclosures=recording(webcast) if on_demand else (),
        media=media(webcast, on_demand=on_demand),
    )


def recording(webcast: Webcast) -> tuple[Link, ...]:
    """The recording as a file, where it is kept here."""
    file = webcast.recording
    if file is None:
        return ()
    address = web.absolute(file.address)
    return (Link(address, rel="enclosure", type=file.media_type, title=webcast.title, length=file.bytes),)


def media(webcast: Webcast, *, on_demand: bool) -> tuple[Media, ...]:
    """The recording, once it may be watched, and the still picture."""
    files = (webcast.recording if on_demand else None, webcast.poster)
    return tuple(
        Media(
            href=web.absolute(file.address),
            type=file.media_type,
            length=file.bytes,
            width=file.width or 0,
            height=file.height or 0,
            seconds=webcast.minutes * 60 if file is webcast.recording else 0,
            title=file.alt or webcast.title,
            caption=file.caption,
            credit=file.credit,
            terms=file.licence,
        )
        for file in files
        if file is not None
    )
