"""The card picture of a webcast: its title and its day, for whoever shares the link."""

from __future__ import annotations

from pressroom.kit import cards, dates
from pressroom.kit.cards import Face
from pressroom.webcasts.models import Webcast


def face(webcast: Webcast) -> Face:
    """What stands on the card."""
    return cards.of_house(webcast.title, f"Webcast · {dates.day(webcast.starts_at, webcast.zone)}")


def address(webcast: Webcast) -> str:
    """The path of the card; another one for another title or day."""
    return f"{webcast.address}/card-{face(webcast).digest}.png"
