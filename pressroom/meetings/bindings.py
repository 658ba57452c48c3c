"""Verbs: bind a release to the schedule of a meeting, take it off, and let its embargo follow. None commits.

Whoever holds the text is told by the room of journalists, which hears of each save of a release.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pressroom import audit
from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.meetings import rules
from pressroom.meetings.models import Binding, Briefing, Meeting, MeetingSession
from pressroom.meetings.rules import EmbargoRule, MeetingError, Move, SessionKind
from pressroom.releases import actions as releases
from pressroom.releases import queries as release_queries
from pressroom.releases.models import Release


def bind(
    release: Release,
    meeting: Meeting,
    rule: EmbargoRule,
    *,
    by: audit.Actor | None,
    now: datetime,
    session: MeetingSession | None = None,
    briefing: Briefing | None = None,
    sure: str = "",
) -> Binding:
    """Let the embargo of *release* follow the schedule; what it was bound to before counts no more.

    Args:
        session: where the rule needs one, and *briefing* likewise.
        sure: the digest of the move to which somebody said yes.

    Raises:
        MeetingError: the schedule does not say when, or that has passed.
        RefusedError: the release is public, lacks something, or needs an approval.
        Unsure: it would become public within the hour.
    """
    db.session.refresh(meeting, with_for_update=True)  # whoever moves its schedule meanwhile waits
    for row in (session, briefing):
        if row is not None:
            db.session.refresh(row)
    binding = of_release(release.id)
    if binding is None:
        binding = Binding(release_id=release.id, created_at=now)
    binding.meeting, binding.rule, binding.session, binding.briefing = meeting, rule, session, briefing
    binding.meeting_id = meeting.id
    binding.session_id = session.id if session else None
    binding.briefing_id = briefing.id if briefing else None
    at = instant_of(binding, halls(meeting))
    if at is None:
        raise MeetingError(_unsaid(binding))
    if at <= now:
        raise MeetingError(
            f"That was {dates.moment(at, meeting.zone)}, so there is nothing to wait for. Publish the release instead."
        )
    rules.check_sure([Move(release.id, release.headline, release.public_from, at)], sure, now)
    db.session.add(binding)
    db.session.flush()
    audit.record(
        by, "bind", "release", release.id, release.headline, changes={"follows": [None, sentence(binding)]}, now=now
    )
    releases.schedule(
        release, by=by, now=now, at=at, embargoed=True, zone=meeting.zone, note=sentence(binding), by_rule=True
    )
    return binding


def unbind(binding: Binding, *, by: audit.Actor | None, now: datetime) -> None:
    """Take a release off the schedule. Its time stays as it is, and is a person's to set from now on."""
    release = release_queries.by_id(binding.release_id)
    assert release is not None
    changes = {"follows": [sentence(binding), None]}
    db.session.delete(binding)
    db.session.flush()
    audit.record(by, "unbind", "release", release.id, release.headline, changes=changes, now=now)


def follow(
    meeting: Meeting, *, by: audit.Actor | None, now: datetime, sure: str = "", also: Sequence[Move] = ()
) -> list[Move]:
    """After a change of the schedule: move each embargo that follows it, in the same transaction.

    A release without a time has none to move, and what is public stays as it is. An instant that has passed by now
    means now, never earlier.

    Args:
        sure: the digest of the moves to which somebody said yes.
        also: what else moves with this change, to be asked about with the rest.

    Raises:
        MeetingError: the schedule says no more when a release may be reported.
        RefusedError: a release may not be moved.
        Unsure: an embargo would end at once, or within the hour.
        StaleDataError: somebody saved a release at the same moment.
    """
    found = _waiting(meeting, now)
    opens, moves = halls(meeting) if found else (), []
    for binding, release in found:
        at = instant_of(binding, opens)
        if at is None:
            raise MeetingError(f"The release “{release.headline}” waits for this. {_unsaid(binding)}")
        if at != release.public_from:
            moves.append((binding, release, Move(release.id, release.headline, release.public_from, at)))
    rules.check_sure([*(move for _, _, move in moves), *also], sure, now)
    for binding, release, move in moves:
        _move(binding, release, move, by=by, now=now)
    return [move for _, _, move in moves]


def _move(binding: Binding, release: Release, move: Move, *, by: audit.Actor | None, now: datetime) -> None:
    note = f"The schedule moved. {sentence(binding)}"
    if move.after <= now:
        releases.publish(release, by=by, now=now, note=note)
        return
    zone, embargoed = binding.meeting.zone, release.embargoed
    releases.schedule(release, by=by, now=now, at=move.after, embargoed=embargoed, zone=zone, note=note, by_rule=True)


def check_free(*, session: MeetingSession | None = None, briefing: Briefing | None = None) -> None:
    """Whether this may go out of the schedule.

    Raises:
        MeetingError: a release follows it.
    """
    which = Binding.session_id == session.id if session else Binding.briefing_id == (briefing and briefing.id)
    headline = db.session.scalar(select(Release.headline).join(Binding, Binding.release_id == Release.id).where(which))
    if headline is not None:
        raise MeetingError(
            f"The release “{headline}” follows it. Open that release, and take it off the schedule or bind it to "
            "something else; then remove this."
        )


# Reads ----------------------------------------------------------------------------------------------------


def of_release(release_id: int) -> Binding | None:
    """What a release is bound to."""
    found: Binding | None = db.session.scalar(_with_targets().where(Binding.release_id == release_id))
    return found


def of_meeting(meeting: Meeting) -> Sequence[tuple[Binding, Release]]:
    """The releases that follow a meeting, those that come first at the beginning. For the desk."""
    statement = _with_targets().add_columns(Release).join(Release, Release.id == Binding.release_id)
    rows = db.session.execute(
        statement.where(Binding.meeting_id == meeting.id).order_by(Release.public_from, Release.id)
    ).all()
    return [(binding, release) for binding, release in rows]


def _waiting(meeting: Meeting, now: datetime) -> list[tuple[Binding, Release]]:
    return [(binding, release) for binding, release in of_meeting(meeting) if release.state(now).waits]


def _with_targets() -> Any:
    return select(Binding).options(
        joinedload(Binding.meeting), joinedload(Binding.session), joinedload(Binding.briefing)
    )


def halls(meeting: Meeting) -> Sequence[datetime]:
    """Each instant at which the poster hall opens."""
    which = MeetingSession.meeting_id == meeting.id, MeetingSession.kind == SessionKind.HALL
    return db.session.scalars(select(MeetingSession.starts_at).where(*which)).all()


def opens_for(session: MeetingSession, meeting: Meeting) -> bool:
    """Whether *session* is an opening of the poster hall on a day for which a release waits."""
    if session.kind is not SessionKind.HALL:
        return False
    hall = Binding.meeting_id == meeting.id, Binding.rule == EmbargoRule.HALL
    waits = select(MeetingSession.starts_at).join(Binding, Binding.session_id == MeetingSession.id).where(*hall)
    zone = dates.named_zone(meeting.zone)
    days = {starts_at.astimezone(zone).date() for starts_at in db.session.scalars(waits)}
    return session.starts_at.astimezone(zone).date() in days


def instant_of(binding: Binding, opens: Sequence[datetime]) -> datetime | None:
    """When a bound release may be reported, as the schedule stands; None when it does not say."""
    return rules.instant(
        binding.rule,
        zone=binding.meeting.zone,
        abstracts_from=binding.meeting.abstracts_from,
        session=binding.session.starts_at if binding.session else None,
        briefing=binding.briefing.starts_at if binding.briefing else None,
        halls=opens,
    )


def sentence(binding: Binding) -> str:
    """By what rule a release becomes public, for staff."""
    target = binding.session.name if binding.session else binding.briefing.title if binding.briefing else ""
    return f"{binding.rule.label}{f' “{target}”' if target else ''}, {binding.meeting.title}."


def _unsaid(binding: Binding) -> str:
    if binding.rule is EmbargoRule.HALL:
        return (
            "No opening of the poster hall stands in the schedule on the day of that session. "
            "Add it as a session of the kind “Poster hall open” first."
        )
    return "The meeting does not say when its abstracts are online. Give the day and the time there first."
