"""The card picture of a release: its headline in the organisation's name, for whoever shares the link."""

from __future__ import annotations

from pressroom.kit import cards, dates
from pressroom.kit.cards import Face
from pressroom.kit.settings import setting
from pressroom.releases.models import Release


def face(release: Release) -> Face:
    """What stands on the card of a public release."""
    assert release.public_from is not None
    day = dates.day(release.public_from, setting("time_zone"))
    return cards.of_house(release.headline, f"{release.kind.label} · {day}")


def address(release: Release) -> str:
    """The path of the card; another one for another headline."""
    return f"{release.address}/card-{face(release).digest}.png"
