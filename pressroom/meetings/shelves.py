"""What stands on the page of a meeting besides its programme: its releases, what was written of them, its webcasts.

Releases that follow the schedule are its own. What the rooms above find by the topic that staff chose, they hand in
(:func:`told_by`): this room knows neither clips nor webcasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import load_only

from pressroom.kit.db import db
from pressroom.meetings.models import Binding, Meeting
from pressroom.releases import coverage, items, related
from pressroom.releases.models import Release

MOST = 20  # of a shelf
COVERED = 8  # releases that are asked what was written of them
RELEASES, COVERAGE, WEBCASTS, FURTHER = "Releases", "Coverage", "Webcasts", "See also"


@dataclass(frozen=True)
class Line:
    """A thing on a shelf.

    Attributes:
        about: who published it, or what it is.
        when: its day; None for what has none.
    """

    href: str
    title: str
    about: str = ""
    when: date | datetime | None = None


Source = Callable[[Meeting, datetime], Mapping[str, Sequence[Line]]]
"""Gives lines by the title of their shelf: what is public of a meeting's topic, the newest first."""

_sources: list[Source] = []


def told_by(source: Source) -> None:
    """Have *source* asked as well; said once by a room above."""
    if source not in _sources:
        _sources.append(source)


def of(meeting: Meeting, now: datetime) -> list[tuple[str, list[Line]]]:
    """The shelves of *meeting* that are not empty, with what everybody may see."""
    own = _releases(meeting)
    shelves = {
        RELEASES: [Line(each.address, each.headline, each.kind.label, each.public_from) for each in own],
        COVERAGE: [
            Line(story.href, story.headline, story.outlet, story.published_on)
            for each in own[:COVERED]
            for story in coverage.of(each)
        ],
        WEBCASTS: [],
        FURTHER: _further(meeting, now),
    }
    for source in _sources if meeting.topic else ():
        for title, lines in source(meeting, now).items():
            shelves.setdefault(title, []).extend(lines)
    return [(title, _once(lines)[:MOST]) for title, lines in shelves.items() if lines]


def _releases(meeting: Meeting) -> Sequence[Release]:
    columns = load_only(Release.id, Release.year, Release.slug, Release.headline, Release.kind, Release.public_from)
    statement = select(Release).join(Binding, Binding.release_id == Release.id).where(Binding.meeting_id == meeting.id)
    return db.session.scalars(statement.options(columns).order_by(Release.public_from.desc()).limit(MOST)).all()


def _further(meeting: Meeting, now: datetime) -> list[Line]:
    found = [item for line in meeting.related.splitlines() if (item := items.numbered(line) or items.outside(line))]
    return [Line(each.address, each.title, each.label) for each in related.public(found, now)]


def _once(lines: Iterable[Line]) -> list[Line]:
    return list({line.href: line for line in reversed(list(lines))}.values())[::-1]
