"""Days and instants as people read them: British order, 24 hours, and the zone with its distance to UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pressroom.kit.dates.parsing import MONTHS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class ZonedTime:
    """How an instant reads in one zone.

    Attributes:
        zone: the zone's name.
        city: the part of it that people know.
        day: weekday and day, as in "Tuesday, 24 November 2026".
        time: hours and minutes.
        offset: abbreviation and distance to UTC, as in "EST (UTC−05:00)".
        other_day: the calendar day is not the one of the first zone in the list.
    """

    zone: str
    city: str
    day: str
    time: str
    offset: str
    other_day: bool


def day(value: date | datetime, zone: str = "UTC") -> str:
    """As in "24 November 2026"; of an instant, the day that it is in *zone*."""
    local = _local_day(value, zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def day_short(value: date | datetime, zone: str = "UTC") -> str:
    """As in "24 Nov 2026"."""
    local = _local_day(value, zone)
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}"


def moment(value: datetime, zone: str = "UTC") -> str:
    """As in "Tuesday, 24 November 2026, 11:00 EST (UTC−05:00)"."""
    local = _local(value, zone)
    return f"{long_day(local)}, {local:%H:%M} {offset(local)}"


def moment_short(value: datetime, zone: str = "UTC") -> str:
    """As in "24 Nov 2026, 11:00 EST", for lists in which each line has one."""
    local = _local(value, zone)
    return f"{day_short(value, zone)}, {local:%H:%M} {offset(local).partition(' (')[0]}"


def iso(value: date | datetime) -> str:
    """For ``<time datetime>``: a day as it is, an instant in UTC as in ``2026-11-24T16:00:00Z``."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return f"{_aware(value).astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def offset(local: datetime) -> str:
    """The zone of an aware datetime: abbreviation and distance to UTC, as in "EST (UTC−05:00)"."""
    minutes = int((_aware(local).utcoffset() or timedelta()).total_seconds()) // 60
    name = local.tzname() or ""
    if minutes == 0 and name == "UTC":
        return "UTC"
    distance = f"UTC{'−' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return f"{name} ({distance})" if name.isalpha() else distance


def in_zones(value: datetime, zones: Iterable[str]) -> list[ZonedTime]:
    """How the instant reads in each of *zones*; the days of the others are compared with the first one's."""
    rows: list[ZonedTime] = []
    home: date | None = None
    for zone in zones:
        local = _local(value, zone)
        home = home or local.date()
        city = "UTC" if zone == "UTC" else zone.rpartition("/")[2].replace("_", " ")
        rows.append(ZonedTime(zone, city, long_day(local), f"{local:%H:%M}", offset(local), local.date() != home))
    return rows


def long_day(local: datetime) -> str:
    """As in "Tuesday, 24 November 2026"."""
    return f"{WEEKDAYS[local.weekday()]}, {day(local.date())}"


def _local_day(value: date | datetime, zone: str) -> date:
    return _local(value, zone).date() if isinstance(value, datetime) else value


def _local(value: datetime, zone: str) -> datetime:
    return _aware(value).astimezone(ZoneInfo(zone))


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}: an instant needs a zone")
    return value
