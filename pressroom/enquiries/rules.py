"""Decisions about enquiries: what may be asked for, where one stands, what is counted. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pressroom.kit.labels import Labelled

LENGTHS = {
    "name": 120,
    "outlet": 200,
    "email": 254,
    "phone": 60,
    "question": 4_000,
    "about": 300,
    "words": 4_000,
    "note": 200,
}
"""Characters of a text that somebody types."""

FARTHEST = timedelta(days=366)
"""A deadline that is further away is a slip of the pen."""

SAME = timedelta(hours=1)
"""The same question of the same person within so long is the form sent twice."""


class Topic(Labelled):
    """What an enquiry is about."""

    STUDY = ("study", "A study or a release")
    EXPERT = ("expert", "An expert to talk to")
    PICTURES = ("pictures", "Pictures, sound or film")
    SOCIETY = ("society", "The organisation itself")
    MEETING = ("meeting", "The annual meeting")
    OTHER = ("other", "Something else")


class State(Labelled):
    """Where an enquiry stands."""

    OPEN = ("open", "Open")
    ANSWERED = ("answered", "Answered")
    DECLINED = ("declined", "Declined")


class Act(StrEnum):
    """What may be done with an enquiry on the desk."""

    ASSIGN = "assign"
    NOTE = "note"
    REPLY = "reply"
    ANSWER = "answer"
    DECLINE = "decline"
    REOPEN = "reopen"


class EnquiryError(ValueError):
    """Something is refused; the message is a sentence for the person who asked."""


def check_act(act: Act, state: State, words: str, *, erased: bool) -> None:
    """Refuse what does not go with where an enquiry stands.

    Raises:
        EnquiryError: with a sentence.
    """
    if erased:
        raise EnquiryError("What was kept about this enquiry was erased, so nothing more can be done with it.")
    if act is Act.REOPEN:
        if state is State.OPEN:
            raise EnquiryError("This enquiry is open.")
        return
    if act in {Act.ANSWER, Act.DECLINE, Act.REPLY} and state is not State.OPEN:
        raise EnquiryError(f"This enquiry was {state.label.lower()} already. Open it again first.")
    if act in {Act.REPLY, Act.DECLINE, Act.NOTE} and not words:
        raise EnquiryError(
            {
                Act.REPLY: "Write what the reporter is told.",
                Act.DECLINE: "Write why; the reporter reads it.",
                Act.NOTE: "Write the note.",
            }[act]
        )


def check_deadline(deadline: datetime, now: datetime) -> None:
    """Refuse a deadline that nobody can keep, or means.

    Raises:
        EnquiryError: with a sentence.
    """
    if deadline <= now:
        raise EnquiryError("This deadline is over. Write one that is still to come, or leave it out and call us.")
    if deadline > now + FARTHEST:
        raise EnquiryError("This deadline is more than a year away. Check the year.")


# Statistics ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """What is counted of an enquiry; nothing in it says who asked, or what."""

    came_at: datetime
    topic: Topic
    state: State
    deadline_at: datetime | None
    first_answer_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """The enquiries of a month or a topic.

    Attributes:
        median_hours: from coming to the first answer; None where nothing was answered.
        due: with a deadline that is over or was met; *met*: those of them answered before it.
    """

    enquiries: int
    open: int
    answered: int
    declined: int
    median_hours: float | None
    due: int
    met: int

    @property
    def share(self) -> float | None:
        """Which part of those with a deadline was answered before it, from 0 to 1; None without any."""
        return self.met / self.due if self.due else None


def figures(rows: Sequence[Counted], now: datetime) -> Figures:
    """Count *rows*."""
    waits = [row.first_answer_at - row.came_at for row in rows if row.first_answer_at]
    met = [row for row in rows if row.deadline_at and row.first_answer_at and row.first_answer_at <= row.deadline_at]
    missed = [
        row for row in rows if row.deadline_at and row not in met and (row.first_answer_at or now) > row.deadline_at
    ]
    states = [row.state for row in rows]
    return Figures(
        enquiries=len(rows),
        open=states.count(State.OPEN),
        answered=states.count(State.ANSWERED),
        declined=states.count(State.DECLINED),
        median_hours=statistics.median(wait.total_seconds() / 3600 for wait in waits) if waits else None,
        due=len(met) + len(missed),
        met=len(met),
    )


def by_month_and_topic(
    rows: Iterable[Counted], zone: str, now: datetime
) -> list[tuple[str, list[tuple[Topic | None, Figures]]]]:
    """Month as ``2026-11``, newest first → the figures of all of it (None) and of each topic that came up."""
    place = ZoneInfo(zone)
    months: dict[str, list[Counted]] = {}
    for row in rows:
        months.setdefault(f"{row.came_at.astimezone(place):%Y-%m}", []).append(row)
    return [(month, _by_topic(found, now)) for month, found in sorted(months.items(), reverse=True)]


def _by_topic(rows: Sequence[Counted], now: datetime) -> list[tuple[Topic | None, Figures]]:
    found: list[tuple[Topic | None, Figures]] = [(None, figures(rows, now))]
    for topic in Topic:
        if of_it := [row for row in rows if row.topic is topic]:
            found.append((topic, figures(of_it, now)))
    return found
