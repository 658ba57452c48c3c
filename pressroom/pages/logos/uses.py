"""Which files of the library logos use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.media import usage
from pressroom.media.models import Asset
from pressroom.media.usage import Use
from pressroom.pages.logos.models import Logo, LogoFile


@usage.finds
def uses(assets: Sequence[Asset]) -> Iterator[tuple[int, Use]]:
    """Each logo that has one of *assets*."""
    of = select(LogoFile.asset_id, Logo).join(Logo, Logo.id == LogoFile.logo_id)
    for asset_id, logo in db.session.execute(of.where(LogoFile.asset_id.in_([asset.id for asset in assets]))):
        yield asset_id, Use("Logo", logo.title, f"/desk/logos/{logo.id}", logo.public_from)
