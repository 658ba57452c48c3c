"""iCalendar (RFC 5545): an event with its time in a named zone, so that it is right in any calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Response

from pressroom.kit import dates, text, web

if TYPE_CHECKING:
    from icalendar import Event as IEvent

MEDIA_TYPE = "text/calendar"
AGAIN = timedelta(hours=1)
"""After which a calendar that subscribed should ask again."""
PRODUCT = "-//Pressroom//Pressroom//EN"


@dataclass(frozen=True)
class Event:
    """Something that happens.

    Attributes:
        uid: never changes, and is the only one in the world.
        title: plain text.
        starts_at: aware.
        minutes: how long.
        zone: the zone in which it was announced; its rules are written into the file.
        updated: when its entry last changed, aware.
        address: the absolute address of its page.
        description: plain text.
        place: plain text.
        sequence: how often it was changed; a calendar takes the highest.
        cancelled: it will not happen.
    """

    uid: str
    title: str
    starts_at: datetime
    minutes: int
    zone: str
    updated: datetime
    address: str = ""
    description: str = ""
    place: str = ""
    sequence: int = 0
    cancelled: bool = False


@dataclass(frozen=True)
class Days:
    """Something that takes whole days, by the calendar of the place where it is.

    Attributes:
        uid: as for :class:`Event`, and so the rest.
        first: its first day.
        last: its last day, which belongs to it.
    """

    uid: str
    title: str
    first: date
    last: date
    updated: datetime
    address: str = ""
    description: str = ""
    place: str = ""
    sequence: int = 0


def write(events: Sequence[Event | Days], name: str = "", source: str = "") -> bytes:
    """*events* as an iCalendar file: the same events are the same bytes.

    Args:
        events: in the order wanted.
        name: of the whole calendar.
        source: the absolute address at which a calendar asks for it again (RFC 7986); empty if it stays as it is.

    Raises:
        ValueError: a datetime is naive, or a zone is unknown.
    """
    from icalendar import Calendar  # noqa: PLC0415 - slow to import, and no page needs it

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if name:
        calendar.add("name", text.clean(name))
        calendar.add("x-wr-calname", text.clean(name))
    if source:
        calendar.add("method", "PUBLISH")
        calendar.add("source", source, {"value": "URI"})
        calendar.add("refresh-interval", AGAIN, {"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_component(event))
    years = [event.starts_at.year for event in events if isinstance(event, Event)]
    if years:
        # The rules of a zone for the years that the events lie in, not from 1970 on.
        calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return bytes(calendar.to_ical())


def respond(events: Sequence[Event | Days], file_name: str, name: str = "", path: str = "") -> Response:
    """The answer to the request in hand: *events* as a file called *file_name*, or 304.

    Args:
        path: where a calendar that subscribed asks again.
    """
    body = write(events, name, web.absolute(path) if path else "")
    response = Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return web.conditional(response)


def _component(event: Event | Days) -> IEvent:
    from icalendar import Event as IEvent  # noqa: PLC0415 - as above

    written = IEvent()
    written.add("uid", event.uid)
    written.add("dtstamp", _aware(event.updated))  # of a published event: its last revision (section 3.8.7.2)
    written.add("last-modified", _aware(event.updated))
    written.add("sequence", event.sequence)
    if isinstance(event, Days):
        written.add("dtstart", event.first)
        written.add("dtend", event.last + timedelta(days=1))  # the first day that does not belong to it
        written.add("transp", "TRANSPARENT")
    else:
        starts_at = _aware(event.starts_at).astimezone(dates.named_zone(event.zone))
        written.add("dtstart", starts_at if event.zone != "UTC" else starts_at.astimezone(UTC))
        written.add("duration", timedelta(minutes=event.minutes))
    written.add("status", "CANCELLED" if isinstance(event, Event) and event.cancelled else "CONFIRMED")
    texts = {"summary": event.title, "description": event.description, "location": event.place}
    for field, value in texts.items():
        if value:
            written.add(field, text.clean(value))
    if event.address:
        written.add("url", event.address)
    return written


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}: a calendar needs instants")
    return value.astimezone(UTC).replace(microsecond=0)
