"""When somebody can be reached: weekdays and a time of day in a zone, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from pressroom.kit.dates.display import WEEKDAYS

ALL_DAYS = 0b111_1111


def bits(days: Iterable[int]) -> int:
    """Days of the week (Monday is 0) as one number."""
    return sum(1 << day for day in set(days))


def days(weekdays: int) -> list[int]:
    """The days of the week in the number *weekdays*, Monday first."""
    return [day for day in range(7) if weekdays >> day & 1]


def in_words(weekdays: int, opens: time | None, closes: time | None, zone: str) -> str:
    """As in "Monday to Friday, 09:00–17:00, New York time"; empty where no day is given."""
    if not weekdays & ALL_DAYS:
        return ""
    said = [_days_in_words(weekdays)]
    if opens is not None and closes is not None:
        said += [f"{opens:%H:%M}–{closes:%H:%M}", place(zone)]
    return ", ".join(said)


def place(zone: str) -> str:
    """A zone as people say it: "New York time"."""
    return zone if "/" not in zone else f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def problems(weekdays: int, opens: time | None, closes: time | None) -> dict[str, str]:
    """What does not go together, by field: days, from, to."""
    if not weekdays and (opens or closes):
        return {"weekdays": "Tick the days on which these hours hold."}
    if opens is None and closes is not None:
        return {"opens_at": "Say from when, as in 09:00."}
    if closes is None and opens is not None:
        return {"closes_at": "Say until when, as in 17:00."}
    if opens is not None and closes is not None and closes <= opens:
        return {"closes_at": "The hours end before they begin. Write the later time here."}
    return {}


def _days_in_words(weekdays: int) -> str:
    if weekdays & ALL_DAYS == ALL_DAYS:
        return "Every day"
    runs: list[list[int]] = []
    for day in days(weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [name for run in runs for name in _run_in_words(run)]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _run_in_words(run: list[int]) -> list[str]:
    if len(run) > 2:
        return [f"{WEEKDAYS[run[0]]} to {WEEKDAYS[run[-1]]}"]
    return [WEEKDAYS[day] for day in run]
