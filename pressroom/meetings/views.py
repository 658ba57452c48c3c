"""``/annual-meeting``, for the public: the meeting that runs or comes next, and the earlier ones by year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from pressroom import publishing
from pressroom.kit import clock, schema_org, text, web
from pressroom.meetings import programme, queries, rules, schedule, shelves
from pressroom.meetings.models import Briefing, Meeting
from pressroom.meetings.registering import rules as registering
from pressroom.publishing.cache import kept

bp = Blueprint("meetings", __name__)


@bp.get("/annual-meeting")
@kept()
def show() -> str:
    """The meeting that runs or comes next, else the latest; a page that says so when there is none."""
    known = queries.meetings()
    return _page(rules.choose(known, clock.now()), known)


@bp.get("/annual-meeting/<int(fixed_digits=4):year>")
@kept()
def of_year(year: int) -> ResponseReturnValue:
    """The meeting of a year; 410 with the reason when it was withdrawn."""
    known = queries.meetings()
    for meeting in known:
        if meeting.year == year:
            return _page(meeting, known)
    column = Meeting.__table__.c.year
    notice = publishing.withdrawal_notice(Meeting, column == year, title=Meeting.title, now=clock.now())
    if notice is None:
        abort(404)
    return web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"])


def _page(meeting: Meeting | None, known: Iterable[Meeting]) -> str:
    briefings = queries.briefings(meeting) if meeting else ()
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        briefings=briefings,
        when=rules.state(meeting, clock.now()) if meeting else None,
        others=[other for other in known if other is not meeting],
        view_feed=programme.view(meeting) if meeting else programme.EVERY,
        structured=_structured(meeting, briefings) if meeting else None,
        **(_of_it(meeting) if meeting else {}),
    )


def _of_it(meeting: Meeting) -> dict[str, Any]:
    """What there is of a meeting besides its briefings."""
    now = clock.now()
    sessions, abstracts = schedule.counts(meeting)
    return {
        "sessions": sessions,
        "abstracts": abstracts,
        "online": meeting.abstracts_from is not None and meeting.abstracts_from <= now,
        "may_register": registering.is_open(meeting, now),
        "shelves": shelves.of(meeting, now),
    }


def _structured(meeting: Meeting, briefings: Iterable[Briefing]) -> dict[str, Any]:
    """The meeting for machines (https://schema.org/Event)."""
    return {
        "@context": schema_org.CONTEXT,
        "@type": "Event",
        "name": meeting.title,
        "description": text.excerpt(meeting.body_html, 60) or meeting.title,
        "url": web.external("meetings.of_year", year=meeting.year),
        "startDate": meeting.starts_on.isoformat(),
        "endDate": meeting.ends_on.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(meeting.place, meeting.place),
        "organizer": schema_org.organisation(),
        "subEvent": [_briefing(meeting, briefing) for briefing in briefings],
    }


def _briefing(meeting: Meeting, briefing: Briefing) -> dict[str, Any]:
    said = {
        "@type": "Event",
        "name": briefing.title,
        "description": briefing.summary,
        "startDate": briefing.starts_at.isoformat(),
        "endDate": briefing.ends_at.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "location": _place(briefing.place or meeting.place, meeting.place),
        "organizer": schema_org.organisation(),
    }
    return schema_org.present(said)


def _place(name: str, address: str) -> dict[str, str]:
    return {"@type": "Place", "name": name, "address": address}
