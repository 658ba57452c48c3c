"""Which files webcasts use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select

from pressroom.kit.db import db
from pressroom.media import usage
from pressroom.media.models import Asset
from pressroom.media.usage import Use
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import Slot


@usage.finds
def uses(assets: Sequence[Asset]) -> Iterator[tuple[int, Use]]:
    """Each webcast that shows or plays one of *assets*."""
    wanted = {asset.id for asset in assets}
    slots = [getattr(Webcast, f"{slot}_id") for slot in Slot]
    for webcast in db.session.scalars(select(Webcast).where(or_(*(slot.in_(wanted) for slot in slots)))):
        use = Use("Webcast", webcast.title, f"/desk/webcasts/{webcast.id}", webcast.public_from)
        yield from ((used, use) for slot in Slot if (used := getattr(webcast, f"{slot}_id")) in wanted)
