"""``/feeds/``: what can be followed. ``/search/feed.…``: a search over all kinds. ``/feeds/calendar.ics``: dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request

from pressroom import search
from pressroom.clips import feeds as clip_feeds
from pressroom.clips import queries as clips
from pressroom.front import asking, following
from pressroom.kit import busy, calendar, clock, text, web
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Item, house_feed, respond
from pressroom.meetings import programme
from pressroom.meetings import queries as meetings
from pressroom.pages import queries as pages
from pressroom.pages.models import Page
from pressroom.publishing.cache import kept
from pressroom.releases import feeds as release_feeds
from pressroom.releases import queries as releases
from pressroom.reporting import queries as reporting
from pressroom.reporting.models import Term
from pressroom.webcasts import feeds as webcast_feeds
from pressroom.webcasts import queries as webcasts
from pressroom.webcasts import shown as webcasts_shown

ITEMS = 30
WITHDRAWN = 10  # tombstones of each kind

bp = Blueprint("front_feeds", __name__)


@bp.get("/feeds/")
@kept()
def index() -> str:
    """What can be followed, what each feed is for, and how to subscribe."""
    return render_template("front/feeds.html", feeds=following.HOUSE, groups=following.groups(clock.now()))


@bp.get("/feeds/all.opml")
@kept()
def outlines() -> Response:
    """All of it as one file for a reader (OPML 2.0)."""
    page = render_template("front/feeds.opml", feeds=following.HOUSE, groups=following.groups(clock.now()))
    return Response(text.clean(page), mimetype="text/x-opml")  # XML forbids characters that a name may have


@bp.get("/feeds/calendar.ics")
@kept()
def dates() -> Response:
    """Webcasts, meetings and press briefings, for a calendar that subscribes."""
    events = [*webcasts_shown.events(clock.now()), *programme.events(meetings.with_briefings())]
    return calendar.respond(events, "press-room.ics", f"{setting('organisation_name')}: press dates", request.path)


@bp.get("/search/feed.<any(rss, atom, json):fmt>")
@kept(*asking.ADDRESS)
def found(fmt: str) -> Response:
    """What a search finds, the newest first. 404 where nothing is asked for, or something that is not understood."""
    asked, now = asking.read(request.args), clock.now()
    if asked.problems or not asked.anything:
        abort(404, " ".join(asked.problems) or "Ask for something: add ?q= and words to the address.")
    busy.count("search", setting("search_limit"))
    query = search.Query(
        text=asked.text,
        kinds=(asked.kind,) if asked.kind else (),
        sort="newest",
        page=web.page_number(request.args),
        per_page=ITEMS,
    )
    keys, last = search.listed(query, now=now)
    if problem := web.page_problem(request.args, last):
        abort(404, problem)
    feed = house_feed(
        asked.feed.path,
        description="Releases, coverage, webcasts and pages that match a search, the newest first.",
        page=f"/search?{urlencode(asked.feed.query)}",
        items=_items(keys, now),
        gone=_gone(asked.kind, now) if fmt == "atom" and query.page == 1 else (),
        ours=False,
        **asked.feed.document(query.page, last),
    )
    return respond(feed, fmt, made=now)


def _items(keys: Sequence[search.Key], now: datetime) -> list[Item]:
    """What was found, in its order, each as the feed of its room brings it: a query or two for each kind."""
    made = {
        (kind, number): item
        for kind, read in READERS.items()
        if (ids := [key.id for key in keys if key.kind == kind])
        for number, item in read(ids, now)
    }
    return [made[key] for key in keys if key in made]


def _gone(kind: str, now: datetime) -> list[dict[str, Any]]:
    """What was withdrawn last: the index knows nothing of it, and Atom tells it without an item."""
    rooms = {"release": releases, "clip": clips, "webcast": webcasts, "meeting": meetings}
    asked = [room for name, room in rooms.items() if kind in ("", name)]
    return [notice for room in asked for notice in room.withdrawn_last(WITHDRAWN, now)]


Read = list[tuple[int, Item]]


def _releases(ids: Sequence[int], _now: datetime) -> Read:
    return [(one.id, release_feeds.item(one)) for one in releases.by_ids(ids)]


def _clips(ids: Sequence[int], _now: datetime) -> Read:
    return [(one.id, clip_feeds.item(one)) for one in clips.by_ids(ids)]


def _webcasts(ids: Sequence[int], now: datetime) -> Read:
    return [(one.id, webcast_feeds.item(one, now)) for one in webcasts.announced_by_ids(ids)]


def _meetings(ids: Sequence[int], _now: datetime) -> Read:
    return [(one.id, programme.item(one)) for one in meetings.by_ids(ids)]


def _abstracts(ids: Sequence[int], _now: datetime) -> Read:
    return [(one.id, programme.abstract_item(one)) for one in meetings.abstracts_by_ids(ids)]


def _pages(ids: Sequence[int], _now: datetime) -> Read:
    return [(one.id, _undated(one, one.title, one.body_html, one.standfirst)) for one in pages.by_ids(ids)]


def _terms(ids: Sequence[int], _now: datetime) -> Read:
    return [(one.id, _undated(one, one.term, one.definition_html)) for one in reporting.terms_by_ids(ids)]


def _undated(row: Page | Term, title: str, html: str, summary: str = "") -> Item:
    """What has no day of its own: known by its address, dated by its last change. Experts are in no feed."""
    address = web.absolute(row.address)
    return Item(
        id=address,
        title=title,
        link=address,
        published=row.public_from or row.updated_at,
        updated=row.updated_at,
        html=html,
        summary=summary,
    )


READERS: dict[str, Callable[[Sequence[int], datetime], Read]] = {
    "release": _releases,
    "clip": _clips,
    "webcast": _webcasts,
    "meeting": _meetings,
    "abstract": _abstracts,
    "page": _pages,
    "term": _terms,
}
