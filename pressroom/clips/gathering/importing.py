"""The import of a file, batch by batch, each with its position in one transaction that the caller commits.

Whoever works on an import holds a claim, made by a conditional UPDATE. A batch is kept only if the claim is
still there and the position is where the batch began, so two workers can never count a row twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, literal, or_, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips.gathering import bulk, candidates, columns, reporting
from pressroom.clips.gathering.bulk import Covered, Names
from pressroom.clips.gathering.items import Found, Item, Reader
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.reporting import Told
from pressroom.clips.gathering.rows import RowError
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.models import Outlet, Topic
from pressroom.clips.outlets.names import Called
from pressroom.clips.rules import UNFINISHED, ImportState
from pressroom.kit import clock
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db, met, reading

BATCH = 250  # rows of one transaction, while which nobody else writes
LEASE = timedelta(minutes=2)  # a batch takes a second; a process that is silent for so long is dead


class TakenOverError(RuntimeError):
    """Another process works on this import now."""


def begin(
    reader: Reader,
    *,
    file_name: str,
    by: Actor | None,
    now: datetime,
    format: str = "table",
    mapping: dict[str, int] | None = None,
    order: DayOrder = DayOrder.UNKNOWN,
    into: ImportInto = ImportInto.ARCHIVE,
    source_id: int | None = None,
    source_name: str = "",
    header: Sequence[str] = (),
) -> ClipImport:
    """A new import of what *reader* reads, not yet worked on.

    Args:
        format: one of ``rules.FORMATS``.
        mapping: field → column number, of a table.
        source_name: what people call the place that such files come from.
        header: the names of a table's columns.
    """
    job = ClipImport(
        file_name=file_name[-200:],
        format=format,
        into=into,
        source_id=source_id,
        sha256=reader.sha256,
        mapping=mapping or {},
        day_order=order.value,
        state=ImportState.WAITING,
        rows_total=reader.total,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
        source_name=source_name[:200],
        columns=list(header),
        header_key=columns.key(header) if header else "",
    )
    db.session.add(job)
    db.session.flush()
    return job


def unfinished(
    reader: Reader,
    mapping: dict[str, int] | None = None,
    order: DayOrder = DayOrder.UNKNOWN,
    into: ImportInto = ImportInto.ARCHIVE,
) -> ClipImport | None:
    """A command's interrupted import of the same bytes to the same place, if it read the columns in the same way."""
    statement = select(ClipImport).where(
        ClipImport.sha256 == reader.sha256, ClipImport.state.in_(UNFINISHED), ClipImport.stored.is_(False)
    )
    jobs = db.session.scalars(statement.order_by(ClipImport.id.desc()))
    wanted = (mapping or {}, order.value, into)
    return next((job for job in jobs if (job.mapping, job.day_order, job.into) == wanted), None)


def next_waiting(now: datetime) -> int | None:
    """The id of an import that nobody works on: of an uploaded file, or one that is to be taken back."""
    return db.session.scalar(
        select(ClipImport.id)
        .where(
            or_(
                and_(ClipImport.stored.is_(True), ClipImport.state.in_((ImportState.WAITING, ImportState.RUNNING))),
                ClipImport.state == ImportState.UNDOING,
            ),
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
    values: dict[str, Any] = {"claim": token, "claimed_until": now + LEASE}
    statement = update(ClipImport).where(ClipImport.id == import_id, free).values(values)
    undoing = statement.where(ClipImport.state == ImportState.UNDOING)
    reading = statement.where(ClipImport.state.in_(UNFINISHED)).values(state=ImportState.RUNNING)
    if met(undoing) == 1:
        return token
    if met(reading) != 1:
        return None
    db.session.execute(
        update(ClipImport)
        .where(ClipImport.id == import_id, ClipImport.started_at.is_(None))
        .values(started_at=now)
        .execution_options(synchronize_session=False)
    )
    return token


def batches(import_id: int, token: str, reader: Reader) -> Iterator[int]:
    """Work an import off from its position. After each batch it yields the position: commit there.

    Raises:
        TakenOverError: another process has it now; roll back.
    """
    job = db.session.get_one(ClipImport, import_id)
    into, source_id, position = job.into, job.source_id, job.rows_read
    db.session.rollback()  # reading the file needs no transaction, and one would lock others out
    outlets, topics, covered, called = Names(Outlet), Names(Topic), Covered(), Called()
    source = reader.items(position, now=clock.now())
    while batch := list(islice(source, BATCH)):
        with reading():  # nobody who writes waits while this looks; what they add meanwhile, the database leaves out
            found, rows = _read(batch, covered, called, into)
            unknown = found.keys() - bulk.known(found)
            if source_id is not None and into is ImportInto.ARCHIVE:  # it was judged before it came in at once
                unknown -= candidates.refused(unknown)
        db.session.rollback()
        now = clock.now()
        new = {mark: item for mark, item in found.items() if mark in unknown}  # in the file's order
        if into is ImportInto.TRIAGE:
            added = candidates.add(new, import_id=import_id, source_id=source_id, now=now)
        else:
            clips = {mark: item.found for mark, item in new.items() if item.found}
            added = bulk.add(clips, outlets=outlets, topics=topics, now=now, origin="import", import_id=import_id)
        refused = sum(not row.mark for row in rows)
        _move_on(import_id, token, position, batch=len(batch), added=added, refused=refused, now=now)
        reporting.keep(import_id, rows, found, polled=source_id is not None)
        position += len(batch)
        yield position


def _read(batch: list[Item], covered: Covered, called: Called, into: ImportInto) -> tuple[dict[str, Item], list[Told]]:
    """Fingerprint → item, and for each row which one it has, or why it cannot be taken."""
    found: dict[str, Item] = {}
    rows: list[Told] = []
    called.learn(item.found.outlet for item in batch if item.found)
    for item in batch:
        try:
            clip = covered.resolve(taken(item, into))
            clip = replace(clip, outlet=called.of(clip.outlet))
        except RowError as error:
            rows.append(Told(item.line, reason=str(error)))
        else:
            mark = clip.fingerprint
            if mark not in found:
                found[mark] = item if clip is item.found else replace(item, found=clip)
            rows.append(Told(item.line, mark=mark, reason=item.problem))
    return found, rows


def taken(item: Item, into: ImportInto) -> Found:
    """The story of *item*.

    Raises:
        RowError: there is none, or the archive cannot have it without a day.
    """
    if item.found is None:
        raise RowError(item.problem)
    if item.found.published_on is None and into is ImportInto.ARCHIVE:
        raise RowError("the day is missing, and the archive is in the order of days")
    return item.found


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
    if met(statement.values(values)) != 1:
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
    if met(mine(import_id, token).values(values)) != 1:
        raise TakenOverError("Another process has taken this import over.")
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    counts = {name: [0, getattr(job, name)] for name in ("added", "known", "refused")}
    audit.record(actor(job.by_id, job.by_name), "import", "clip_import", job.id, job.file_name, changes=counts, now=now)


def stop(import_id: int, token: str) -> None:
    """Leave an import where it stands; the same file goes on from there. The caller commits."""
    met(mine(import_id, token).values(state=ImportState.STOPPED, claim="", claimed_until=None))


def give_up(job: ClipImport, *, failure: str, now: datetime) -> None:
    """End an import that nobody works on. The caller commits."""
    job.state, job.failure, job.finished_at = ImportState.FAILED, failure, now


def actor(number: int | None, name: str) -> Actor | None:
    """Whoever has this number; None for a command or a source."""
    return _Person(number, name) if number is not None else None


class _Person:
    """Who started an import, for the audit: a number and a name are kept, not the account."""

    def __init__(self, number: int, name: str) -> None:
        self.id, self.name = number, name


def mine(import_id: int, token: str) -> Any:
    """An UPDATE of an import, as long as *token* claims it."""
    return update(ClipImport).where(ClipImport.id == import_id, ClipImport.claim == token)
