"""Verbs about typed text that is not saved. No revision, no audit line and no index knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from pressroom.audit import Actor
from pressroom.kit.db import db
from pressroom.releases import queries
from pressroom.releases.models import Release, UnsavedText
from pressroom.releases.rules import Problem, RefusedError, uid_problem

KEPT_FOR = timedelta(days=7)
LONGEST = 500_000  # characters of all fields together
MOST = 20  # texts of one person


def keep(*, by: Actor, uid: str, base: int, fields: Mapping[str, str], now: datetime) -> bool:
    """Keep what *by* typed for the release *uid*, in place of what was kept before.

    Args:
        base: the number of the revision that the form was made of; 0 for a new release.
        fields: all that was typed, by name.

    Returns:
        whether it is kept. It is not when it is late: the person has saved the form meanwhile.

    Raises:
        RefusedError: it is far longer than a release may be, or *uid* is none.
    """
    if sentence := uid_problem(uid):
        raise RefusedError(Problem("", sentence))
    if (length := sum(map(len, fields.values()))) > LONGEST:
        sentence = f"This text of {length:,} characters is too long to be kept. Shorten it to {LONGEST:,}."
        raise RefusedError(Problem("", sentence))
    if _is_late(by, uid, base):
        return False
    row = queries.unsaved(by.id, uid)
    if row is None:
        _make_room(by)
        db.session.add(UnsavedText(user_id=by.id, uid=uid, base=base, at=now, fields=dict(fields)))
    elif row.fields != fields or row.base != base:
        row.base, row.at, row.fields = base, now, dict(fields)
    return True


def throw_away(*, by: Actor, uid: str) -> bool:
    """Forget what *by* typed for the release *uid*; whether there was anything."""
    mine = delete(UnsavedText).where(UnsavedText.user_id == by.id, UnsavedText.uid == uid)
    gone = db.session.execute(mine.returning(UnsavedText.id), execution_options={"synchronize_session": False})
    return gone.first() is not None


def sweep(now: datetime) -> bool:
    """Forget what nobody went on with for :data:`KEPT_FOR`; whether there was anything."""
    old = UnsavedText.at < now - KEPT_FOR
    if not db.session.scalar(select(UnsavedText.id).where(old).limit(1)):
        return False
    db.session.execute(delete(UnsavedText).where(old), execution_options={"synchronize_session": False})
    return True


def _is_late(by: Actor, uid: str, base: int) -> bool:
    """Sent before the person pressed Save, and come after it."""
    release_id = db.session.scalar(select(Release.id).where(Release.uid == uid))
    if release_id is None:
        return False
    last = queries.last_revision(release_id)
    return last is not None and last.number > base and last.author_id == by.id


def _make_room(by: Actor) -> None:
    """Nobody has more than :data:`MOST`: the oldest goes."""
    mine = (
        select(UnsavedText).where(UnsavedText.user_id == by.id).order_by(UnsavedText.at.desc(), UnsavedText.id.desc())
    )
    for row in db.session.scalars(mine.offset(MOST - 1)):
        db.session.delete(row)
