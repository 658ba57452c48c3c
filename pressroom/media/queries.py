"""Reads. For the public they pass the gate: an asset is there when something public shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.media.models import Asset


def by_id(asset_id: int) -> Asset | None:
    """The asset with that number, as far as the reader may see it."""
    return db.session.scalar(select(Asset).where(Asset.id == asset_id))


def by_key(key: str) -> Asset | None:
    """The asset with that key in its address, as far as the reader may see it."""
    return db.session.scalar(select(Asset).where(Asset.key == key))


def due_renditions(now: datetime) -> tuple[int, datetime] | None:
    """The picture whose renditions wait longest: its id, and the instant at which they became due. For the job."""
    statement = select(Asset.id, Asset.render_at).where(Asset.render_at <= now).order_by(Asset.render_at, Asset.id)
    row = db.session.execute(statement.limit(1)).first()
    return (row[0], row[1]) if row and row[1] else None


def kept_files() -> set[str]:
    """The names of all stored files that a row speaks of. For staff and jobs."""
    rows = db.session.execute(select(Asset.sha256, Asset.renditions))
    return {name for sha256, made in rows for name in (sha256, *(row["sha256"] for row in made))}
