"""Which files the directory of experts uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.media import usage
from pressroom.media.models import Asset
from pressroom.media.usage import Use
from pressroom.reporting.models import Expert


@usage.finds
def uses(assets: Sequence[Asset]) -> Iterator[tuple[int, Use]]:
    """Each expert whose photo is one of *assets*."""
    columns = (Expert.id, Expert.name, Expert.photo_id, Expert.public_from)
    wanted = Expert.photo_id.in_([asset.id for asset in assets])
    for number, name, photo, public_from in db.session.execute(select(*columns).where(wanted)):
        yield int(photo or 0), Use("Expert", name, f"/desk/experts/{number}", public_from)
