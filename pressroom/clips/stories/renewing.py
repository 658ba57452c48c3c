"""What older versions kept with clips, made anew in portions: fingerprints and prints.

A portion is one transaction, and the version in it says that it was done: whoever is killed goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update

from pressroom.clips import rules
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.stories import marking, placing
from pressroom.clips.stories.marking import Text
from pressroom.clips.stories.models import ClipPrint
from pressroom.clips.stories.rules import Reason
from pressroom.kit.db import db

PORTION = 500
BEHIND = 5_000  # numbers below the highest with a print, in which a slower transaction may still add a clip


def portion(after: int, now: datetime, *, whole: bool = True) -> int:
    """Make anew what is kept with the next clips after a number, where it is of older rules.

    Two clips that are the same by the rules of today both stay: the later one keeps the fingerprint that it had, and
    stands in one story with the other, with the reason ``address``, so that the desk shows them together.

    Args:
        whole: clips without any print are looked for everywhere; else among the last ones only.

    Returns:
        The number of the last one; 0 when there is none left. The caller commits.
    """
    rows = _of_older_rules(after, whole=whole)
    if not rows:
        return 0
    marks = {row.id: _mark(row) for row in rows}
    changed = {row.id: marks[row.id] for row in rows if row.fingerprint != marks[row.id]}
    twins = _change(changed)
    marking.mark([Text(row.id, row.headline, row.excerpt, row.published_on, row.outlet_id) for row in rows])
    for clip_id, other_id in twins.items():
        _together(other_id, clip_id, now)
    return int(rows[-1].id)


def _of_older_rules(after: int, *, whole: bool) -> Sequence[Any]:
    # By the index of versions alone; those that were made anew are not found again.
    older = select(ClipPrint.clip_id).where(ClipPrint.version < marking.VERSION)
    numbers = set(db.session.scalars(older.order_by(ClipPrint.version, ClipPrint.clip_id).limit(PORTION)))
    if not whole:
        after = max(after, (db.session.scalar(select(func.max(ClipPrint.clip_id))) or 0) - BEHIND)
    bare = select(Clip.id).where(Clip.id > after, ~exists().where(ClipPrint.clip_id == Clip.id))
    numbers.update(db.session.scalars(bare.order_by(Clip.id).limit(PORTION)))
    if not numbers:
        return []
    return db.session.execute(
        select(
            Clip.id,
            Clip.fingerprint,
            Clip.url,
            Clip.headline,
            Clip.excerpt,
            Clip.published_on,
            Clip.outlet_id,
            Clip.programme,
            Clip.time_code,
            Outlet.name.label("outlet"),
        )
        .join(Clip.outlet)
        .where(Clip.id.in_(sorted(numbers)[:PORTION]))
        .order_by(Clip.id)
    ).all()


def _mark(row: Any) -> str:
    if row.fingerprint.startswith(rules.GIVEN_BACK):
        given_back: str = row.fingerprint
        return given_back
    return rules.fingerprint(
        url=row.url,
        outlet=row.outlet,
        headline=row.headline,
        published_on=row.published_on,
        programme=row.programme,
        time_code=row.time_code,
    )


def _change(wanted: dict[int, str]) -> dict[int, int]:
    """Give clips these fingerprints. Gives those that cannot have theirs, with the clip that has it."""
    if not wanted:
        return {}
    found = db.session.execute(select(Clip.fingerprint, Clip.id).where(Clip.fingerprint.in_(set(wanted.values()))))
    owners = {row.fingerprint: row.id for row in found}
    twins: dict[int, int] = {}
    free: list[dict[str, Any]] = []
    for clip_id, mark in wanted.items():
        if (owner := owners.setdefault(mark, clip_id)) != clip_id:
            twins[clip_id] = owner
        else:
            free.append({"number": clip_id, "mark": mark})
    if free:
        table = Clip.metadata.tables[Clip.__tablename__]
        statement = update(table).where(table.c.id == bindparam("number")).values(fingerprint=bindparam("mark"))
        db.session.connection().execute(statement, free)
    return twins


def _together(first: int, clip_id: int, now: datetime) -> None:
    """Put a clip into the story of the one that it is the same as, unless a person keeps them apart, one of them
    was withdrawn, or it has one."""
    standing = placing.stories_of([first, clip_id])
    if clip_id in standing or first in placing.apart_from(clip_id) or placing.withdrawn([first, clip_id]):
        return
    story_id = standing.get(first)
    placing.gather(story_id, [clip_id] if story_id else [first, clip_id], reason=Reason.ADDRESS, now=now)
