"""A meeting and its briefings, as feeds and calendars tell of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, url_for

from pressroom.kit import dates, text, web
from pressroom.kit.calendar import Days, Event
from pressroom.kit.syndication import Item, View
from pressroom.meetings.models import Abstract, Briefing, Meeting

EVERY = View("/annual-meeting/feed", "the annual meeting")


def address(meeting: Meeting) -> str:
    """The path of its page."""
    return url_for("meetings.of_year", year=meeting.year)


def view(meeting: Meeting) -> View:
    """The feed of its programme."""
    return View(f"{address(meeting)}/feed", meeting.title)


def items(meetings: Sequence[Meeting]) -> list[Item]:
    """*meetings* with their briefings, what was announced last first."""
    found = [item(meeting) for meeting in meetings]
    found += [_item_of(briefing, meeting) for meeting in meetings for briefing in meeting.briefings]
    return sorted(found, key=lambda one: (one.published, one.id), reverse=True)


def item(meeting: Meeting) -> Item:
    """*meeting* without its briefings, which are items of their own."""
    public_from = meeting.public_from or meeting.created_at
    return Item(
        id=_urn(meeting.uid, address(meeting)),
        title=meeting.title,
        link=web.absolute(address(meeting)),
        published=public_from,
        updated=max(meeting.updated_at, public_from),
        html=render_template("meetings/feed_item.html", meeting=meeting),
        summary=f"{dates.day(meeting.starts_on)} to {dates.day(meeting.ends_on)}, {meeting.place}",
        categories=("Annual meeting",),
    )


def abstract_item(abstract: Abstract) -> Item:
    """An abstract in a feed of what a search finds."""
    published = abstract.public_from or abstract.created_at
    return Item(
        id=f"urn:uuid:{abstract.uid}",
        title=abstract.title,
        link=web.absolute(abstract.address),
        published=published,
        updated=max(abstract.updated_at, published),
        html=render_template("meetings/feed_abstract.html", abstract=abstract),
        summary=" ".join(abstract.text.split()[:60]),
        categories=tuple(filter(None, ("Abstract", abstract.topic))),
    )


def _item_of(briefing: Briefing, meeting: Meeting) -> Item:
    announced = max(briefing.created_at or meeting.created_at, meeting.public_from or meeting.created_at)
    return Item(
        id=_urn(briefing.uid, f"{address(meeting)}#briefing-{briefing.id}"),
        title=briefing.title,
        link=web.absolute(f"{address(meeting)}#programme"),
        published=announced,
        updated=max(briefing.updated_at or announced, announced),
        html=render_template("meetings/feed_briefing.html", meeting=meeting, briefing=briefing),
        summary=briefing.summary or dates.moment(briefing.starts_at, meeting.zone),
        categories=("Briefing",),
    )


def events(meetings: Sequence[Meeting]) -> list[Event | Days]:
    """*meetings* and their briefings for a calendar, in order of time."""
    found: list[Event | Days] = []
    for meeting in sorted(meetings, key=lambda one: one.starts_on):
        found.append(_days(meeting))
        found += [_event(briefing, meeting) for briefing in meeting.briefings]
    return found


def _days(meeting: Meeting) -> Days:
    return Days(
        uid=meeting.uid or web.absolute(address(meeting)),
        title=meeting.title,
        first=meeting.starts_on,
        last=meeting.ends_on,
        updated=meeting.updated_at,
        address=web.absolute(address(meeting)),
        description=text.excerpt(meeting.body_html),
        place=meeting.place,
        sequence=meeting.version - 1,
    )


def _event(briefing: Briefing, meeting: Meeting) -> Event:
    page = web.absolute(address(meeting))
    return Event(
        uid=briefing.uid or f"{page}#briefing-{briefing.id}",
        title=f"Press briefing: {briefing.title}",
        starts_at=briefing.starts_at,
        minutes=briefing.minutes,
        zone=meeting.zone,
        updated=briefing.updated_at or meeting.updated_at,
        address=page,
        description="\n\n".join(filter(None, (briefing.summary, briefing.speakers, page))),
        place=", ".join(filter(None, (briefing.place, meeting.place))),
        sequence=briefing.version - 1,
    )


def _urn(uid: str | None, path: str) -> str:
    """By its uid; one that has none, by where it stands."""
    return f"urn:uuid:{uid}" if uid else web.absolute(path)
