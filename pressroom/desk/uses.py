"""Which file the settings use: the organisation's logo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pressroom.kit.settings import setting
from pressroom.media import usage
from pressroom.media.models import Asset
from pressroom.media.usage import Use


@usage.finds
def uses(assets: Sequence[Asset]) -> Iterator[tuple[int, Use]]:
    """The settings name a file by its content."""
    logo = setting("organisation_logo")
    yield from ((asset.id, Use("Settings", "Logo", "/desk/settings")) for asset in assets if asset.sha256 == logo)
