"""What the machine says of stories: a clip that is like others becomes a placement of their story.

It adds to stories and begins new ones. It never moves a clip that has a story, joins two stories, or puts together what
a person said to be apart: that is for the desk (``actions``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import case, delete, func, or_, select, true, update

from pressroom.clips.models import Clip
from pressroom.clips.stories import looking, marking, rules
from pressroom.clips.stories.looking import Match
from pressroom.clips.stories.marking import Text
from pressroom.clips.stories.models import ClipApart, ClipPrint, ClipStory, clip_placement
from pressroom.clips.stories.rules import Placement, Print, Reason
from pressroom.kit.db import db, insert_into, reading

PORTION = 200  # clips that are looked at in one transaction


def compare(clip: Clip, *, now: datetime) -> None:
    """Keep the print of a clip that came or was changed, and look for its story at once."""
    (made,) = marking.mark([Text(clip.id, clip.headline, clip.excerpt, clip.published_on, clip.outlet_id)])
    place(clip.id, made, clip.published_on.toordinal(), now=now)
    db.session.execute(update(ClipPrint).where(ClipPrint.clip_id == clip.id).values(waits=False))


def portion(now: datetime) -> int:
    """Look for the stories of some clips that wait. Gives how many there were; the caller commits.

    Looking takes a second, so it only reads, and nobody else waits for it; what was found is written in a few
    milliseconds. Call it where nothing is uncommitted.
    """
    waits = select(ClipPrint).where(ClipPrint.waits.is_(True)).order_by(ClipPrint.clip_id).limit(PORTION)
    with reading():
        waiting = [(row.clip_id, row.made, row.day) for row in db.session.scalars(waits)]
        found = {clip_id: looking.matches(made, day, but=clip_id) for clip_id, made, day in waiting}
        db.session.rollback()
    for clip_id, near in found.items():
        _place(clip_id, near, now)
    if found:
        db.session.execute(update(ClipPrint).where(ClipPrint.clip_id.in_(list(found))).values(waits=False))
    return len(found)


def place(clip_id: int, made: Print, day: int, *, now: datetime) -> int | None:
    """Put a clip that has no story into the story of those that are like it. Gives the story, if there is one."""
    return _place(clip_id, looking.matches(made, day, but=clip_id), now)


def _place(clip_id: int, found: Sequence[Match], now: datetime) -> int | None:
    if not found:
        return None
    standing = stories_of([clip_id, *(match.clip_id for match in found)])
    if clip_id in standing:
        return standing[clip_id]
    gone = withdrawn([clip_id, *(match.clip_id for match in found)])
    if clip_id in gone:
        return None
    apart = apart_from(clip_id)
    near = [match for match in found if match.clip_id not in gone and match.clip_id not in apart]
    story_id = _story_among(near, standing, apart)
    with_it = [clip_id, *_free(near, standing, story_id)]
    if story_id is None and len(with_it) < 2:
        return None
    return gather(story_id, with_it, reason=Reason.LIKENESS, now=now)


def _story_among(near: Iterable[Match], standing: dict[int, int], apart: set[int]) -> int | None:
    """The story of the most alike that has one, and none of whose placements is said to be apart."""
    stories = dict.fromkeys(standing[match.clip_id] for match in near if match.clip_id in standing)
    for story_id in stories:
        theirs = clip_placement.c.story_id == story_id, clip_placement.c.clip_id.in_(apart)
        if not apart or db.session.scalar(select(clip_placement.c.clip_id).where(*theirs).limit(1)) is None:
            return story_id
    return None


def _free(near: Iterable[Match], standing: dict[int, int], story_id: int | None) -> list[int]:
    """Those without a story that nobody said to be apart from each other, or from a placement of *story_id*."""
    free = [match.clip_id for match in near if match.clip_id not in standing]
    if not free:
        return free
    either = or_(ClipApart.clip_id.in_(free), ClipApart.other_id.in_(free))
    rows = db.session.execute(select(ClipApart.clip_id, ClipApart.other_id).where(either)).all()
    pairs = {(one, other) for one, other in rows}
    pairs |= {(other, one) for one, other in pairs}
    theirs = stories_of([other for _, other in pairs]) if story_id is not None else {}
    shut_out = {one for one, other in pairs if theirs.get(other, -1) == story_id}
    taken: list[int] = []
    for one in free:
        if one not in shut_out and not any((one, other) in pairs for other in taken):
            taken.append(one)
    return taken


def gather(story_id: int | None, clip_ids: Sequence[int], *, reason: Reason, now: datetime) -> int | None:
    """Make clips that have no story placements of one, or of a new one. Gives which; None if others were quicker."""
    story = db.session.get(ClipStory, story_id) if story_id is not None else None
    if story is None:
        story = ClipStory(created_at=now, updated_at=now)
        db.session.add(story)
        db.session.flush()
    rows = [
        {"clip_id": number, "story_id": story.id, "reason": reason, "original": False, "chosen": False}
        for number in clip_ids
    ]
    statement = insert_into(clip_placement).on_conflict_do_nothing().returning(clip_placement.c.clip_id)
    new = list(db.session.scalars(statement, rows))
    story.size += len(new)
    if story.size < 2:
        db.session.delete(story)
        db.session.flush()
        return None
    _settle_with(story, new, now)
    return story.id


def _settle_with(story: ClipStory, new: Sequence[int] | None, now: datetime) -> None:
    """Say anew which placement is the original: of *new* ones and of the one that was; None: of all."""
    here = clip_placement.c.story_id == story.id
    among = true() if new is None else or_(clip_placement.c.original.is_(True), Clip.id.in_(list(new)))
    rows = db.session.execute(
        select(Clip.id, Clip.medium, Clip.published_on, Clip.published_at, clip_placement.c.chosen)
        .join(clip_placement, clip_placement.c.clip_id == Clip.id)
        .where(here, among)
    ).all()
    days = [row.published_on.toordinal() for row in rows]
    story.first_on = min([*days, *([story.first_on] if story.first_on else [])])
    story.last_on = max([*days, story.last_on])
    story.updated_at = now
    chosen = [row.id for row in rows if row.chosen]
    first = chosen[0] if chosen else rules.original(Placement(*row[:4]) for row in rows)
    mark_original(story.id, first)


def leave(clip_ids: Sequence[int], *, now: datetime) -> None:
    """Take those of these clips that were withdrawn out of their stories."""
    standing = stories_of(clip_ids)
    if gone := withdrawn(list(standing)):
        db.session.execute(delete(clip_placement).where(clip_placement.c.clip_id.in_(gone)))
        settle(now, only=sorted({standing[clip_id] for clip_id in gone}))


def settle(now: datetime, *, only: Sequence[int] | None = None) -> int:
    """Put stories right of which placements went, or were withdrawn while somebody joined them. Gives how many.

    A story with one placement ends; one whose original went has another.

    Args:
        only: the stories to look at; None for all.
    """
    marked = func.coalesce(func.sum(case((clip_placement.c.original, 1), else_=0)), 0)
    count = func.count(clip_placement.c.clip_id)
    statement = (
        select(ClipStory.id, count)
        .outerjoin(clip_placement, clip_placement.c.story_id == ClipStory.id)
        .group_by(ClipStory.id, ClipStory.size)
    )
    if only is not None:
        statement = statement.where(ClipStory.id.in_(list(only)))
    else:
        gone = select(Clip.id).where(Clip.withdrawn_at.is_not(None), Clip.id == clip_placement.c.clip_id).exists()
        db.session.execute(delete(clip_placement).where(gone))
        statement = statement.having(or_(count != ClipStory.size, count < 2, marked != 1))
    found = db.session.execute(statement).all()
    for story_id, size in found:
        story = db.session.get_one(ClipStory, story_id)
        if size < 2:
            db.session.execute(delete(clip_placement).where(clip_placement.c.story_id == story_id))
            db.session.delete(story)
        else:
            story.size, story.first_on, story.last_on = size, 0, 0
            _settle_with(story, None, now)
    db.session.flush()
    return len(found)


def mark_original(story_id: int, clip_id: int, *, chosen: bool | None = None) -> None:
    """Let one placement of a story be the original, and no other.

    Args:
        chosen: whether a person said so; None leaves that as it is.
    """
    here = clip_placement.c.story_id == story_id
    more = {} if chosen is None else {"chosen": chosen}
    off = update(clip_placement).where(here, clip_placement.c.original.is_(True), clip_placement.c.clip_id != clip_id)
    db.session.execute(off.values(original=False, chosen=False))
    on = update(clip_placement).where(here, clip_placement.c.clip_id == clip_id)
    db.session.execute(on.values(original=True, **more))


def stories_of(clip_ids: Sequence[int]) -> dict[int, int]:
    """Clip → its story, of those that have one."""
    statement = select(clip_placement.c.clip_id, clip_placement.c.story_id)
    return {
        clip_id: story_id
        for start in range(0, len(clip_ids), 500)
        for clip_id, story_id in db.session.execute(
            statement.where(clip_placement.c.clip_id.in_(clip_ids[start : start + 500]))
        )
    }


def apart_from(clip_id: int) -> set[int]:
    """The clips that a person said to be apart from this one."""
    mine = or_(ClipApart.clip_id == clip_id, ClipApart.other_id == clip_id)
    pairs = db.session.execute(select(ClipApart.clip_id, ClipApart.other_id).where(mine))
    return {other if one == clip_id else one for one, other in pairs}


def withdrawn(clip_ids: Sequence[int]) -> set[int]:
    """Those of these clips that were withdrawn: they are placements of no story."""
    return set(db.session.scalars(select(Clip.id).where(Clip.id.in_(clip_ids), Clip.withdrawn_at.is_not(None))))
