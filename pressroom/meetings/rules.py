"""Decisions about meetings: when one is over, which one the page shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo


class Stale(Exception):  # noqa: N818 - it says what happened: somebody else saved first
    """What is saved is newer than what was edited."""


class When(StrEnum):
    """Where a meeting stands in time."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


class Dated(Protocol):
    """What begins and ends on a day somewhere: a meeting."""

    @property
    def starts_on(self) -> date:
        """Its first day."""

    @property
    def ends_on(self) -> date:
        """Its last day, which belongs to it."""

    @property
    def zone(self) -> str:
        """The zone of the place, by its IANA name."""


Row = TypeVar("Row", bound=Dated)


def state(meeting: Dated, now: datetime) -> When:
    """Where *meeting* stands at *now*, by the calendar of its place."""
    today = now.astimezone(ZoneInfo(meeting.zone)).date()
    if today < meeting.starts_on:
        return When.COMING
    return When.RUNNING if today <= meeting.ends_on else When.OVER


def choose(meetings: Iterable[Row], now: datetime) -> Row | None:
    """The meeting that runs or comes next, else the latest; None when there never was one."""
    by_date = sorted(meetings, key=lambda meeting: meeting.starts_on)
    ahead = [meeting for meeting in by_date if state(meeting, now) is not When.OVER]
    if ahead:
        return ahead[0]
    return by_date[-1] if by_date else None
