"""Which files webcasts use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select, union_all

from pressroom.kit.db import db
from pressroom.media import usage
from pressroom.media.models import Asset
from pressroom.media.usage import Use
from pressroom.webcasts.models import Webcast, WebcastQuality, WebcastSubtitles
from pressroom.webcasts.rules import Slot


@usage.finds
def uses(assets: Sequence[Asset]) -> Iterator[tuple[int, Use]]:
    """Each webcast that shows or plays one of *assets*."""
    wanted = {asset.id for asset in assets}
    said = (Webcast.id, Webcast.title, Webcast.public_from)
    ways = [select(column.label("used"), *said).where(column.in_(wanted)) for column in _SLOTS]
    for part in (WebcastSubtitles, WebcastQuality):
        way = select(part.asset_id.label("used"), *said).where(part.asset_id.in_(wanted))
        ways.append(way.join(Webcast, Webcast.id == part.webcast_id))
    for row in db.session.execute(union_all(*ways)):
        yield row.used, Use("Webcast", row.title, f"/desk/webcasts/{row.id}", row.public_from)


_SLOTS = [getattr(Webcast, f"{slot}_id") for slot in Slot]
