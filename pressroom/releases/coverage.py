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
        story: by which placements of one story know each other; 0 when it stands by itself.
        original: the other placements were made from it.
    """

    href: str
    headline: str
    outlet: str
    published_on: date
    language: str = ""
    story: int = 0
    original: bool = False


@dataclass(frozen=True)
class Told:
    """A story with its placements: one wire story in forty papers is one story, and forty placements.

    Attributes:
        first: the original, if that is among them, else the earliest.
        others: the other placements, the earliest first.
    """

    first: Story
    others: tuple[Story, ...] = ()


def told(stories: Sequence[Story]) -> list[Told]:
    """Placements by their stories, in the order in which a placement of each stands first."""
    groups: dict[object, list[Story]] = {}
    for story in stories:
        groups.setdefault(story.story or story.href, []).append(story)
    found = []
    for placements in groups.values():
        first, *others = sorted(placements, key=lambda story: (not story.original, story.published_on))
        found.append(Told(first, tuple(sorted(others, key=lambda story: story.published_on))))
    return found


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
