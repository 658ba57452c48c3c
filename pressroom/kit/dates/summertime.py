"""The weeks in which the United States have summer time and the European Union has not.

The US change on the second Sunday of March and the first of November (15 U.S.C. 260a), the EU on the last Sundays of
March and October (Directive 2000/84/EC). Whoever reckons with the usual distance then is an hour off.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pressroom.kit.dates.display import day

UNITED_STATES, EUROPEAN_UNION = ZoneInfo("America/New_York"), ZoneInfo("Europe/Brussels")
DAY = timedelta(days=1)


def disagreement(value: datetime) -> str:
    """A warning, where *value* (aware) lies in these weeks; else empty."""
    if not _disagree(value):
        return ""
    first = last = value.astimezone(UTC).date()
    while _disagree(_noon(first - DAY)):
        first -= DAY
    while _disagree(_noon(last)):
        last += DAY
    return (
        f"From {day(first)} to {day(last)} the United States have summer time and Europe has not: New York is an hour "
        "nearer to London and Berlin than in other weeks. Go by the zones written here, not by habit."
    )


def _disagree(value: datetime) -> bool:
    return bool(value.astimezone(UNITED_STATES).dst()) != bool(value.astimezone(EUROPEAN_UNION).dst())


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
