"""What people do to stories: join, split, mark the original, and take that back. None commits.

Each act is kept with how it was before, so that it can be undone. What a person splits, and what an undo takes apart,
the machine does not join again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips.models import Clip
from pressroom.clips.stories import placing
from pressroom.clips.stories.models import ClipApart, ClipStory, StoryChange, clip_placement
from pressroom.clips.stories.rules import Act, Reason, StoryError
from pressroom.kit.db import db, insert_into

KIND = "clip"
MOST = 1000  # placements of a story that a person changes at once
MOST_PAIRS = 20_000
CHANGED = "Somebody changed this story just now. Look at it below, and do it again."

Standing = dict[str, list[Any]]
"""Clip → [story, reason, whether it is the original, whether a person said so]; in JSON, so keys are texts."""


def join(clip_ids: Sequence[int], *, by: Actor | None, now: datetime) -> StoryChange:
    """Make one story of the stories of these clips; a clip without one comes along by itself.

    Raises:
        StoryError: it is one already, or too large to be changed by hand; or a clip was withdrawn.
    """
    clips = _clips(clip_ids)
    if gone := placing.withdrawn([clip.id for clip in clips]):
        headline = next(clip.headline for clip in clips if clip.id in gone)
        raise StoryError(f"“{headline}” is withdrawn, so it is a placement of no story. Bring it back first.")
    standing = placing.stories_of([clip.id for clip in clips])
    groups = [{clip.id} for clip in clips if clip.id not in standing]
    groups += [set(_members(story_id)) for story_id in sorted(set(standing.values()))]
    if len(groups) < 2:
        raise StoryError("These are placements of one story already. Choose a clip of another one.")
    everyone = sorted(set().union(*groups))
    _refuse_many(everyone)
    before = _standing(everyone)
    pairs = _apart_pairs(everyone)
    _forget(pairs)
    target = next((standing[clip.id] for clip in clips if clip.id in standing), None)
    former = set(standing.values()) - {target}
    alone = [clip_id for clip_id in everyone if standing_of(before, clip_id) is None]
    moved = [clip_id for clip_id in everyone if standing_of(before, clip_id) in former]
    db.session.execute(delete(clip_placement).where(clip_placement.c.clip_id.in_(moved)))
    story_id = placing.gather(target, [*alone, *moved], reason=Reason.HAND, now=now)
    if story_id is None:
        raise StoryError(CHANGED)
    placing.settle(now, only=sorted(former | {story_id}))
    return _done(Act.JOIN, story_id, clips[0], before, everyone, pairs, by=by, now=now)


def split(story_id: int, clip_ids: Collection[int], *, by: Actor | None, now: datetime) -> StoryChange:
    """Take placements out of a story. Several become a story of their own; the machine keeps them apart from the rest.

    Raises:
        StoryError: none of them is in it, all are, or there are too many.
    """
    members = _members(story_id)
    _refuse_many(members)
    out = [clip_id for clip_id in members if clip_id in set(clip_ids)]
    rest = [clip_id for clip_id in members if clip_id not in set(clip_ids)]
    if not out:
        raise StoryError("Choose the placements to split off.")
    if not rest:
        raise StoryError("All placements are chosen, so nothing would be left. Choose those that do not belong to it.")
    if len(out) * len(rest) > MOST_PAIRS:
        raise StoryError(f"That keeps too many pairs apart at once. Choose at most {MOST_PAIRS // len(members)} clips.")
    first = _clips(out)[0]
    before = _standing(members)
    pairs = [[min(one, other), max(one, other)] for one in out for other in rest]
    _keep_apart(pairs)
    db.session.execute(delete(clip_placement).where(clip_placement.c.clip_id.in_(out)))
    if len(out) > 1:
        placing.gather(None, out, reason=Reason.HAND, now=now)
    placing.settle(now, only=[story_id])
    here = story_id if len(rest) > 1 else None
    return _done(Act.SPLIT, here, first, before, members, pairs, by=by, now=now)


def keep_apart(clip_id: int, other_id: int, *, by: Actor | None, now: datetime) -> None:
    """Say that two clips of two stories are no placements of one; the machine does not propose them again.

    Raises:
        StoryError: they are placements of one story: split it.
    """
    one, _ = _clips([clip_id, other_id]) if clip_id != other_id else (None, None)
    if one is None:
        raise StoryError("A clip is no other one than itself.")
    standing = placing.stories_of([clip_id, other_id])
    if len(standing) == 2 and len(set(standing.values())) == 1:
        raise StoryError("These are placements of one story. Split one of them off.")
    _keep_apart([[min(clip_id, other_id), max(clip_id, other_id)]])
    audit.record(by, "keep apart", KIND, clip_id, one.headline, changes={"other": ["", str(other_id)]}, now=now)


def mark_original(clip_id: int, *, by: Actor | None, now: datetime) -> StoryChange:
    """Say which placement the others were made from.

    Raises:
        StoryError: the clip has no story, or is that already.
    """
    (clip,) = _clips([clip_id])
    story_id = placing.stories_of([clip_id]).get(clip_id)
    if story_id is None:
        raise StoryError("This clip is no placement of a story with others any more.")
    was = db.session.execute(
        select(clip_placement.c.clip_id, clip_placement.c.chosen).where(
            clip_placement.c.story_id == story_id, clip_placement.c.original.is_(True)
        )
    ).first()
    if was is not None and was.clip_id == clip_id and was.chosen:
        raise StoryError("This is marked as the original already.")
    touched = sorted({clip_id, *([was.clip_id] if was else [])})
    before = _standing(touched)
    placing.mark_original(story_id, clip_id, chosen=True)
    db.session.get_one(ClipStory, story_id).updated_at = now
    return _done(Act.ORIGINAL, story_id, clip, before, touched, [], by=by, now=now)


def undo(change: StoryChange, *, by: Actor | None, now: datetime) -> None:
    """Put everything back as it was before *change*. What it joined is kept apart from now on.

    Raises:
        StoryError: it was undone, or something was changed since.
    """
    clip_ids = [int(number) for number in change.before]
    if change.undone_at is not None:
        raise StoryError("This was undone already.")
    if _standing(clip_ids) != change.after:
        raise StoryError("The story was changed since, so this cannot be undone. Change it by hand.")
    touched = {place[0] for place in change.after.values() if place[0]}
    db.session.execute(delete(clip_placement).where(clip_placement.c.clip_id.in_(clip_ids)))
    db.session.flush()
    stories = {place[0] for place in change.before.values() if place[0]}
    for story_id in sorted(stories):
        _restore(story_id, now)
    rows = [
        {"clip_id": int(number), "story_id": place[0], "reason": Reason(place[1])}
        | {"original": place[2], "chosen": place[3]}
        for number, place in change.before.items()
        if place[0]
    ]
    if rows:
        db.session.execute(insert(clip_placement), rows)
    _take_back(change, clip_ids)
    placing.leave(clip_ids, now=now)
    placing.settle(now, only=sorted(touched | stories))
    change.undone_at = now
    db.session.flush()
    audit.record(by, f"undo {change.act.value}", KIND, clip_ids[0] if clip_ids else None, change.title, now=now)


def _take_back(change: StoryChange, clip_ids: Sequence[int]) -> None:
    """What an undone act said of being apart, the other way round."""
    if change.act is Act.SPLIT:
        _forget(change.apart)
    elif change.act is Act.JOIN:
        groups: dict[object, list[int]] = {}
        for clip_id in clip_ids:
            groups.setdefault(standing_of(change.before, clip_id) or f"alone {clip_id}", []).append(clip_id)
        listed = list(groups.values())
        pairs = (
            [min(one, other), max(one, other)]
            for n, mine in enumerate(listed)
            for theirs in listed[n + 1 :]
            for one in mine
            for other in theirs
        )
        _keep_apart([pair for pair, _ in zip(pairs, range(MOST_PAIRS), strict=False)])


def standing_of(standing: Mapping[str, Sequence[Any]], clip_id: int) -> int | None:
    """The story of a clip in what was kept."""
    story_id: int | None = standing[str(clip_id)][0]
    return story_id


# Steps ---------------------------------------------------------------------------------------------------


def _clips(clip_ids: Iterable[int]) -> list[Clip]:
    """These clips, in this order.

    Raises:
        StoryError: one is not there any more.
    """
    wanted = list(dict.fromkeys(clip_ids))[:MOST]
    found = {clip.id: clip for clip in db.session.scalars(select(Clip).where(Clip.id.in_(wanted)))}
    if not wanted or len(found) < len(wanted):
        raise StoryError("There is no such clip any more. Nothing was changed.")
    return [found[number] for number in wanted]


def _members(story_id: int) -> list[int]:
    mine = clip_placement.c.story_id == story_id
    return list(db.session.scalars(select(clip_placement.c.clip_id).where(mine).order_by(clip_placement.c.clip_id)))


def _refuse_many(clip_ids: Sequence[int]) -> None:
    if len(clip_ids) > MOST:
        raise StoryError(f"A story of more than {MOST:,} placements is not changed by hand.")


def _standing(clip_ids: Sequence[int]) -> Standing:
    columns = clip_placement.c
    found = db.session.execute(
        select(columns.clip_id, columns.story_id, columns.reason, columns.original, columns.chosen).where(
            columns.clip_id.in_(clip_ids)
        )
    )
    kept: Standing = {str(clip_id): [None, "", False, False] for clip_id in clip_ids}
    kept |= {str(row.clip_id): [row.story_id, row.reason.value, row.original, row.chosen] for row in found}
    return kept


def _restore(story_id: int, now: datetime) -> None:
    """See that there is a story of former times; its number was given to no other one since."""
    if db.session.get(ClipStory, story_id) is None:
        db.session.add(ClipStory(id=story_id, created_at=now, updated_at=now, size=0))
        db.session.flush()


def _apart_pairs(clip_ids: Sequence[int]) -> list[list[int]]:
    within = ClipApart.clip_id.in_(clip_ids), ClipApart.other_id.in_(clip_ids)
    return [
        [one, other] for one, other in db.session.execute(select(ClipApart.clip_id, ClipApart.other_id).where(*within))
    ]


def _keep_apart(pairs: Sequence[Sequence[int]]) -> None:
    rows = [{"clip_id": one, "other_id": other} for one, other in pairs]
    for start in range(0, len(rows), 500):
        db.session.execute(insert_into(ClipApart).on_conflict_do_nothing(), rows[start : start + 500])


def _forget(pairs: Sequence[Sequence[int]]) -> None:
    for start in range(0, len(pairs), 200):
        some = [
            and_(ClipApart.clip_id == one, ClipApart.other_id == other) for one, other in pairs[start : start + 200]
        ]
        db.session.execute(delete(ClipApart).where(or_(*some)))


def _done(
    act: Act,
    story_id: int | None,
    clip: Clip,
    before: Standing,
    touched: Sequence[int],
    apart: list[list[int]],
    *,
    by: Actor | None,
    now: datetime,
) -> StoryChange:
    """Keep what was done, with a line in the audit."""
    change = StoryChange(
        story_id=story_id,
        act=act,
        title=clip.headline,
        before=before,
        after=_standing(touched),
        apart=apart,
        at=now,
        by_id=by.id if by else None,
        by_name=by.name[:200] if by else "",
    )
    db.session.add(change)
    db.session.flush()
    counts = {"placements": [len(before), sum(place[0] == story_id for place in change.after.values())]}
    audit.record(by, f"{act.value} story", KIND, clip.id, clip.headline, changes=counts, now=now)
    return change
