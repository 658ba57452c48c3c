"""What sets the time of a release in the place of a person. A room above that keeps a schedule tells this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A room whose schedule releases may follow.

    Attributes:
        of: by what rule the release with this id becomes public, as a sentence; empty when by none.
        desk: where staff bind the release with this id, and take it off again.
    """

    of: Callable[[int], str]
    desk: Callable[[int], str]


_sources: list[Source] = []


def told_by(source: Source) -> None:
    """Have *source* asked; said once by the room that keeps a schedule."""
    if source not in _sources:
        _sources.append(source)


def of(release_id: int) -> str:
    """By what rule a release becomes public, as a sentence; empty when a person sets its time."""
    return next((rule for source in _sources if (rule := source.of(release_id))), "")


def desk_address(release_id: int) -> str:
    """Where staff bind a release to a schedule; empty when no room keeps one."""
    return next((source.desk(release_id) for source in _sources), "")
