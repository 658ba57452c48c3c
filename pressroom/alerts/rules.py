"""When an alert is due, what stops delivery, what is kept for how long. Pure: no session, no clock, no server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pressroom.kit.labels import Labelled

MORNING = time(7)
"""When a daily or weekly alert comes, in the reader's zone; a weekly one on a Monday."""

UNCONFIRMED = timedelta(days=3)
"""For how long a link to confirm is good; afterwards nothing of it is kept."""

NEWS = timedelta(days=60)
"""What bears an older day when it comes, such as a clip of an imported archive, is nobody's news."""

KEPT = timedelta(days=180)
"""For how long it is kept what was sent to whom: so long a correction reaches whoever got the wrong text."""

WAITS = timedelta(days=30)
"""What could not be sent for so long is not sent any more."""

STOPPED = timedelta(days=180)
"""For how long an address is kept to which nothing can be delivered, so that nothing is sent there."""

RUNS = timedelta(days=30)
"""For how long the desk shows what was worked out."""

SOFT_BOUNCES = 3
"""So often mail may come back for now within :data:`SOFT_WITHIN` before delivery ends."""

SOFT_WITHIN = timedelta(days=30)

MOST_ALERTS = 50
"""Of one address, those included that nobody has confirmed."""

LETTERS_A_DAY = "3 per day"
"""Messages to confirm that one address gets, whoever asks for them."""

MOST_ITEMS = 40
"""In one message; of more it says how many there are, and where."""

LENGTHS = {"address": 254, "asked": 2_000, "title": 300, "reason": 300}


class Rhythm(Labelled):
    """How often an alert comes."""

    AT_ONCE = ("at-once", "At once")
    DAILY = ("daily", "Once a day")
    WEEKLY = ("weekly", "Once a week")


class AlertError(ValueError):
    """It cannot be had; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Habits:
    """When somebody wants mail.

    Attributes:
        zone: the name of a time zone.
        quiet_from: the hour, 0 to 23, from which nothing is to come; None for no such hours.
        quiet_until: the hour at which they end; the same as *quiet_from* is none at all.
    """

    zone: str
    quiet_from: int | None = None
    quiet_until: int | None = None

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing is to come at *now*."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        hour = now.astimezone(ZoneInfo(self.zone)).hour
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return self.quiet_from != self.quiet_until and (hour >= self.quiet_from or hour < self.quiet_until)

    def after_quiet(self, now: datetime) -> datetime:
        """The first instant from *now* on at which mail may come."""
        if not self.is_quiet(now) or self.quiet_until is None:
            return now
        return self._next(now, time(self.quiet_until))

    def due(self, rhythm: Rhythm, now: datetime) -> datetime:
        """When something that was found at *now* is to be sent."""
        if rhythm is Rhythm.AT_ONCE:
            return self.after_quiet(now)
        moment = self._next(now, MORNING)
        while rhythm is Rhythm.WEEKLY and moment.astimezone(ZoneInfo(self.zone)).weekday() != 0:
            moment = self._next(moment, MORNING)
        return self.after_quiet(moment)

    def _next(self, now: datetime, at: time) -> datetime:
        """The next instant after *now* at which clocks there show *at*."""
        local = now.astimezone(ZoneInfo(self.zone))
        day = local.date()
        moment = datetime.combine(day, at, local.tzinfo).astimezone(UTC)
        while moment <= now:
            day += timedelta(days=1)
            moment = datetime.combine(day, at, local.tzinfo).astimezone(UTC)
        return moment


def is_too_often(bounces: int) -> bool:
    """Whether mail came back so often that delivery ends."""
    return bounces >= SOFT_BOUNCES
