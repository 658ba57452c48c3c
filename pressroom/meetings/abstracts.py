"""Verbs: from when on abstracts are public, by the rule of their meeting; and the few that are for one. None commits.

A meeting may have thousands, so each verb is a statement or two, and the index is told of all of them at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from pressroom import audit, search
from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.meetings.models import Abstract, Meeting, MeetingSession
from pressroom.meetings.rules import MeetingError, Move

KIND = "abstract"
_QUIET = {"synchronize_session": False}


def instant(meeting: Meeting) -> datetime | None:
    """From when on the abstracts of *meeting* are public: when they are online, and not before the meeting is."""
    if meeting.public_from is None or meeting.withdrawn_at is not None or meeting.abstracts_from is None:
        return None
    return max(meeting.public_from, meeting.abstracts_from)


def check_move(meeting: Meeting, at: datetime | None, now: datetime) -> None:
    """Whether the abstracts may be online from another instant on: what is public does not go back.

    Raises:
        MeetingError: they are online.
    """
    if at == meeting.abstracts_from:
        return
    online = Abstract.meeting_id == meeting.id, Abstract.public_from <= now
    later = at is None or at > now
    if later and db.session.scalar(select(Abstract.id).where(*online).limit(1)) is not None:
        since = f" since {dates.moment(meeting.abstracts_from, meeting.zone)}" if meeting.abstracts_from else ""
        raise MeetingError(
            f"The abstracts are online{since}. What is public cannot go back under embargo; put that time back."
        )


def moves(meeting: Meeting, at: datetime | None, now: datetime) -> list[Move]:
    """What becomes of the abstracts that nobody sees yet when they are online from *at* on, to be asked about."""
    if at is None or not meeting.is_public(now):
        return []
    ahead = or_(Abstract.public_from.is_(None), Abstract.public_from > now)
    statement = select(func.count(Abstract.id)).where(Abstract.meeting_id == meeting.id, ahead)
    count = db.session.scalar(statement) or 0
    said = f"{count:,} {'abstract' if count == 1 else 'abstracts'}"
    return [Move(0, said, meeting.abstracts_from, at)] if count else []


def settle(meeting: Meeting, *, now: datetime) -> None:
    """Give the abstracts that are not public yet the instant that follows from their meeting."""
    at = instant(meeting)
    wanted = max(at, now) if at is not None else None
    moved = Abstract.public_from.is_not(None) if wanted is None else _differs(wanted)
    ahead = or_(Abstract.public_from.is_(None), Abstract.public_from > now)
    _set(meeting, ahead, Abstract.withdrawn_at.is_(None), moved, due=wanted or now, public_from=wanted)


def _differs(wanted: datetime) -> ColumnElement[bool]:
    return or_(Abstract.public_from.is_(None), Abstract.public_from != wanted)


def withdraw_all(meeting: Meeting, *, now: datetime, reason: str) -> None:
    """With the meeting its abstracts go; their addresses say so."""
    public = Abstract.public_from <= now, Abstract.withdrawn_at.is_(None)
    _set(meeting, *public, due=now, withdrawn_at=now, withdrawal_reason=reason)
    settle(meeting, now=now)


def bring_back(meeting: Meeting, *, now: datetime) -> None:
    """Those that went with the meeting come back with it; call it before the meeting does."""
    if meeting.withdrawn_at is not None:
        gone = Abstract.withdrawn_at == meeting.withdrawn_at
        _set(meeting, gone, due=now, withdrawn_at=None, withdrawal_reason="")


def find_again(meeting: Meeting, session: MeetingSession, *, now: datetime) -> None:
    """Have the index read the abstracts of a session, which is called something else."""
    search.enqueue_many(KIND, _ids(meeting, Abstract.session_id == session.id, Abstract.public_from <= now), due=now)


def let_go(meeting: Meeting, session: MeetingSession, *, now: datetime) -> None:
    """Leave the abstracts of a session that goes without one."""
    _set(meeting, Abstract.session_id == session.id, due=now, session_id=None)


def withdraw(abstract: Abstract, *, by: audit.Actor | None, now: datetime, reason: str) -> None:
    """Take one abstract back; its address says when and why, or is unknown if it was not public."""
    if abstract.withdrawn_at is not None:
        return  # a later instant would say that it had been public until then
    abstract.withdrawn_at, abstract.withdrawal_reason, abstract.updated_at = now, reason, now
    db.session.flush()
    search.enqueue(KIND, abstract.id, due=now)
    changes = {"reason": [None, reason]}
    audit.record(by, "withdraw", KIND, abstract.id, f"{abstract.number}: {abstract.title}", changes=changes, now=now)


def restore(abstract: Abstract, meeting: Meeting, *, by: audit.Actor | None, now: datetime) -> None:
    """Take a withdrawal back.

    One that went before anybody saw it waits for the instant that holds by now: its own may have passed since.

    Raises:
        MeetingError: its meeting is withdrawn.
    """
    if meeting.withdrawn_at is not None:
        raise MeetingError("The meeting is withdrawn. Publish the meeting again first; then bring the abstract back.")
    gone_at = abstract.withdrawn_at
    if abstract.public_from is not None and gone_at is not None and abstract.public_from >= gone_at:
        abstract.public_from = None
    abstract.withdrawn_at, abstract.withdrawal_reason, abstract.updated_at = None, "", now
    db.session.flush()
    settle(meeting, now=now)
    search.enqueue(KIND, abstract.id, due=now)
    audit.record(by, "restore", KIND, abstract.id, f"{abstract.number}: {abstract.title}", now=now)


def _ids(meeting: Meeting, *where: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Abstract.id).where(Abstract.meeting_id == meeting.id, *where)))


def _set(meeting: Meeting, *where: ColumnElement[bool], due: datetime, **values: Any) -> None:
    """Change those of the abstracts of *meeting*, and have the index read them at *due*."""
    db.session.flush()
    if ids := _ids(meeting, *where):
        of_meeting = Abstract.meeting_id == meeting.id
        db.session.execute(update(Abstract).where(of_meeting, *where).values(values), execution_options=_QUIET)
        db.session.expire_all()
        search.enqueue_many(KIND, ids, due=due)
