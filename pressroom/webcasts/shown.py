"""What the page of a webcast is made of, for the public and for the preview of staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pressroom.kit import dates, web
from pressroom.kit.calendar import Event
from pressroom.kit.settings import setting
from pressroom.kit.syndication import View
from pressroom.media.models import Asset
from pressroom.webcasts import linked_data, queries, rules, transcript
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import State

IN_A_CALENDAR = 100
VIEW = View("/webcasts/feed", "webcasts")

WORDS = {
    State.ANNOUNCED: ("Announced", ""),
    State.LIVE: ("Live now", "signal"),
    State.RECORDING_TO_FOLLOW: ("Recording to follow", "warn"),
    State.ON_DEMAND: ("On demand", "accent"),
}


def badge(webcast: Webcast, now: datetime) -> tuple[str, str]:
    """The state of *webcast* in words, and the badge's kind."""
    return WORDS[rules.state(webcast, now)]


def event(webcast: Webcast) -> Event:
    """*webcast* for a calendar."""
    address = web.external("webcasts.show", slug=webcast.slug)
    return Event(
        uid=webcast.uid,
        title=webcast.title,
        starts_at=webcast.starts_at,
        minutes=webcast.minutes,
        zone=webcast.zone,
        updated=webcast.updated_at,
        address=address,
        description="\n\n".join(filter(None, (webcast.summary, address))),
        place=webcast.video_url or address,
        sequence=webcast.version - 1,
    )


def events() -> list[Event]:
    """The webcasts of a calendar that subscribes, in order of time."""
    return [event(webcast) for webcast in reversed(queries.held_last(IN_A_CALENDAR))]


def page(webcast: Webcast, now: datetime, address: Callable[[Asset], str]) -> dict[str, Any]:
    """The context of ``webcasts/show.html``.

    Args:
        now: the instant that the state is of.
        address: gives the path of a file, which is another one for staff.
    """
    state = rules.state(webcast, now)
    following = queries.upcoming(now)
    return {
        "webcast": webcast,
        "state": state,
        "badge": WORDS[state],
        "zones": dates.in_zones(webcast.starts_at, _zones(webcast)),
        "lines": transcript.lines(webcast.cues) if state is State.ON_DEMAND else [],
        "next_webcast": following if following is not None and following.id != webcast.id else None,
        "linked_data": linked_data.of(webcast, state),
        "address": address,
    }


def _zones(webcast: Webcast) -> list[str]:
    """The event's own zone first."""
    return [webcast.zone, *(zone for zone in setting("zones") if zone != webcast.zone)]
