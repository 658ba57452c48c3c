"""Reads of stories: for the public what ties clips that are public, for the desk all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from pressroom import publishing
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.stories import looking, placing
from pressroom.clips.stories.looking import Match
from pressroom.clips.stories.models import ClipPrint, ClipStory, StoryChange, clip_placement
from pressroom.clips.stories.rules import Reason
from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate

MOST_SHOWN = 40  # other placements on the page of a clip

_mine = clip_placement.alias("mine")


class Other(NamedTuple):
    """Another placement of a clip's story, as its page shows it.

    Attributes:
        original: the others were made from it.
        total: how many other placements everybody may see.
    """

    id: int
    headline: str
    published_on: date
    language: str
    outlet: str
    original: bool
    total: int


_others = publishing.Read(
    lambda: (
        select(
            Clip.id,
            Clip.headline,
            Clip.published_on,
            Clip.language,
            Outlet.name,
            clip_placement.c.original,
            func.count(Clip.id).over(),
        )
        .join(Clip.outlet)
        .join(clip_placement, clip_placement.c.clip_id == Clip.id)
        .join(_mine, _mine.c.story_id == clip_placement.c.story_id)
        .where(_mine.c.clip_id == bindparam("clip"), Clip.id != bindparam("clip"))
        .order_by(clip_placement.c.original.desc(), Clip.published_on, Clip.id)
        .limit(MOST_SHOWN)
    )
)


def others(clip_id: int) -> Sequence[Other]:
    """The other placements of a clip's story that everybody may see, the original first, then the earliest.

    Call it for a clip that the reader may see: it is found by its number.
    """
    return [Other(*row) for row in _others(clip=clip_id)]


@dataclass(frozen=True)
class Placed:
    """A placement on the desk."""

    clip: Clip
    reason: Reason
    original: bool
    chosen: bool


def by_id(story_id: int) -> ClipStory | None:
    """A story, or None. For the desk, as all below."""
    return db.session.get(ClipStory, story_id)


def story_of(clip_id: int) -> ClipStory | None:
    """The story of a clip; None if it stands by itself."""
    mine = select(clip_placement.c.story_id).where(clip_placement.c.clip_id == clip_id)
    return db.session.scalar(select(ClipStory).where(ClipStory.id.in_(mine)))


def placements(story_id: int, *, limit: int = 200) -> list[Placed]:
    """The placements of a story, the original first, then the earliest."""
    columns = clip_placement.c
    rows = db.session.execute(
        select(Clip, columns.reason, columns.original, columns.chosen)
        .join(clip_placement, columns.clip_id == Clip.id)
        .options(joinedload(Clip.outlet, innerjoin=True))
        .where(columns.story_id == story_id)
        .order_by(columns.original.desc(), Clip.published_on, Clip.id)
        .limit(limit)
    )
    return [Placed(*row) for row in rows]


def page(number: int, *, words: str = "", twins: bool = False) -> Page[ClipStory]:
    """A page of the stories, the newest first.

    Args:
        words: that stand in the headline of one of its placements.
        twins: only those with clips that have the same address.
    """
    statement = select(ClipStory).order_by(ClipStory.last_on.desc(), ClipStory.id.desc())
    if twins:
        same = select(clip_placement.c.story_id).where(clip_placement.c.reason == Reason.ADDRESS)
        statement = statement.where(ClipStory.id.in_(same))
    for word in words.split()[:10]:
        has = (
            select(clip_placement.c.story_id)
            .join(Clip, Clip.id == clip_placement.c.clip_id)
            .where(Clip.headline.icontains(word, autoescape=True))
        )
        statement = statement.where(ClipStory.id.in_(has))
    return paginate(statement, number, 30)


def originals(story_ids: Sequence[int]) -> dict[int, Clip]:
    """Story → the placement that the others were made from."""
    rows = db.session.execute(
        select(clip_placement.c.story_id, Clip)
        .join(Clip, Clip.id == clip_placement.c.clip_id)
        .options(joinedload(Clip.outlet, innerjoin=True))
        .where(clip_placement.c.story_id.in_(story_ids), clip_placement.c.original.is_(True))
    )
    return {story_id: clip for story_id, clip in rows}  # noqa: C416 - rows are no pairs to mypy


def counts() -> tuple[int, int, int]:
    """How many clips are not withdrawn, how many are placements of stories with others, and how many such stories."""
    placed = select(func.count()).select_from(clip_placement).scalar_subquery()
    stories = select(func.count(ClipStory.id)).scalar_subquery()
    clips = select(func.count(Clip.id)).where(Clip.withdrawn_at.is_(None)).scalar_subquery()
    row = db.session.execute(select(clips, placed, stories)).one()
    return row[0], row[1], row[2]


def near(clip_id: int, *, limit: int = 8) -> list[tuple[Clip, Match]]:
    """Clips of other stories that are like this one, the most alike first: what may have to be joined."""
    row = db.session.get(ClipPrint, clip_id)
    if row is None:
        return []
    found = looking.matches(row.made, row.day, but=clip_id)
    if not found:
        return []
    mine = select(clip_placement.c.story_id).where(clip_placement.c.clip_id == clip_id)
    here = set(db.session.scalars(select(clip_placement.c.clip_id).where(clip_placement.c.story_id.in_(mine))))
    here |= placing.apart_from(clip_id)
    wanted = [match for match in found if match.clip_id not in here][:limit]
    options = joinedload(Clip.outlet, innerjoin=True)
    ids = [match.clip_id for match in wanted]
    there = select(Clip).options(options).where(Clip.id.in_(ids), Clip.withdrawn_at.is_(None))
    clips = {clip.id: clip for clip in db.session.scalars(there)}
    return [(clips[match.clip_id], match) for match in wanted if match.clip_id in clips]


def changes(story_id: int | None = None, *, limit: int = 8) -> Sequence[StoryChange]:
    """What people did last, to one story or to any."""
    statement = select(StoryChange).order_by(StoryChange.id.desc()).limit(limit)
    if story_id is not None:
        statement = statement.where(StoryChange.story_id == story_id)
    return db.session.scalars(statement).all()


def change(number: int) -> StoryChange | None:
    """One act, or None."""
    return db.session.get(StoryChange, number)
