"""A batch taken back: what it added, and nobody changed since, leaves the archive and the queue together.

A clip is withdrawn and not deleted (decision 32): feeds tell it, its address says why, and whatever refers to it stays
whole. It gives its fingerprint back, so that the same file brings the story in again as a new clip.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, literal, not_, select, update

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.clips.gathering import importing
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.models import Candidate, ClipImport
from pressroom.clips.gathering.rules import CandidateState, ImportInto
from pressroom.clips.models import Clip
from pressroom.clips.rules import GIVEN_BACK, TAKEN_BACK, UNDOABLE, WITH_ITS_FILE, ImportState
from pressroom.clips.stories import placing
from pressroom.kit import clock
from pressroom.kit.db import db, met, reading

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
    waiting = _counted(Candidate.id, (Candidate.import_id == job.id, Candidate.state == CandidateState.WAITING))
    return Going(clips, waiting, stay + _counted(Candidate.id, _judged(job)))


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
    return met(statement.values(values)) == 1


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
            db.session.expunge(job)
        db.session.rollback()
        if not clips and not candidates:
            break
        now = clock.now()
        gone += _withdrawn(job, clips, now) + _dropped(job, candidates)
        _hold(import_id, token, gone, now=now)
        after = clips[-1] if clips else after
        yield gone
    now = clock.now()
    values = {"state": ImportState.UNDONE, "kept": stay, "undone_at": now, "claim": "", "claimed_until": None}
    if met(importing.mine(import_id, token).values(values)) != 1:
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
    ).where(*_judged(job))
    both = [
        *db.session.execute(clips.where(*_changed(job)).order_by(Clip.id).limit(limit)),
        *db.session.execute(judged.order_by(Candidate.line).limit(limit)),
    ]
    return both[:limit]


def _next(job: ClipImport, after: int) -> tuple[list[int], list[Any]]:
    """The numbers of the next clips behind the clip *after*; when none is left, the rows of candidates."""
    clips = select(Clip.id).where(*_unchanged(job), Clip.id > after).order_by(Clip.id).limit(BATCH)
    found = list(db.session.scalars(clips))
    asked = select(Candidate.id, Candidate.clip_id, Candidate.state).where(*_going(job)).limit(BATCH)
    return found, [] if found else list(db.session.execute(asked))


def _withdrawn(job: ClipImport, ids: list[int], now: datetime) -> int:
    """Take these clips back, except one that somebody changed just now. Gives how many."""
    if not ids:
        return 0
    values: dict[str, Any] = {"withdrawn_at": now, "withdrawal_reason": WITH_ITS_FILE, "updated_at": now}
    unchanged = (Clip.id.in_(ids), Clip.version == FIRST_VERSION, Clip.withdrawn_at.is_(None))
    count = met(update(Clip).where(*unchanged).values(values | _given_back(job)))
    placing.leave(ids, now=now)
    search.enqueue_many(KIND, ids, due=now)
    return count


def _dropped(job: ClipImport, rows: list[Any]) -> int:
    """Take these out of the queue, except one that somebody judged just now. Gives how many."""
    if not rows:
        return 0
    # A clip that somebody took out of the archive again hinders the story as little as one that went just now.
    withdrawn = [row.clip_id for row in rows if row.clip_id and row.state is CandidateState.WAITING]
    if withdrawn:
        met(update(Clip).where(Clip.id.in_(withdrawn), Clip.withdrawn_at.is_not(None)).values(_given_back(job)))
    these = (Candidate.id.in_([row.id for row in rows]), *_going(job))
    return met(
        delete(Candidate).where(*these) if job.source_id is None else update(Candidate).where(*these).values(OUT)
    )


OUT = {"state": CandidateState.REJECTED, "decision": "Taken back with its batch", "version": Candidate.version + 1}


def _given_back(job: ClipImport) -> dict[str, Any]:
    """What a clip has to be after its batch was taken back. The same file brings it in again; a source, which tells
    the same each time, does not."""
    given: dict[str, Any] = {"origin": TAKEN_BACK, "version": Clip.version + 1}
    if job.source_id is None:
        given["fingerprint"] = literal(GIVEN_BACK) + cast(Clip.id, String)
    return given


def _of(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    """The clips that the batch put into the archive by itself, or by rules; what a person accepted is theirs."""
    by_itself: ColumnElement[bool] = Clip.origin == "import"
    if job.into is not ImportInto.ARCHIVE:
        by_rule = select(Candidate.clip_id).where(Candidate.import_id == job.id, *_RULED)
        by_itself = (Clip.origin == "triage") & Clip.id.in_(by_rule)
    return (Clip.import_id == job.id, by_itself)


_RULED = (
    Candidate.state == CandidateState.ACCEPTED,
    Candidate.rule_id.is_not(None),
    Candidate.by_hand.is_(False),
    Candidate.clip_id.is_not(None),
)


def _unchanged(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    return (*_of(job), Clip.version == FIRST_VERSION, Clip.withdrawn_at.is_(None))


def _changed(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    return (*_of(job), (Clip.version != FIRST_VERSION) | Clip.withdrawn_at.is_not(None))


def _going(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    """The candidates that go: what waits, and what rules made clips of that went."""
    went = select(Clip.id).where(Clip.import_id == job.id, Clip.origin == TAKEN_BACK)
    ruled = and_(*_RULED, Candidate.clip_id.in_(went))
    return (Candidate.import_id == job.id, (Candidate.state == CandidateState.WAITING) | ruled)


def _judged(job: ClipImport) -> tuple[ColumnElement[bool], ...]:
    """The candidates that stay, since they were judged; those that rules decided go with their clips."""
    unchanged = select(Clip.id).where(*_unchanged(job))
    ruled = and_(*_RULED, Candidate.clip_id.in_(unchanged))
    return (Candidate.import_id == job.id, Candidate.state != CandidateState.WAITING, not_(ruled))


def _counted(column: Any, where: tuple[ColumnElement[bool], ...]) -> int:
    return db.session.scalar(select(func.count(column)).where(*where)) or 0


def _hold(import_id: int, token: str, gone: int, *, now: datetime) -> None:
    statement = importing.mine(import_id, token).values(claimed_until=now + importing.LEASE, undone=gone)
    if met(statement) != 1:
        raise TakenOverError("Another process has taken this import over.")
