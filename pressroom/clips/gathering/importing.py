"""The import of a file, batch by batch, each with its position in one transaction that the caller commits.

Whoever works on an import holds a claim, made by a conditional UPDATE. A batch is kept only if the claim is
still there and the position is where the batch began, so two workers can never count a row twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, insert, literal, or_, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips.gathering import bulk, rows
from pressroom.clips.gathering.bulk import Covered, Names
from pressroom.clips.gathering.rows import Found, RowError
from pressroom.clips.models import ClipImport, ImportProblem, Outlet, Topic
from pressroom.clips.rules import UNFINISHED, ImportState
from pressroom.kit import clock
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db
from pressroom.kit.tables import Row, Table

BATCH = 500
LEASE = timedelta(minutes=2)  # a batch takes a second; a process that is silent for so long is dead


class TakenOverError(RuntimeError):
    """Another process works on this import now."""


def begin(
    table: Table, *, file_name: str, mapping: dict[str, int], order: DayOrder, by: Actor | None, now: datetime
) -> ClipImport:
    """A new import of *table*, not yet worked on."""
    job = ClipImport(
        file_name=file_name[-200:],
        sha256=table.sha256,
        mapping=mapping,
        day_order=order.value,
        state=ImportState.WAITING,
        rows_total=table.total,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def unfinished(table: Table, mapping: dict[str, int], order: DayOrder) -> ClipImport | None:
    """A command's interrupted import of the same bytes, if it read the columns in the same way."""
    statement = select(ClipImport).where(
        ClipImport.sha256 == table.sha256, ClipImport.state.in_(UNFINISHED), ClipImport.stored.is_(False)
    )
    jobs = db.session.scalars(statement.order_by(ClipImport.id.desc()))
    return next((job for job in jobs if job.mapping == mapping and job.day_order == order.value), None)


def next_waiting(now: datetime) -> int | None:
    """The id of an uploaded file's import that nobody works on."""
    return db.session.scalar(
        select(ClipImport.id)
        .where(
            ClipImport.stored.is_(True),
            ClipImport.state.in_((ImportState.WAITING, ImportState.RUNNING)),
            or_(ClipImport.claimed_until.is_(None), ClipImport.claimed_until < now),
        )
        .order_by(ClipImport.id)
        .limit(1)
    )


def claim(import_id: int, *, now: datetime, by_force: bool = False) -> str | None:
    """Take an import over. Gives the token to work with; None if somebody else has it. The caller commits.

    Args:
        by_force: even if somebody else seems to have it, because a person says so; the other one stops at its
            next batch.
    """
    token = str(uuid4())
    free = or_(ClipImport.claimed_until.is_(None), ClipImport.claimed_until < now, literal(by_force))
    values: dict[str, Any] = {"claim": token, "claimed_until": now + LEASE, "state": ImportState.RUNNING}
    statement = update(ClipImport).where(ClipImport.id == import_id, ClipImport.state.in_(UNFINISHED), free)
    if not _changed(statement.values(values)):
        return None
    db.session.execute(
        update(ClipImport)
        .where(ClipImport.id == import_id, ClipImport.started_at.is_(None))
        .values(started_at=now)
        .execution_options(synchronize_session=False)
    )
    return token


def batches(import_id: int, token: str, table: Table) -> Iterator[int]:
    """Work an import off from its position. After each batch it yields the position: commit there.

    Raises:
        TakenOverError: another process has it now; roll back.
    """
    job = db.session.get_one(ClipImport, import_id)
    mapping, order, position = dict(job.mapping), DayOrder(job.day_order), job.rows_read
    db.session.rollback()  # reading the file needs no transaction, and one would lock others out
    outlets, topics, covered = Names(Outlet), Names(Topic), Covered()
    source = table.rows(skip=position)
    while batch := list(islice(source, BATCH)):
        now = clock.now()
        found, problems = _read(batch, mapping, len(table.header), order, now, covered)
        new = {mark: found[mark] for mark in found.keys() - bulk.known(found)}
        new = {mark: clip for mark, clip in found.items() if mark in new}  # in the file's order
        added = bulk.add(new, outlets=outlets, topics=topics, now=now, origin="import")
        _move_on(import_id, token, position, batch=len(batch), added=added, refused=len(problems), now=now)
        if problems:
            lines = [{"import_id": import_id, "line": line, "reason": reason} for line, reason in problems]
            db.session.execute(insert(ImportProblem), lines)
        position += len(batch)
        yield position


def _read(
    batch: list[Row], mapping: dict[str, int], width: int, order: DayOrder, now: datetime, covered: Covered
) -> tuple[dict[str, Found], list[tuple[int, str]]]:
    """Fingerprint → clip, and (line, reason) of the rows that cannot be read."""
    found: dict[str, Found] = {}
    problems: list[tuple[int, str]] = []
    for row in batch:
        try:
            clip = covered.resolve(rows.read(row, mapping, width, order, now=now))
        except RowError as error:
            problems.append((row.line, str(error)[:500]))
        else:
            found.setdefault(clip.fingerprint, clip)
    return found, problems


def _move_on(import_id: int, token: str, position: int, *, batch: int, added: int, refused: int, now: datetime) -> None:
    statement = update(ClipImport).where(
        ClipImport.id == import_id, ClipImport.claim == token, ClipImport.rows_read == position
    )
    values = {
        "rows_read": position + batch,
        "added": ClipImport.added + added,
        "refused": ClipImport.refused + refused,
        "known": ClipImport.known + (batch - added - refused),
        "claimed_until": now + LEASE,
    }
    if not _changed(statement.values(values)):
        raise TakenOverError("Another process has taken this import over.")


def finish(import_id: int, token: str, *, now: datetime, failure: str = "") -> None:
    """The file was read to its end, or *failure* says why that cannot be. The caller commits."""
    state = ImportState.FAILED if failure else ImportState.DONE
    values = {
        "state": state,
        "finished_at": now,
        "failure": failure[:500],
        "claim": "",
        "claimed_until": None,
    }
    if not _changed(_mine(import_id, token).values(values)):
        raise TakenOverError("Another process has taken this import over.")
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    counts = {name: [0, getattr(job, name)] for name in ("added", "known", "refused")}
    by = _Person(job.by_id, job.by_name) if job.by_id is not None else None
    audit.record(by, "import", "clip_import", job.id, job.file_name, changes=counts, now=now)


def stop(import_id: int, token: str) -> None:
    """Leave an import where it stands; the same file goes on from there. The caller commits."""
    _changed(_mine(import_id, token).values(state=ImportState.STOPPED, claim="", claimed_until=None))


def give_up(job: ClipImport, *, failure: str, now: datetime) -> None:
    """End an import that nobody works on. The caller commits."""
    job.state, job.failure, job.finished_at = ImportState.FAILED, failure, now


class _Person:
    """Who started an import, for the audit: a number and a name are kept, not the account."""

    def __init__(self, number: int, name: str) -> None:
        self.id, self.name = number, name


def _mine(import_id: int, token: str) -> Any:
    return update(ClipImport).where(ClipImport.id == import_id, ClipImport.claim == token)


def _changed(statement: Any) -> bool:
    """Whether an UPDATE met its row."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
