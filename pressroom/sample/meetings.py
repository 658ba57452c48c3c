"""The sample's annual meetings: one to come with four briefings, and one that is over."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pressroom import audit
from pressroom.kit import dates
from pressroom.meetings import actions, defaults, queries
from pressroom.meetings.models import Meeting

CONTENT = Path(__file__).parent / "content" / "meetings"
PACIFIC, EASTERN = "America/Los_Angeles", "America/New_York"
DAYS = 5


def load(*, by: audit.Actor | None, now: datetime) -> None:
    """The meeting of the coming year and the one before it, if there is none at all."""
    if queries.meetings():
        return
    year = now.astimezone(UTC).year + 1
    coming = _meeting(year, "Sample Convention Center, Portside, California", PACIFIC, by=by, now=now)
    for fields in tomllib.loads((CONTENT / "briefings.toml").read_text("utf-8"))["briefing"]:
        day = coming.starts_on + timedelta(days=fields.pop("day"))
        starts_at = dates.instant(day.isoformat(), fields.pop("time"), PACIFIC)
        actions.add_briefing(coming, by=by, now=now, starts_at=starts_at, **fields)
    _meeting(year - 1, "Sample Congress Hall, Eastbridge, Massachusetts", EASTERN, by=by, now=now)


def _meeting(year: int, place: str, zone: str, *, by: audit.Actor | None, now: datetime) -> Meeting:
    first = third_tuesday_of_october(year)
    meeting = actions.create(
        by=by,
        now=now,
        year=year,
        title=f"Annual meeting {year}",
        place=place,
        starts_on=first,
        ends_on=first + timedelta(days=DAYS - 1),
        zone=zone,
        body=(CONTENT / "body.md").read_text("utf-8").strip(),
        registration=defaults.REGISTRATION.strip(),
        press_office=defaults.PRESS_OFFICE.strip(),
        embargo_policy=defaults.EMBARGO.strip(),
    )
    actions.publish(meeting, by=by, now=now)
    return meeting


def third_tuesday_of_october(year: int) -> date:
    """When the sample's meetings begin."""
    first = date(year, 10, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 14)
