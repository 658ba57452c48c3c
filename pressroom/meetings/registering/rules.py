"""Who may register for a meeting, and until when. Pure: no session, no clock, no request."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

from pressroom.kit import dates


class Open(Protocol):
    """What people register for: a meeting."""

    @property
    def registration_until(self) -> date | None:
        """The last day of registration, by the calendar of the place."""

    @property
    def ends_on(self) -> date:
        """The last day."""

    @property
    def zone(self) -> str:
        """The zone of the place."""


def is_open(meeting: Open, now: datetime) -> bool:
    """Whether the press may register for *meeting* at *now*: the last day belongs to it."""
    return meeting.registration_until is not None and _day(meeting, now) <= meeting.registration_until


def letters_end(meeting: Open, days: int) -> datetime | None:
    """From when on the letters that were sent for *meeting* are to be deleted: so many days after its last one."""
    return dates.end(meeting.ends_on + timedelta(days=days), meeting.zone)


def _day(meeting: Open, now: datetime) -> date:
    return now.astimezone(dates.named_zone(meeting.zone)).date()
