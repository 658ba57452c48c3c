"""Which files releases use, and the embargo line that goes with each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select, union

from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.media import usage
from pressroom.media.models import Asset
from pressroom.media.usage import Use
from pressroom.releases.models import Release, ReleaseFile, ReleasePicture

SHOWING = (ReleasePicture, ReleaseFile)


@usage.finds
def uses(assets: Sequence[Asset]) -> Iterator[tuple[int, Use]]:
    """Each release that shows one of *assets*."""
    wanted = [asset.id for asset in assets]
    shown = union(
        *(select(each.asset_id, each.release_id).where(each.asset_id.in_(wanted)) for each in SHOWING)
    ).subquery()
    rows = db.session.execute(
        select(shown.c.asset_id, Release).join(Release, Release.id == shown.c.release_id).order_by(Release.id)
    )
    for asset_id, release in rows:
        yield (
            asset_id,
            Use("Release", release.headline, f"/desk/releases/{release.id}", release.public_from, line(release)),
        )


def line(release: Release) -> str:
    """The embargo line of *release*; it stays true when the embargo has ended. Empty without one."""
    if not release.embargoed or release.public_from is None:
        return ""
    return f"EMBARGOED UNTIL {dates.moment(release.public_from, release.zone)}"
