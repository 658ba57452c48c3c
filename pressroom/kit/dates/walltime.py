"""A wall time in a named zone becomes an instant, or is refused.

An instant is typed once, in a named zone, and kept in UTC. Wall times that a change of the clocks skips or
repeats are refused: an embargo that is an hour off has been broken.
"""

from __future__ import annotations

import difflib
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from pressroom.kit.dates.display import day as long_date
from pressroom.kit.dates.display import long_day, offset
from pressroom.kit.dates.parsing import DateError, calendar_day, shown


class WallTimeError(DateError):
    """A day, a time and a zone name no instant, or two; the message says what to write instead."""


def instant(day: str, time: str, zone: str) -> datetime:
    """The instant of a wall time, in UTC.

    Args:
        day: as in ``2026-11-24``.
        time: as in ``11:00`` or ``11:00:30``.
        zone: the name of a zone, as in ``America/New_York``.

    Raises:
        WallTimeError: the day or time is none, the zone is unknown, or the clocks skip or repeat that time.
    """
    wall = datetime.combine(_iso_day(day), _clock_time(time))
    place = named_zone(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(place).replace(tzinfo=None) != wall:
        raise WallTimeError(_skipped(wall, first, second, zone))
    raise WallTimeError(_repeated(wall, first, second, zone))


def beginning(day: date, zone: str) -> datetime:
    """The instant at which *day* begins in *zone*, in UTC: where midnight is skipped, the first one there is."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end(day: date, zone: str) -> datetime | None:
    """The instant at which *day* is over in *zone*, in UTC; None for the last day that there is."""
    return beginning(day + timedelta(days=1), zone) if day < date.max else None


def named_zone(name: str) -> ZoneInfo:
    """The zone called *name*.

    Raises:
        WallTimeError: there is none; the message names the nearest one.
    """
    if name in _zone_names():
        return ZoneInfo(name)
    near = difflib.get_close_matches(name.strip()[:60].replace(" ", "_"), sorted(_zone_names()), n=1)
    hint = f"Did you mean {near[0]}?" if near else "Write a name such as America/New_York or Europe/London."
    raise WallTimeError(f"There is no time zone “{shown(name)}”. {hint}")


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """The zones that are called after a place, by name."""
    return tuple(sorted(name for name in _zone_names() if "/" in name and not name.startswith(("Etc/", "posix/"))))


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _iso_day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        raise WallTimeError(f"“{shown(text)}” is no day. Write year, month and day, such as 2026-11-24.")
    try:
        return calendar_day(*(int(part) for part in text.strip().split("-")))
    except DateError as error:
        raise WallTimeError(str(error)) from None


def _clock_time(text: str) -> time:
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", text.strip())
    if not found:
        raise WallTimeError(f"“{shown(text)}” is no time of day. Write hours and minutes, such as 09:30 or 14:00.")
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        raise WallTimeError(f"There is no {found[0]}. A time of day runs from 00:00 to 23:59.") from None


def _skipped(wall: datetime, first: datetime, second: datetime, zone: str) -> str:
    # Read with the offset from before the change, the wall time lands after it, and the other way round.
    late, early = (moment.astimezone(UTC).astimezone(moment.tzinfo) for moment in (first, second))
    return (
        f"There is no {wall:%H:%M} on {long_day(wall)} in {zone}: the clocks go forward over it. "
        f"Write {_named(early, wall)} or {_named(late, wall)} instead."
    )


def _repeated(wall: datetime, first: datetime, second: datetime, zone: str) -> str:
    return (
        f"{wall:%H:%M} comes twice on {long_day(wall)} in {zone}, because the clocks go back: "
        f"first as {offset(first)}, then as {offset(second)}. "
        "Write another time, or choose the zone UTC and write "
        f"{_named_utc(first, wall)} for the first or {_named_utc(second, wall)} for the second."
    )


def _named(moment: datetime, wall: datetime) -> str:
    on = "" if moment.date() == wall.date() else f" on {long_date(moment.date())}"
    return f"{moment:%H:%M} {offset(moment)}{on}"


def _named_utc(moment: datetime, wall: datetime) -> str:
    utc = moment.astimezone(UTC)
    on = "" if utc.date() == wall.date() else f" on {long_date(utc.date())}"
    return f"{utc:%H:%M}{on}"
