"""A batch taken back: what it added, and nobody changed since, leaves the archive and the queue together.

A clip is withdrawn and not deleted (decision 32): feeds tell it, its address says why, and whatever refers to it stays
whole. It gives its fingerprint back, so that the same file brings the story in again as a new clip.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CursorResult, String, cast, delete, func, literal, select, update

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.clips.gathering import importing
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.models import Candidate, ClipImport
from pressroom.clips.gathering.rules import CandidateState, ImportInto
from pressroom.clips.models import Clip
from pressroom.clips.rules import TAKEN_BACK, UNDOABLE, WITH_ITS_FILE, ImportState
from pressroom.kit import clock
from pressroom.kit.db import db, reading

BATCH = 1000
KIND = "clip"
FIRST_VERSION = 1  # every change of a clip raises it


class Going(NamedTuple):
    """What would go, and what would stay, if a batch were taken back now."""

    clips: int
    candidates: int
    stay: int


def going(job: ClipImport) -> Going:
    """What would become of what *job* added."""
    clips, stay = _counted(Clip.id, _unchanged(job)), _counted(Clip.id, _changed(job))
    waiting = _counted(Candidate.id, _waiting(job.id))
    judged = _counted(Candidate.id, (Candidate.import_id == job.id, Candidate.state != CandidateState.WAITING))
    return Going(clips, waiting, stay + judged)


def begin(import_id: int, *, by: Actor | None) -> bool:
    """Have a batch taken back; False if it is not finished, or was taken back. The caller commits."""
    statement = update(ClipImport).where(ClipImport.id == import_id, ClipImport.state.in_(UNDOABLE))
    values = {
        "state": ImportState.UNDOING,
        "undone_by_id": by.id if by else None,
        "undone_by_name": by.name if by else "",
        "claim": "",
        "claimed_until": None,
    }
    return importing.changed(statement.values(values))


def undo(import_id: int, token: str) -> Iterator[int]:
    """Take a batch back, from wherever it stands. After each portion it yields how many are gone: commit there.

    What went is not there any more for the next portion, so nothing has to be remembered between two of them.

    Raises:
        TakenOverError: another process has it now; roll back.
    """
    after = gone = 0
    while True:
        with reading():  # others write while this looks; what they change meanwhile is not taken back
            job = db.session.get_one(ClipImport, import_id, populate_existing=True)
            gone = job.undone
            clips, candidates = _next(job, after)
            stay = 0 if clips or candidates else going(job).stay
        db.session.rollback()
        if not clips and not candidates:
            break
        now = clock.now()
        gone += _withdrawn(clips, now) + _dropped(candidates)
        _hold(import_id, token, gone, now=now)
        after = clips[-1] if clips else after
        yield gone
    now = clock.now()
    values = {"state": ImportState.UNDONE, "kept": stay, "undone_at": now, "claim": "", "claimed_until": None}
    if not importing.changed(importing.mine(import_id, token).values(values)):
        raise TakenOverError("Another process has taken this import over.")
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    by = importing.actor(job.undone_by_id, job.undone_by_name)
    counts = {"taken back": [0, job.undone], "kept": [0, job.kept]}
    audit.record(by, "take back", "clip_import", job.id, job.file_name, changes=counts, now=now)
    yield gone


def kept(job: ClipImport, limit: int) -> list[Any]:
    """What stays because somebody changed or judged it: the first *limit*."""
    why = func.coalesce(Clip.withdrawal_reason, "")
    clips = select(Clip.id.label("clip_id"), Clip.headline, why.label("withdrawn"), literal("").label("judged"))
    judged = select(
        Candidate.clip_id,
        Candidate.headline,
        literal("").label("withdrawn"),
        cast(Candidate.state, String).label("judged"),
    ).where(Candidate.import_id == job.id, Candidate.state != CandidateState.WAITING)
    both = [
        *db.session.execute(clips.where(*_changed(job)).order_by(Clip.id).limit(limit)),
        *db.session.execute(judged.order_by(Candidate.line).limit(limit)),
    ]
    return both[:limit]


def _next(job: ClipImport, after: int) -> tuple[list[int], list[int]]:
    """The numbers of the next clips behind the clip *after*; when none is left, those of candidates."""
    clips = select(Clip.id).where(*_unchanged(job), Clip.id > after).order_by(Clip.id).limit(BATCH)
    found = list(db.session.scalars(clips))
    waiting = select(Candidate.id).where(*_waiting(job.id)).limit(BATCH)
    return found, [] if found else list(db.session.scalars(waiting))


def _withdrawn(ids: list[int], now: datetime) -> int:
    """Take these clips back, except one that somebody changed just now. Gives how many."""
    if not ids:
        return 0
    values = {
        "withdrawn_at": now,
        "withdrawal_reason": WITH_ITS_FILE,
        "origin": TAKEN_BACK,
        "updated_at": now,
        "version": Clip.version + 1,
        "fingerprint": literal("taken back ") + cast(Clip.id, String),
    }
    unchanged = (Clip.id.in_(ids), Clip.version == FIRST_VERSION, Clip.withdrawn_at.is_(None))
    count = _met(update(Clip).where(*unchanged).values(values))
    search.enqueue_many(KIND, ids, due=now)
    return count


def _dropped(ids: list[int]) -> int:
    """Take these out of the queue, except one that somebody judged just now. Gives how many."""
    if not ids:
        return 0
    return _met(delete(Candidate).where(Candidate.id.in_(ids), Candidate.state == CandidateState.WAITING))


def _met(statement: Any) -> int:
    """How many rows a statement met."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _of(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    """The clips that the batch put into the archive itself; those that were judged first came by a person."""
    if job.into is not ImportInto.ARCHIVE:
        return (literal(False),)
    return (Clip.import_id == job.id, Clip.origin == "import")


def _unchanged(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    return (*_of(job), Clip.version == FIRST_VERSION, Clip.withdrawn_at.is_(None))


def _changed(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    return (*_of(job), (Clip.version != FIRST_VERSION) | Clip.withdrawn_at.is_not(None))


def _waiting(import_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Candidate.import_id == import_id, Candidate.state == CandidateState.WAITING)


def _counted(column: Any, where: tuple[ColumnElement[bool], ...]) -> int:
    return db.session.scalar(select(func.count(column)).where(*where)) or 0


def _hold(import_id: int, token: str, gone: int, *, now: datetime) -> None:
    statement = importing.mine(import_id, token).values(claimed_until=now + importing.LEASE, undone=gone)
    if not importing.changed(statement):
        raise TakenOverError("Another process has taken this import over.")
