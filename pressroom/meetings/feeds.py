"""``/annual-meeting/feed.…``, and of a year; ``/annual-meeting/calendar.ics``: the programme to subscribe to."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from pressroom.kit import calendar, clock
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Extent, house_feed, respond
from pressroom.meetings import programme, queries
from pressroom.publishing.cache import kept

DESCRIPTION = "The annual meeting and its press briefings, as they are announced."

bp = Blueprint("meetings_feeds", __name__, url_prefix="/annual-meeting")


@bp.get("/feed.<any(rss, atom, json):fmt>")
@kept()
def index(fmt: str) -> Response:
    """Every meeting and every briefing."""
    feed = house_feed(
        "/annual-meeting/feed",
        title=programme.EVERY.title,
        description=DESCRIPTION,
        page="/annual-meeting",
        items=programme.items(queries.with_briefings()),
        extent=Extent.COMPLETE,
    )
    return respond(feed, fmt, made=clock.now())


@bp.get("/<int(fixed_digits=4):year>/feed.<any(rss, atom, json):fmt>")
@kept()
def of_year(year: int, fmt: str) -> Response:
    """A meeting and its briefings: all of them, so that one that is taken away goes from readers as well."""
    meetings = queries.with_briefings(year) or abort(404)
    view = programme.view(meetings[0])
    feed = house_feed(
        view.path,
        title=view.title,
        description=DESCRIPTION,
        page=programme.address(meetings[0]),
        items=programme.items(meetings),
        extent=Extent.COMPLETE,
    )
    return respond(feed, fmt, made=clock.now())


@bp.get("/calendar.ics")
@kept()
def every() -> Response:
    """Meetings and briefings, for a calendar that subscribes."""
    events = programme.events(queries.with_briefings())
    return calendar.respond(events, "annual-meeting.ics", f"{setting('organisation_name')}: meetings", request.path)
