"""Stories that wait to be judged: how they come into the queue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.kit.db import db, insert_into

Judge = Callable[[Sequence[int], datetime], object]

_judges: list[Judge] = []


def judged_by(judge: Judge) -> Judge:
    """Have *judge* look at the ids of what is new in the queue, in the transaction that put it there."""
    if judge not in _judges:
        _judges.append(judge)
    return judge


def add(found: Mapping[str, Item], *, import_id: int, source_id: int | None, now: datetime) -> int:
    """Put items by their fingerprints into the queue. Gives how many were new.

    One that was ever asked about, whatever was decided, is not asked about again: its fingerprint is unique.
    """
    rows = [_row(mark, item.line, item.found, import_id, source_id, now) for mark, item in found.items() if item.found]
    if not rows:
        return 0
    statement = insert_into(Candidate).on_conflict_do_nothing().returning(Candidate.id)
    new = list(db.session.scalars(statement, rows))
    for judge in _judges if new else ():
        judge(new, now)
    return len(new)


def refused(fingerprints: Collection[str]) -> set[str]:
    """Those of *fingerprints* that somebody rejected, or said to be another clip."""
    asked = select(Candidate.fingerprint).where(
        Candidate.fingerprint.in_(fingerprints),
        Candidate.state.in_((CandidateState.REJECTED, CandidateState.MERGED)),
    )
    return set(db.session.scalars(asked)) if fingerprints else set()


def _row(mark: str, line: int, story: Found, import_id: int, source_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "version": 1,
        "import_id": import_id,
        "source_id": source_id,
        "line": line,
        "external_id": story.external_id[:500],
        "fingerprint": mark,
        "headline": story.headline,
        "outlet": story.outlet,
        "byline": story.byline,
        "published_on": story.published_on,
        "published_at": story.published_at,
        "url": story.url,
        "excerpt": story.excerpt,
        "medium": story.medium,
        "language": story.language,
        "page": story.page,
        "section": story.section,
        "programme": story.programme,
        "time_code": story.time_code,
        "topics": list(story.topics),
        "featured": story.featured,
        "release_ids": list(story.release_ids),
        "created_at": now,
    }
