"""Stories that wait to be judged: how they come into the queue, and by what they are known there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.outlets.names import Called
from pressroom.clips.outlets.rules import key
from pressroom.clips.rules import fingerprint_under
from pressroom.kit.db import db, insert_into

AT_ONCE = 500  # stories in a statement
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


def named_anew(outlet_ids: Collection[int], keys: Collection[str] = ()) -> None:
    """Know stories without an address by the name that their outlet has now, as that name is part of their mark.

    One whose mark would be another one's keeps what it has. The caller commits.

    Args:
        outlet_ids: those of which somebody changed by what names they go.
        keys: of names that may be nobody's any more.
    """
    columns = Candidate.metadata.tables[Candidate.__tablename__].c
    written = db.session.scalars(select(columns.outlet).where(columns.url == "").distinct()).all()
    called = Called()
    called.learn(written)
    theirs = [name for name in written if called.number(name) in outlet_ids or key(name) in keys]
    if not theirs:
        return
    waits = select(columns.id, columns.fingerprint, *(columns[name] for name in KNOWN_BY))
    rows = db.session.execute(waits.where(columns.url == "", columns.outlet.in_(theirs)).order_by(columns.id)).all()
    for start in range(0, len(rows), AT_ONCE):
        _mark_anew({row.id: fingerprint_under(called.of(row.outlet), row) for row in rows[start : start + AT_ONCE]})


def _mark_anew(marks: Mapping[int, str]) -> None:
    table = Candidate.metadata.tables[Candidate.__tablename__]
    taken = set(db.session.scalars(select(table.c.fingerprint).where(table.c.fingerprint.in_(marks.values()))))
    free = {
        mark: number for number, mark in reversed(list(marks.items())) if mark not in taken
    }  # of two the first has it
    if free:  # past the ORM: whoever decides about one of them meanwhile has the row as it was
        statement = update(table).where(table.c.id == bindparam("row")).values(fingerprint=bindparam("mark"))
        rows = [{"row": number, "mark": mark} for mark, number in free.items()]
        db.session.connection().execute(statement, rows)


KNOWN_BY = ("headline", "outlet", "published_on", "programme", "time_code")
"""Of what the mark of a story without an address is made."""


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
