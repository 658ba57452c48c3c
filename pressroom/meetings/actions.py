"""Verbs: announce a meeting, keep its press programme and its schedule. None commits.

Each that moves something moves the embargoes that follow it, in the same transaction (:func:`bindings.follow`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit, search
from pressroom.kit import dates, text
from pressroom.kit.db import db
from pressroom.meetings import abstracts, bindings, rules
from pressroom.meetings.models import Briefing, Meeting, MeetingSession
from pressroom.meetings.registering import mailing

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


def edit(
    meeting: Meeting,
    *,
    by: audit.Actor | None,
    now: datetime,
    version: int | None = None,
    sure: str = "",
    **fields: Any,
) -> bool:
    """Save a meeting; True if anything changed. In another zone, its schedule keeps the time that clocks show.

    Args:
        sure: the digest of the moves to which somebody said yes.

    Raises:
        StaleDataError: somebody saved since *version*.
        WallTimeError: a time of the schedule does not exist in the new zone, or exists twice.
        MeetingError: the abstracts are online already; or what :func:`bindings.follow` refuses.
        Unsure: an embargo would end at once, or within the hour.
    """
    _refuse_stale(meeting, version)
    online: list[rules.Move] = []
    if fields.get("abstracts_from", meeting.abstracts_from) != meeting.abstracts_from:
        abstracts.check_move(meeting, fields["abstracts_from"], now)
        online = abstracts.moves(meeting, fields["abstracts_from"], now)
    if fields.get("zone", meeting.zone) != meeting.zone:
        _move_to_zone(meeting, fields["zone"], now)
    changes = _assign(meeting, fields)
    if not changes:
        return False
    _render(meeting)
    _touch(meeting, now)
    abstracts.settle(meeting, now=now)
    audit.record(by, "edit", "meeting", meeting.id, meeting.title, changes=changes)
    bindings.follow(meeting, by=by, now=now, sure=sure, also=online)
    return True


def publish(meeting: Meeting, *, by: audit.Actor | None, now: datetime) -> None:
    """Show a meeting to the public from *now* on, again if it was withdrawn."""
    if meeting.is_public(now):
        return
    abstracts.bring_back(meeting, now=now)
    meeting.public_from = now
    meeting.withdrawn_at, meeting.withdrawal_reason = None, ""
    _touch(meeting, now)
    abstracts.settle(meeting, now=now)
    audit.record(by, "publish", "meeting", meeting.id, meeting.title)


def withdraw(meeting: Meeting, *, by: audit.Actor | None, now: datetime, reason: str) -> None:
    """Take a meeting off the site; its address says when and why."""
    if not meeting.is_public(now):
        return
    meeting.withdrawn_at, meeting.withdrawal_reason = now, reason
    _touch(meeting, now)
    abstracts.withdraw_all(meeting, now=now, reason=reason)
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
    sure: str = "",
    **fields: Any,
) -> bool:
    """Save a briefing; True if anything changed. Who is registered is told when it is elsewhere or at another time.

    Raises:
        StaleDataError: somebody saved since *version*.
        MeetingError, Unsure: as :func:`edit`.
    """
    _refuse_stale(briefing, version)
    changes = _assign(briefing, fields)
    if not changes:
        return False
    briefing.updated_at = now
    _touch(meeting, now)
    audit.record(by, "edit briefing", "meeting", meeting.id, meeting.title, changes=changes)
    bindings.follow(meeting, by=by, now=now, sure=sure)
    if changes.keys() & {"starts_at", "place"}:
        mailing.briefing_moved(meeting, briefing, by=by, now=now)
    return True


def remove_briefing(meeting: Meeting, briefing: Briefing, *, by: audit.Actor | None, now: datetime) -> None:
    """Take a briefing out of the press programme for good. Who is registered is told.

    Raises:
        MeetingError: a release follows it.
    """
    bindings.check_free(briefing=briefing)
    title = briefing.title
    mailing.briefing_cancelled(meeting, briefing, by=by, now=now)
    db.session.delete(briefing)
    _touch(meeting, now)
    audit.record(by, "remove briefing", "meeting", meeting.id, meeting.title, changes={"briefing": [title, None]})


def add_session(
    meeting: Meeting, *, by: audit.Actor | None, now: datetime, sure: str = "", **fields: Any
) -> MeetingSession:
    """Add a session to the schedule.

    Args:
        meeting: the meeting.
        by: who adds it.
        now: the instant.
        sure: the digest of the moves to which somebody said yes; an earlier opening of the poster hall moves some.
        fields: title, kind, starts_at (aware), minutes, and of code, place, track.

    Raises:
        MeetingError: there is a session with this code, or with this title where there is no code.
        Unsure: as :func:`edit`.
    """
    session = MeetingSession(
        meeting_id=meeting.id, key=rules.session_key(**fields), created_at=now, updated_at=now, **fields
    )
    _check_key_free(meeting, session.key, None)
    db.session.add(session)
    _touch(meeting, now)
    audit.record(by, "add session", "meeting", meeting.id, meeting.title, changes={"session": [None, session.name]})
    bindings.follow(meeting, by=by, now=now, sure=sure)
    return session


def edit_session(
    meeting: Meeting,
    session: MeetingSession,
    *,
    by: audit.Actor | None,
    now: datetime,
    version: int | None = None,
    sure: str = "",
    **fields: Any,
) -> bool:
    """Save a session; True if anything changed.

    Raises:
        StaleDataError: somebody saved since *version*.
        MeetingError, Unsure: as :func:`add_session` and :func:`edit`.
    """
    _refuse_stale(session, version)
    before = session.name
    changes = _assign(session, fields)
    if not changes:
        return False
    key = rules.session_key(session.kind, session.title, session.code, session.starts_at)
    if key != session.key:
        _check_key_free(meeting, key, session)
        session.key = key
    session.updated_at = now
    _touch(meeting, now)
    if before != session.name:
        abstracts.find_again(meeting, session, now=now)
    audit.record(
        by, "edit session", "meeting", meeting.id, meeting.title, changes={"session": [before, before]} | changes
    )
    bindings.follow(meeting, by=by, now=now, sure=sure)
    return True


def remove_session(meeting: Meeting, session: MeetingSession, *, by: audit.Actor | None, now: datetime) -> None:
    """Take a session out of the schedule for good; its abstracts stay, without a session.

    Raises:
        MeetingError: a release follows it.
    """
    bindings.check_free(session=session)
    name = session.name
    abstracts.let_go(meeting, session, now=now)
    db.session.delete(session)
    _touch(meeting, now)
    audit.record(by, "remove session", "meeting", meeting.id, meeting.title, changes={"session": [name, None]})
    bindings.follow(meeting, by=by, now=now)


def _check_key_free(meeting: Meeting, key: str, but: MeetingSession | None) -> None:
    which = MeetingSession.meeting_id == meeting.id, MeetingSession.key == key
    with db.session.no_autoflush:
        there = db.session.scalar(select(MeetingSession).where(*which))
    if there is not None and there is not but:
        raise rules.MeetingError(f"The schedule has “{there.name}” already. Edit that one, or give this another code.")


def _move_to_zone(meeting: Meeting, zone: str, now: datetime) -> None:
    """What was typed as 10:30 stays 10:30."""
    sessions = db.session.scalars(select(MeetingSession).where(MeetingSession.meeting_id == meeting.id)).all()
    every: list[Briefing | MeetingSession] = [*meeting.briefings, *sessions]
    for row in every:
        wall = row.starts_at.astimezone(dates.named_zone(meeting.zone))
        row.starts_at = dates.instant(wall.date().isoformat(), f"{wall:%H:%M}", zone)
        row.updated_at = now


def _touch(meeting: Meeting, now: datetime) -> None:
    """Write what changed; search holds the meeting with its programme as one document."""
    meeting.updated_at = now
    db.session.flush()
    search.enqueue("meeting", meeting.id, due=now)


def _refuse_stale(row: Meeting | Briefing | MeetingSession, version: int | None) -> None:
    if version is not None and row.version != version:
        raise StaleDataError("somebody saved since")


def _assign(row: Meeting | Briefing | MeetingSession, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
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
