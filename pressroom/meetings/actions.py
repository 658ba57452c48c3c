"""Verbs: announce a meeting, keep its press programme. None commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit, search
from pressroom.kit import dates, text
from pressroom.kit.db import db
from pressroom.meetings import rules
from pressroom.meetings.models import Briefing, Meeting

TEXTS = ("body", "registration", "press_office", "embargo_policy")


def create(*, by: audit.Actor | None, now: datetime, **fields: Any) -> Meeting:
    """A draft of a meeting, which the public does not see.

    Args:
        by: who makes it.
        now: the instant.
        fields: year, title, place, starts_on, ends_on, zone, and of the texts (Markdown).
    """
    meeting = Meeting(created_at=now, updated_at=now, **fields)
    _render(meeting)
    db.session.add(meeting)
    db.session.flush()
    audit.record(by, "create", "meeting", meeting.id, meeting.title)
    return meeting


def edit(meeting: Meeting, *, by: audit.Actor | None, now: datetime, version: int | None = None, **fields: Any) -> bool:
    """Save a meeting; True if anything changed. In another zone, briefings keep the time that clocks show.

    Raises:
        Stale: somebody saved since *version*.
        WallTimeError: the time of a briefing does not exist in the new zone, or exists twice.
    """
    _refuse_stale(meeting, version)
    if fields.get("zone", meeting.zone) != meeting.zone:
        _move_to_zone(meeting, fields["zone"], now)
    changes = _assign(meeting, fields)
    if not changes:
        return False
    _render(meeting)
    _touch(meeting, now)
    audit.record(by, "edit", "meeting", meeting.id, meeting.title, changes=changes)
    return True


def publish(meeting: Meeting, *, by: audit.Actor | None, now: datetime) -> None:
    """Show a meeting to the public from *now* on, again if it was withdrawn."""
    if meeting.is_public(now):
        return
    meeting.public_from = now
    meeting.withdrawn_at, meeting.withdrawal_reason = None, ""
    _touch(meeting, now)
    audit.record(by, "publish", "meeting", meeting.id, meeting.title)


def withdraw(meeting: Meeting, *, by: audit.Actor | None, now: datetime, reason: str) -> None:
    """Take a meeting off the site; its address says when and why."""
    if not meeting.is_public(now):
        return
    meeting.withdrawn_at, meeting.withdrawal_reason = now, reason
    _touch(meeting, now)
    audit.record(by, "withdraw", "meeting", meeting.id, meeting.title, changes={"reason": [None, reason]})


def add_briefing(meeting: Meeting, *, by: audit.Actor | None, now: datetime, **fields: Any) -> Briefing:
    """Add a briefing to the press programme.

    Args:
        meeting: the meeting.
        by: who adds it.
        now: the instant.
        fields: title, starts_at (aware), minutes, and of place, summary, speakers.
    """
    briefing = Briefing(meeting_id=meeting.id, created_at=now, updated_at=now, **fields)
    db.session.add(briefing)
    _touch(meeting, now)
    audit.record(by, "add briefing", "meeting", meeting.id, meeting.title, changes={"briefing": [None, briefing.title]})
    return briefing


def edit_briefing(
    meeting: Meeting,
    briefing: Briefing,
    *,
    by: audit.Actor | None,
    now: datetime,
    version: int | None = None,
    **fields: Any,
) -> bool:
    """Save a briefing; True if anything changed.

    Raises:
        Stale: somebody saved since *version*.
    """
    _refuse_stale(briefing, version)
    changes = _assign(briefing, fields)
    if not changes:
        return False
    briefing.updated_at = now
    _touch(meeting, now)
    audit.record(by, "edit briefing", "meeting", meeting.id, meeting.title, changes=changes)
    return True


def remove_briefing(meeting: Meeting, briefing: Briefing, *, by: audit.Actor | None, now: datetime) -> None:
    """Take a briefing out of the press programme for good."""
    title = briefing.title
    db.session.delete(briefing)
    _touch(meeting, now)
    audit.record(by, "remove briefing", "meeting", meeting.id, meeting.title, changes={"briefing": [title, None]})


def _move_to_zone(meeting: Meeting, zone: str, now: datetime) -> None:
    """What was typed as 10:30 stays 10:30."""
    for briefing in meeting.briefings:
        wall = briefing.starts_at.astimezone(dates.named_zone(meeting.zone))
        briefing.starts_at = dates.instant(wall.date().isoformat(), f"{wall:%H:%M}", zone)
        briefing.updated_at = now


def _touch(meeting: Meeting, now: datetime) -> None:
    """Write what changed; search holds the meeting with its programme as one document."""
    meeting.updated_at = now
    try:
        db.session.flush()
    except StaleDataError:
        raise rules.Stale from None
    search.enqueue("meeting", meeting.id, due=now)


def _refuse_stale(row: Meeting | Briefing, version: int | None) -> None:
    if version is not None and row.version != version:
        raise rules.Stale


def _assign(row: Meeting | Briefing, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    changes = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _render(meeting: Meeting) -> None:
    for name in TEXTS:
        setattr(meeting, f"{name}_html", text.to_html(getattr(meeting, name) or ""))
