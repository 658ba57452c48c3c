"""What others wrote about a release. The room above that keeps the stories tells this one, which does not know it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pressroom.releases.models import Release


@dataclass(frozen=True)
class Story:
    """A story about a release, as its page shows it.

    Attributes:
        href: its page in the press room.
        language: a primary subtag; empty when nobody said.
    """

    href: str
    headline: str
    outlet: str
    published_on: date
    language: str = ""


@dataclass(frozen=True)
class Source:
    """Where stories come from.

    Attributes:
        stories: those about the release with this id that the reader may see, the newest first.
        desk: where staff say which these are, for the release with this id.
    """

    stories: Callable[[int], Sequence[Story]]
    desk: Callable[[int], str]


_sources: list[Source] = []


def told_by(source: Source) -> None:
    """Have *source* asked; said once by the room that keeps the stories."""
    _sources.append(source)


def of(release: Release) -> list[Story]:
    """What others wrote about *release*, as far as the reader may see it."""
    return [story for source in _sources for story in source.stories(release.id)]


def desk_address(release: Release) -> str:
    """Where staff say what covers *release*; empty when no room keeps stories."""
    return next((source.desk(release.id) for source in _sources), "")
