"""What the desk shows below the form of a clip: its story, clips that are like it, releases that it may cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pressroom.clips import proposals
from pressroom.clips.models import Clip
from pressroom.clips.proposals import OfClip
from pressroom.clips.stories import queries as stories
from pressroom.clips.stories.looking import Match
from pressroom.clips.stories.models import ClipStory
from pressroom.clips.stories.queries import Placed

MOST_PLACEMENTS = 12


@dataclass(frozen=True)
class Beside:
    """It, for the template."""

    story: ClipStory | None
    placements: Sequence[Placed]
    near: Sequence[tuple[Clip, Match]]
    proposals: Sequence[OfClip]


def of(clip: Clip) -> Beside:
    """What stands beside *clip*."""
    story = stories.story_of(clip.id)
    return Beside(
        story,
        stories.placements(story.id, limit=MOST_PLACEMENTS) if story else (),
        stories.near(clip.id),
        proposals.of_clip(clip),
    )
