"""Days and times of files as instants. What has no zone is read in a named one; a change of the clocks is no guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

from pressroom.kit import dates

NOON = "12:00"
"""For what has a day and no time: the day is the same nearly everywhere."""

_STAMP = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:[T\s]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?\s*(?P<zone>.*)", re.S
)
_POSTED = re.compile(r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} [12]\d{3} \d\d:\d\d(?::\d\d)? ?\S*")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


def stamp(written: str, zone: str) -> datetime | None:
    """The instant of ``2014-03-05 10:00:00`` in *zone*; None for WordPress's zeros, which mean none.

    Raises:
        DateError: it is no instant; with a sentence.
    """
    written = written.strip()
    if not written or written.startswith("0000-00-00"):
        return None
    day, _, clock = written.replace("T", " ").partition(" ")
    return dates.instant(day, clock or NOON, zone)


def posted(written: str) -> datetime | None:
    """The instant of ``Wed, 05 Mar 2014 15:00:00 +0000``; None when that is none."""
    if not _POSTED.fullmatch(written.strip()):
        return None  # of a draft WordPress writes the year -0001, which Python would take for 2000
    try:
        found = parsedate_to_datetime(written.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def written(value: object, zone: str) -> datetime:
    """The instant that a person wrote: a day, perhaps with a time, perhaps with an offset or a zone behind it.

    Raises:
        DateError: it is no instant; with a sentence.
    """
    if isinstance(value, datetime):
        if value.tzinfo:
            return value.astimezone(UTC)
        return dates.instant(value.date().isoformat(), f"{value:%H:%M:%S}", zone)
    if isinstance(value, date):
        return dates.instant(value.isoformat(), NOON, zone)
    said = " ".join(str(value).split())
    found = _STAMP.fullmatch(said)
    if not found:
        return dates.instant(dates.parse_day(said).isoformat(), NOON, zone)
    place = found["zone"].strip().strip("()")
    if not place:
        return dates.instant(found["day"], found["time"] or NOON, zone)
    if place.upper() in {"Z", "UTC", "GMT"}:
        return dates.instant(found["day"], found["time"] or NOON, "UTC")
    if shift := _OFFSET.fullmatch(place):
        hours, minutes = int(shift[2]), int(shift[3] or 0)
        if hours > 14 or minutes > 59:
            raise dates.DateError(f"“{place}” is no distance to UTC. Write one such as -05:00 or +01:00.")
        ahead = timedelta(hours=hours, minutes=minutes) * (1 if shift[1] == "+" else -1)
        wall = dates.instant(found["day"], found["time"] or NOON, "UTC")
        return wall.replace(tzinfo=timezone(ahead)).astimezone(UTC)
    return dates.instant(found["day"], found["time"] or NOON, place)


def has_time(value: object) -> bool:
    """Whether a time of day was written, and not only a day."""
    if isinstance(value, datetime):
        return True
    return not isinstance(value, date | time) and bool(re.search(r"\d:\d\d", str(value)))
