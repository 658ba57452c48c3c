"""Reads. For the public they pass the gate: an asset is there when something public shows it."""

from __future__ import annotations

from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.media.models import Asset


def by_id(asset_id: int) -> Asset | None:
    """The asset with that number, as far as the reader may see it."""
    return db.session.scalar(select(Asset).where(Asset.id == asset_id))
