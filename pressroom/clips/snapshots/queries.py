"""Reads of snapshots. For staff only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from pressroom.clips.snapshots.models import ClipSnapshot
from pressroom.kit.db import db


def of_clip(clip_id: int) -> Sequence[ClipSnapshot]:
    """Those of a clip, the newest first, without their texts."""
    statement = select(ClipSnapshot).options(defer(ClipSnapshot.text, raiseload=True))
    found = statement.where(ClipSnapshot.clip_id == clip_id).order_by(ClipSnapshot.id.desc())
    return db.session.scalars(found).all()


def has(clip_id: int, url: str) -> bool:
    """Whether there is one of this address of a clip."""
    statement = select(ClipSnapshot.id).where(ClipSnapshot.clip_id == clip_id, ClipSnapshot.url == url).limit(1)
    return db.session.scalar(statement) is not None


def one(clip_id: int, number: int | None = None) -> ClipSnapshot | None:
    """The one with this number, or the newest."""
    statement = select(ClipSnapshot).where(ClipSnapshot.clip_id == clip_id)
    if number is not None:
        statement = statement.where(ClipSnapshot.id == number)
    return db.session.scalars(statement.order_by(ClipSnapshot.id.desc()).limit(1)).first()


def count() -> int:
    """How many there are."""
    return db.session.scalar(select(func.count(ClipSnapshot.id))) or 0
