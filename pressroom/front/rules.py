"""What the home page leads with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

RECENT = 4  # a picture is worth a step back, but not last month's news


class Pictured(Protocol):
    """A release, as far as it matters here."""

    @property
    def pictures(self) -> Sequence[object]: ...


Release = TypeVar("Release", bound=Pictured)


def lead(releases: Sequence[Release]) -> Release | None:
    """The release that leads: of the newest few (newest first) the first with a picture, else the newest."""
    pictured = (release for release in releases[:RECENT] if release.pictures)
    return next(pictured, releases[0] if releases else None)
