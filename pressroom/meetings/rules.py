"""Decisions about meetings: when one is over, which one the page shows, from when on something may be reported."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from pressroom.kit import text
from pressroom.kit.labels import Labelled


class MeetingError(ValueError):
    """Something is refused; the message is a sentence for the person who asked."""


def session_key(
    kind: SessionKind, title: str, code: str = "", starts_at: datetime | None = None, **_others: object
) -> str:
    """By which a session is known again: its code, else its title; hours of the poster hall by when they begin."""
    if kind is SessionKind.HALL and not code and starts_at is not None:
        return f"hall-{starts_at:%Y%m%dT%H%M}"
    return text.slugify(code or title)[:80]


def number_key(number: str) -> str:
    """The number of an abstract as an address has it."""
    return text.slugify(number)[:80]


def order_key(number: str) -> str:
    """*number* so that it sorts as people count: the digits filled up."""
    return re.sub(r"[0-9]+", lambda digits: digits[0].zfill(8), number.casefold())[:200]


SOON = timedelta(hours=1)
"""What would lift an embargo within so long is asked about first."""


@dataclass(frozen=True)
class Move:
    """That the schedule moves an embargo.

    Attributes:
        before: when the release would have become public; None when it had no time.
        after: when it is to; an instant that has passed means now.
    """

    release_id: int
    headline: str
    before: datetime | None
    after: datetime

    def is_soon(self, now: datetime) -> bool:
        """Whether it would be public within the hour, or at once."""
        return self.after <= now + SOON


class Unsure(Exception):  # noqa: N818 - it is a question
    """An embargo would end at once or within the hour, and nobody said yet that this is meant."""

    def __init__(self, moves: Sequence[Move]) -> None:
        super().__init__("an embargo would end soon")
        self.moves = tuple(moves)


def digest(moves: Iterable[Move]) -> str:
    """By which an answer is known to belong to these moves and to no others."""
    said = "\n".join(sorted(f"{move.release_id} {move.after.isoformat()}" for move in moves))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def check_sure(moves: Sequence[Move], sure: str, now: datetime) -> None:
    """Whether these moves may be made.

    Args:
        sure: the digest of the moves to which somebody said yes; empty when nobody was asked.

    Raises:
        Unsure: one of them is soon, and it is not these that somebody said yes to.
    """
    if any(move.is_soon(now) for move in moves) and sure != digest(moves):
        raise Unsure(moves)


def instant(
    rule: EmbargoRule,
    *,
    zone: str,
    abstracts_from: datetime | None = None,
    session: datetime | None = None,
    briefing: datetime | None = None,
    halls: Iterable[datetime] = (),
) -> datetime | None:
    """When something may be reported by *rule*; None when the schedule does not say.

    Args:
        zone: that of the meeting, in which its days are counted.
        session: the start of the session.
        briefing: the start of the briefing.
        halls: each instant at which the poster hall opens.
    """
    if rule is EmbargoRule.ABSTRACTS:
        return abstracts_from
    if rule is EmbargoRule.BRIEFING:
        return briefing
    if rule is EmbargoRule.SESSION or session is None:
        return session
    place = ZoneInfo(zone)
    day = session.astimezone(place).date()
    return min((hall for hall in halls if hall.astimezone(place).date() == day), default=None)


class When(StrEnum):
    """Where a meeting stands in time."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


class SessionKind(Labelled):
    """What a session is; the hours of the poster hall stand in the schedule as well."""

    PLENARY = ("plenary", "Plenary session")
    PLATFORM = ("platform", "Platform session")
    POSTER = ("poster", "Poster session")
    INVITED = ("invited", "Invited session")
    WORKSHOP = ("workshop", "Workshop")
    HALL = ("hall", "Poster hall open")
    OTHER = ("other", "Session")


class EmbargoRule(Labelled):
    """When a release of a meeting may be reported, by the schedule (press rules of ASH, ISHLT and ASHG)."""

    SESSION = ("session", "At the start of the session")
    HALL = ("hall", "At the opening of the poster hall on the day of the session")
    BRIEFING = ("briefing", "At the start of the briefing")
    ABSTRACTS = ("abstracts", "When the abstracts are online")


class ImportState(Labelled):
    """How far a file of abstracts is."""

    UPLOADED = ("uploaded", "Columns to be confirmed")
    WAITING = ("waiting", "Waits for the worker")
    DONE = ("done", "Imported")
    FAILED = ("failed", "Failed")
    UNDONE = ("undone", "Undone")


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
